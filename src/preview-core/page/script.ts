/**
 * The part of the page's script that keeps the picture: takes whole snapshots, draws what changed, ticks, reconnects.
 * It runs in a browser, after the cards' part.
 */
export const SCREEN_SCRIPT = String.raw`
const BASE = location.pathname.replace(/\/+$/, "");
const byId = (id) => document.getElementById(id);
const drawn = new Map();
let screen_ = JSON.parse(byId("screen").textContent);
let offset = screen_.now - Date.now();
const now = () => Date.now() + offset;

async function post(path, body) {
  await fetch(BASE + path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })
    .catch(() => setConnection("lost", "Connection lost"));
}

/** Draws only what differs from what is drawn, so that nothing jumps and animations run on. */
function fill(container, items, keyOf, draw) {
  const wanted = items.map((item) => {
    const key = container.id + " " + keyOf(item);
    const json = JSON.stringify(item);
    const old = drawn.get(key);
    if (old && old.json === json) return old.node;
    const node = draw(item);
    if (!old) node.classList.add("enter");
    else {
      node.classList.add("changed");
      old.node.replaceWith(node);
    }
    drawn.set(key, { json, node });
    return node;
  });
  for (const [key, { node }] of drawn) {
    if (node.parentElement === container && !wanted.includes(node)) {
      drawn.delete(key);
      node.remove();
    }
  }
  wanted.forEach((node, index) => {
    if (container.children[index] !== node) container.insertBefore(node, container.children[index] || null);
  });
}

function visible() {
  return screen_.activities.filter((it) => it.dismissAt === null || it.dismissAt > now());
}

function draw() {
  const newestFirst = visible().toReversed();
  const activities = [...newestFirst.filter((it) => it.endedAt === null), ...newestFirst.filter((it) => it.endedAt !== null)];
  fill(byId("activities"), activities, (it) => it.id, activityCard);
  fill(byId("pushes"), screen_.pushes, (it) => it.id, pushCard);
  fill(byId("widgets"), screen_.widgets, (it) => it.key, widgetCard);
  const cards = activities.length + screen_.pushes.length;
  byId("empty").hidden = cards > 0;
  document.body.classList.toggle("busy", cards > 2);
  drawBadge();
  drawIsland(activities);
  tick();
}

function drawBadge() {
  const badge = byId("badge");
  badge.hidden = screen_.badge <= 0;
  badge.textContent = String(screen_.badge);
  byId("app").setAttribute("aria-label", screen_.badge > 0 ? "App icon, badge " + screen_.badge : "App icon");
}

const TRAILING = {
  segmented_progress: (it) => Math.min(it.contentState.current_step, it.contentState.number_of_steps) + "/" + it.contentState.number_of_steps,
  progress: (it) => Math.round(it.contentState.percentage === undefined ? (it.contentState.value / it.contentState.upper_limit) * 100 : it.contentState.percentage) + "%",
  metrics: (it) => String(it.contentState.metrics[0].value) + (it.contentState.metrics[0].unit || ""),
  stats: (it) => String(it.contentState.metrics[0].value),
  alert: () => "!",
  timer: (it, at) => timerText(it.timer, at),
};

function drawIsland(activities) {
  const island = byId("island");
  const [latest] = activities.filter((it) => it.endedAt === null).toSorted((a, b) => b.updatedAt - a.updatedAt);
  island.className = latest ? "island on" : "island";
  island.replaceChildren();
  if (!latest) return;
  const state = latest.contentState;
  const icon = tinted(el("span", "icon", symbol(state.icon ? state.icon.symbol : "bolt.fill")), colorOf(state.icon && state.icon.color, colorOf(state.color)));
  const trailing = tinted(live(el("b", ""), (at) => TRAILING[state.type](latest, at)), colorOf(state.step_color, colorOf(state.color)));
  island.append(icon, trailing);
  const { alert } = latest;
  if (!alert || now() - alert.at > 6000) return;
  island.classList.add("wide");
  island.replaceChildren(icon, el("span", "words", el("strong", "", alert.title || state.title), alert.body || ""), trailing);
  setTimeout(draw, 6100 - (now() - alert.at));
}

function tick() {
  const at = new Date(now());
  byId("date").textContent = at.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  byId("clock").textContent = at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  for (const node of document.querySelectorAll("[data-live]")) node.tick();
  const recent = screen_.callTimes.filter((it) => it > now() - 60000).length;
  gauge("slots", screen_.active, screen_.limits.activities);
  gauge("calls", recent, screen_.limits.callsPerMinute);
}

function gauge(id, value, max) {
  byId(id).textContent = value + " of " + max;
  Object.assign(byId(id + "-meter"), { min: 0, max, high: max * 0.8, optimum: 0, value });
}

function setConnection(name, words) {
  const node = byId("connection");
  node.className = "connection " + name;
  node.lastChild.textContent = words;
  document.body.classList.toggle("offline", name === "lost");
}

function connect() {
  const source = new EventSource(BASE + "/events");
  source.onopen = () => setConnection("on", "Live");
  source.onmessage = (event) => {
    screen_ = JSON.parse(event.data);
    offset = screen_.now - Date.now();
    draw();
  };
  source.onerror = () => {
    setConnection("lost", "Reconnecting");
    // The browser tries again by itself, except after an answer that was no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  };
}

draw();
setInterval(() => (visible().length === byId("activities").childElementCount ? tick() : draw()), 1000);
connect();
`;
