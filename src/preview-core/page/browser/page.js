/**
 * The preview's page: keeps the phone and the panel beside it up to date, and sends what a finger
 * does.
 */
/** @import { Activity, LockScreen } from "../../screen/lock-screen.ts" */
/** @import { Usage } from "../../limits/rate-limits.ts" */
import { el, patchList } from "./dom.js";
import { ago, duration } from "./format.js";
import { createPhone } from "./phone.js";

const BASE = location.pathname.replace(/\/+$/, "");
const RECONNECT_MS = 2000;
const WINDOW_MS = 60_000;
/** @type {Readonly<Record<NonNullable<LockScreen["trouble"]>["fault"], string>>} */
const TROUBLES = {
  slow: "answers are slow",
  error: "answers are 500",
  rate_limit: "answers are 429",
  reset: "connections break before anything is done",
  lost_answer: "connections break after it is done",
};

/** @type {LockScreen} */
let screen = JSON.parse(byId("screen").textContent ?? "");
/** How far the gateway's clock is ahead of this one. */
let offset = screen.now - Date.now();
const now = () => Date.now() + offset;

const phone = createPhone(byId("phone"), {
  now,
  swipe: (id) => send("/dismiss", { id }),
  press: (id, action) => send("/press", { id, action }),
});

/** @param {string} id */
function byId(id) {
  const node = document.getElementById(id);
  if (!node) throw new Error(`the page has no #${id}`);
  return node;
}

/**
 * @param {string} path
 * @param {object} body
 */
function send(path, body) {
  const headers = { "content-type": "application/json" };
  fetch(BASE + path, { method: "POST", headers, body: JSON.stringify(body) }).catch(() =>
    setConnection("lost", "Connection lost"),
  );
}

function drawPanel() {
  const { badge, active, limits, usage, pausedStreams, trouble } = screen;
  const live = screen.activities.filter((it) => it.dismissAt === null || it.dismissAt > now());
  patchList(byId("items"), [
    ...live.toReversed().map(activityItem),
    ...pausedStreams.map(pausedItem),
  ]);
  byId("nothing").hidden = live.length + pausedStreams.length > 0;
  byId("badge").hidden = badge <= 0;
  byId("badge").textContent = String(badge);
  byId("badge-words").textContent =
    badge > 0 ? `The app's icon counts ${badge}.` : "The app's icon has no count.";
  gauge("slots", active, limits.activities);
  gauge("pushes", recent(usage.notifications), usage.notifications.quota);
  gauge("calls", recent(usage["live-activities"]), usage["live-activities"].quota);
  const rest = trouble?.callsLeft ?? null;
  byId("trouble").textContent = trouble
    ? `Now ${TROUBLES[trouble.fault]}, ${rest === null ? `for ${duration((trouble.until ?? now()) - now())}` : `for ${rest} more calls`}.`
    : "Nothing is wrong on purpose.";
  byId("trouble-end").hidden = !trouble;
}

/** @param {Usage} usage */
const recent = ({ times }) => times.filter((it) => it > now() - WINDOW_MS).length;

/** @param {Activity} activity */
function activityItem({
  id,
  streamKey,
  contentState,
  endedAt,
  dismissAt,
  channels,
  tags,
  updatedAt,
}) {
  const when =
    endedAt === null
      ? `live, updated ${ago(now() - updatedAt)}`
      : `ended, leaves in ${duration((dismissAt ?? now()) - now())}`;
  const labels = [...(channels ?? []).map((it) => `#${it}`), ...tags].join(" · ");
  return el(
    "li",
    { "data-key": id },
    el("b", "", contentState.title),
    el("span", "muted", when),
    streamKey === null ? null : el("span", "muted", el("code", "", streamKey)),
    labels ? el("span", "muted", labels) : null,
    endedAt === null
      ? el(
          "div",
          "row",
          el("button", { type: "button", "data-post": "/dismiss", "data-id": id }, "Swipe away"),
          el("button", { type: "button", "data-post": "/expire", "data-id": id }, "Let iOS end it"),
        )
      : null,
  );
}

/** @param {string} key */
function pausedItem(key) {
  const resume = el(
    "button",
    { type: "button", "data-post": "/resume", "data-stream": key },
    "Resume",
  );
  return el(
    "li",
    { "data-key": `paused ${key}` },
    el("b", "", el("code", "", key)),
    el("span", "muted", "paused: it was swiped away"),
    el("div", "row", resume),
  );
}

/**
 * @param {string} id
 * @param {number} value
 * @param {number} max
 */
function gauge(id, value, max) {
  byId(id).textContent = `${value} of ${max}`;
  Object.assign(byId(`${id}-meter`), { min: 0, max, high: max * 0.8, optimum: 0, value });
}

/**
 * @param {"on" | "lost"} name
 * @param {string} words
 */
function setConnection(name, words) {
  byId("connection").className = `connection ${name}`;
  byId("connection-words").textContent = words;
}

function connect() {
  const source = new EventSource(`${BASE}/events`);
  source.addEventListener("open", () => setConnection("on", "Live"));
  source.addEventListener("message", ({ data }) => {
    screen = JSON.parse(String(data));
    offset = screen.now - Date.now();
    phone.show(screen);
    drawPanel();
  });
  source.addEventListener("error", () => {
    setConnection("lost", "Reconnecting");
    // The browser tries again by itself, except after an answer that was no stream.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, RECONNECT_MS);
  });
}

byId("items").addEventListener("click", ({ target }) => {
  if (!(target instanceof HTMLButtonElement)) return;
  const { post, id, stream } = target.dataset;
  if (post !== undefined) send(post, stream === undefined ? { id } : { stream_key: stream });
});
byId("trouble-form").addEventListener("submit", (event) => {
  event.preventDefault();
  if (!(event.target instanceof HTMLFormElement)) return;
  const form = new FormData(event.target);
  send("/chaos", {
    fault: form.get("fault"),
    [form.get("unit") === "minutes" ? "minutes" : "calls"]: Number(form.get("amount")),
  });
});
byId("trouble-end").addEventListener("click", () => send("/chaos", { fault: "none" }));

phone.show(screen);
drawPanel();
setInterval(drawPanel, 1000);
connect();
