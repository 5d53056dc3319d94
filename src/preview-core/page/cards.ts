/**
 * The part of the page's script that draws cards: Live Activities of all six types, pushes, widgets. It runs in a
 * browser, takes what others sent as text only, and never as HTML.
 */
export const CARDS_SCRIPT = String.raw`
const SYMBOLS = JSON.parse(document.getElementById("symbols").textContent);
const SVG = "http://www.w3.org/2000/svg";
const COLORS = { lime: "#b5f23d", green: "#30d158", cyan: "#64d2ff", blue: "#3d9bff", purple: "#bf5af2", magenta: "#ff4fa3", red: "#ff5147", orange: "#ff9f0a", yellow: "#ffd60a", gray: "#a1a1a8" };
const colorOf = (name, otherwise) => COLORS[name] || otherwise || COLORS.blue;

function el(tag, name, ...children) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  node.append(...children.filter((it) => it !== null && it !== undefined && it !== ""));
  return node;
}

function tinted(node, color) {
  node.style.setProperty("--tint", color);
  return node;
}

function symbol(name) {
  const drawing = Object.hasOwn(SYMBOLS, name) ? SYMBOLS[name] : { fill: "M12 7a5 5 0 1 0 0 10a5 5 0 0 0 0-10z" };
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  for (const part of ["line", "fill", "cut"]) {
    if (!drawing[part]) continue;
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", drawing[part]);
    path.setAttribute("class", part);
    svg.append(path);
  }
  return svg;
}

function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = two(Math.floor((seconds % 3600) / 60)) + ":" + two(seconds % 60);
  return hours ? hours + ":" + rest : rest;
}

function ago(ms) {
  const minutes = Math.floor(ms / 60000);
  if (minutes < 1) return "now";
  return minutes < 60 ? minutes + "m ago" : Math.floor(minutes / 60) + "h ago";
}

/** A text that changes with time: the clock's tick fills it in again. */
function live(node, text) {
  node.tick = () => {
    const next = text(now());
    if (node.textContent !== next) node.textContent = next;
  };
  node.dataset.live = "";
  node.tick();
  return node;
}

function chips(channels, tags) {
  const all = [...(channels || []).map((it) => "#" + it), ...(tags || [])];
  return all.length ? el("p", "chips", ...all.map((it) => el("span", "", it))) : null;
}

function closeButton(id, what) {
  const button = el("button", "close", "×");
  button.type = "button";
  button.setAttribute("aria-label", "Swipe away: " + what);
  button.onclick = () => post("/dismiss", { id });
  return button;
}

function actionButton(action, index, id) {
  if (action.type === "open_url" && /^(https|shortcuts):\/\//.test(action.url)) {
    const link = el("a", "action", action.title);
    link.href = action.url;
    link.target = "_blank";
    link.rel = "noopener noreferrer";
    return link;
  }
  const button = el("button", "action", action.title);
  button.type = "button";
  button.onclick = async () => {
    button.disabled = true;
    await post("/press", { id, action: index });
    button.disabled = false;
  };
  return button;
}

function actionRow(actions, item) {
  if (!actions || !actions.length) return null;
  const row = el("div", "actions", ...actions.map((it, index) => actionButton(it, index, item.id)));
  if (!item.press) return row;
  const result = el("p", item.press.ok ? "press ok" : "press", item.press.title + ": " + item.press.detail);
  result.setAttribute("role", "status");
  return el("div", "", row, result);
}

function bar(share, color) {
  const fill = tinted(el("i", ""), color);
  fill.style.setProperty("width", Math.min(100, Math.max(0, share * 100)) + "%");
  return el("div", "bar", fill);
}

const BODIES = {
  segmented_progress(state, activity) {
    const total = state.number_of_steps;
    const done = Math.min(state.current_step, total);
    const color = colorOf(state.color);
    const segments = el("div", total > 24 ? "segments fine" : "segments");
    for (let index = 0; index < Math.min(total, 200); index++) {
      const segment = el("i", "");
      if (index < done) tinted(segment, colorOf((state.step_colors || [])[index], color)).className = "done";
      else if (index === done && (activity.endedAt === null || state.step_color)) {
        tinted(segment, colorOf(state.step_color, color)).className = activity.endedAt === null ? "current" : "done";
      }
      segments.append(segment);
    }
    segments.setAttribute("role", "img");
    segments.setAttribute("aria-label", done + " of " + total + " steps done");
    return segments;
  },
  progress(state) {
    const share = state.percentage === undefined ? state.value / state.upper_limit : state.percentage / 100;
    const label = state.percentage === undefined ? state.value + " of " + state.upper_limit : Math.round(state.percentage) + "%";
    return el("div", "progress", bar(share, colorOf(state.color)), el("b", "", label));
  },
  metrics(state) {
    return el("div", "gauges", ...state.metrics.map((it) => {
      const gauge = tinted(el("div", "gauge", el("span", "", it.label), el("b", "", String(it.value), it.unit ? el("small", "", it.unit) : "")), colorOf(it.color, colorOf(state.color)));
      if (it.unit === "%" && typeof it.value === "number") gauge.append(bar(it.value / 100, colorOf(it.color, colorOf(state.color))));
      return gauge;
    }));
  },
  stats(state) {
    return el("div", "stats", ...state.metrics.map((it) =>
      tinted(el("div", "", el("span", "", it.label), el("b", "", String(it.value) + (it.unit ? " " + it.unit : ""))), colorOf(it.color, "#ffffff"))));
  },
  alert: (state) => el("p", "message", state.message),
  timer(state, activity) {
    const color = colorOf(state.color);
    const digits = tinted(live(el("b", "digits"), (at) => timerText(activity.timer, at)), color);
    const { durationMs } = activity.timer;
    if (durationMs === undefined) return el("div", "timer", digits);
    const track = bar(0, color);
    track.firstChild.tick = () => track.firstChild.style.setProperty("width", Math.min(100, (elapsedOf(activity.timer, now()) / durationMs) * 100) + "%");
    track.firstChild.dataset.live = "";
    return el("div", "timer", track, digits);
  },
};

function elapsedOf(timer, at) {
  return timer.elapsedMs + (timer.since === null ? 0 : Math.max(0, at - timer.since));
}

function timerText(timer, at) {
  const elapsed = elapsedOf(timer, at);
  if (timer.durationMs === undefined) return duration(elapsed);
  return duration(timer.countsDown ? timer.durationMs - elapsed : Math.min(elapsed, timer.durationMs));
}

function activityCard(activity) {
  const state = activity.contentState;
  const icon = state.icon ? tinted(el("span", "icon", symbol(state.icon.symbol)), colorOf(state.icon.color, colorOf(state.color))) : null;
  const badge = state.badge ? tinted(el("span", "pill", state.badge.title), colorOf(state.badge.color, COLORS.gray)) : null;
  const when = live(el("span", "when"), (at) => activity.endedAt === null
    ? ago(at - activity.updatedAt)
    : "Ended · leaves in " + duration(activity.dismissAt - at));
  const words = el("div", "words", el("h2", "", state.title), state.subtitle ? el("p", "subtitle", state.subtitle) : null);
  const card = tinted(el("article", "card activity is-" + state.type + (activity.endedAt === null ? "" : " ended"),
    closeButton(activity.id, state.title),
    el("div", "head", icon, words, el("div", "side", badge, when)),
    BODIES[state.type](state, activity),
    actionRow(activity.actions, activity),
    chips(activity.channels, activity.tags)), colorOf(state.color));
  return card;
}

function pushCard(push) {
  const { body } = push;
  const target = body.redirection || body.media;
  const text = el(target && /^(https|shortcuts):\/\//.test(target) ? "a" : "div", "words",
    el("h2", "", body.title), body.subtitle ? el("p", "subtitle", body.subtitle) : null, body.message ? el("p", "message", body.message) : null);
  if (text.localName === "a") {
    text.href = target;
    text.target = "_blank";
    text.rel = "noopener noreferrer";
  }
  return el("article", "card push", closeButton(push.id, body.title),
    el("div", "head", el("span", "appicon", symbol("bolt.fill")), text,
      el("div", "side", live(el("span", "when"), (at) => ago(at - push.at)), body.media ? el("span", "pill", "Media") : null)),
    actionRow(body.actions, push), chips(body.target && body.target.channels, body.tags));
}

function widgetCard(widget) {
  const value = widget.value === null ? "–" : String(widget.value);
  return el("div", "widget", el("span", "", widget.title), el("b", "", value, widget.unit ? el("small", "", widget.unit) : ""));
}
`;
