/**
 * An iPhone's lock screen, drawn from a JSON state, for any page of the gateway:
 *
 *     import { createPhone } from "./assets/phone.js";
 *     const phone = createPhone(document.querySelector("#phone"), { now: Date.now });
 *     phone.show({ activities, pushes, badge: 0, widgets: [] });
 *
 * The server side gives the files: serve the files of ASSETS in `src/preview-core/page/assets.ts`
 * from one folder, link `phone.css` too, and allow both with `script-src 'self'; style-src 'self';
 * font-src data:`. The state has the form that `GET /preview/state` answers; what is shown later of
 * the same id changes in place. Without `swipe` and `press` the phone is to be looked at only.
 */
/** @import { Activity, LockScreen, Push } from "../../screen/lock-screen.ts" */
import { shareOf } from "./bodies.js";
import { activityCard, pushCard, symbol, widgetCard } from "./cards.js";
import { drawing, el, morph, patchList } from "./dom.js";
import { colorOf, timerText } from "./format.js";

/** @typedef {Pick<LockScreen, "activities" | "pushes" | "badge" | "widgets">} PhoneState */

/**
 * @typedef {object} PhoneOptions
 * @property {() => number} now ms since the epoch, by the clock that the state's times are of
 * @property {(id: string) => void} [swipe] a card is swiped away
 * @property {(id: string, index: number) => void} [press] a webhook button is pressed; 0 is the
 * primary one
 */

/** How long an alert stays in the island. */
const ALERT_MS = 6000;
const TORCH = "M8 2h8v3.5l-2 3V20a2 2 0 0 1-4 0V8.5l-2-3z";
const CAMERA =
  "M8.5 5l1.3-2h4.4l1.3 2H20a2 2 0 0 1 2 2v11a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zM12 8a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z";

/**
 * Draws a phone into the element and keeps its clock going.
 * @param {Element} root an empty element
 * @param {PhoneOptions} options
 * @returns {{ show(state: PhoneState): void, stop(): void }}
 */
export function createPhone(root, { now, swipe, press }) {
  const parts = frame();
  parts.phone.classList.toggle("readonly", !swipe);
  root.append(parts.phone);
  /** @type {PhoneState} */
  let state = { activities: [], pushes: [], badge: 0, widgets: [] };
  /** @type {Set<string>} */
  const opened = new Set();
  let isFanned = false;

  const draw = () => {
    const at = now();
    const activities = inOrder(state.activities, at);
    drawClock(parts, at);
    patchList(parts.widgets, state.widgets.map(widgetCard));
    patchList(
      parts.activities,
      activities.map((it) => activityCard(it, at)),
    );
    patchList(parts.pushes, pushStack(state.pushes, { at, opened, isFanned }));
    parts.pushes.classList.toggle("stacked", !isFanned && state.pushes.length > 1);
    parts.phone.classList.toggle("busy", activities.length + Math.min(2, state.pushes.length) > 2);
    parts.empty.hidden = activities.length + state.pushes.length > 0;
    drawIsland(parts, activities, at);
  };

  parts.phone.addEventListener("click", ({ target }) => {
    const wish = wishOf(target);
    if (!wish) return;
    const { swipe: away, press: pressed, index, open, fan } = wish;
    if (away !== undefined) swipe?.(away);
    if (pressed !== undefined) press?.(pressed, Number(index));
    if (open !== undefined && !opened.delete(open)) opened.add(open);
    if (fan !== undefined) isFanned = fan === "out";
    draw();
  });
  const timer = setInterval(draw, 1000);
  draw();
  return {
    show(next) {
      state = next;
      draw();
    },
    stop: () => clearInterval(timer),
  };
}

/**
 * What a click asks for, as the data of what was clicked; undefined where it asks for nothing.
 * @param {EventTarget | null} target
 */
function wishOf(target) {
  const asking =
    target instanceof Element
      ? target.closest("[data-swipe],[data-press],[data-open],[data-fan]")
      : null;
  return asking instanceof HTMLElement ? asking.dataset : undefined;
}

function frame() {
  const date = el("p", "date");
  const clock = el("p", "clock");
  const widgets = el("div", { class: "widgets", "aria-label": "Widgets" });
  const activities = el("section", { class: "cards", "aria-label": "Live Activities" });
  const pushes = el("section", { class: "cards pushes", "aria-label": "Notifications" });
  const empty = el("p", "empty", "No notifications");
  const island = el("div", { class: "island", role: "status" });
  const bars = el("span", "signal", el("i", ""), el("i", ""), el("i", ""), el("i", ""));
  const status = el("div", { class: "status", "aria-hidden": "true" }, bars, el("span", "battery"));
  const phone = el(
    "section",
    { class: "phone", "aria-label": "iPhone lock screen" },
    el("div", { class: "wallpaper", "aria-hidden": "true" }),
    status,
    island,
    el(
      "div",
      { class: "screen", tabindex: "0" },
      el("header", "top", date, clock, widgets),
      el("div", "list", activities, pushes, empty),
    ),
    el(
      "footer",
      { class: "dock", "aria-hidden": "true" },
      el("span", "round", drawing({ fill: TORCH })),
      el("span", "round", drawing({ fill: CAMERA })),
    ),
    el("div", { class: "home", "aria-hidden": "true" }),
  );
  return { phone, date, clock, widgets, activities, pushes, empty, island };
}

/**
 * The living ones before the ended ones, the latest start first.
 * @param {readonly Activity[]} activities
 * @param {number} at
 */
function inOrder(activities, at) {
  const visible = activities
    .filter((it) => it.dismissAt === null || it.dismissAt > at)
    .toReversed();
  return [
    ...visible.filter((it) => it.endedAt === null),
    ...visible.filter((it) => it.endedAt !== null),
  ];
}

/**
 * Several notifications lie on one another until they are fanned out.
 * @param {readonly Push[]} pushes newest first
 * @param {{ at: number, opened: ReadonlySet<string>, isFanned: boolean }} how
 */
function pushStack(pushes, { at, opened, isFanned }) {
  const shown = isFanned ? pushes : pushes.slice(0, 1);
  const cards = shown.map((it) => pushCard(it, at, opened.has(it.id)));
  if (pushes.length < 2) return cards;
  const words = isFanned ? "Show less" : `${pushes.length - 1} more`;
  const fan = {
    class: "fan",
    type: "button",
    "data-key": "fan",
    "data-fan": isFanned ? "in" : "out",
  };
  return [...cards, el("button", fan, words)];
}

/**
 * @param {ReturnType<typeof frame>} parts
 * @param {number} at
 */
function drawClock({ date, clock }, at) {
  const time = new Date(at);
  const day = time.toLocaleDateString("en-GB", { weekday: "long", day: "numeric", month: "long" });
  const digits = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });
  if (date.textContent !== day) date.textContent = day;
  if (clock.textContent !== digits) clock.textContent = digits;
}

/**
 * The activity that changed last, and for some seconds what it announced.
 * @param {ReturnType<typeof frame>} parts
 * @param {readonly Activity[]} activities
 * @param {number} at
 */
function drawIsland({ island, phone }, activities, at) {
  const [latest] = activities
    .filter((it) => it.endedAt === null)
    .toSorted((one, other) => other.updatedAt - one.updatedAt);
  const alert = latest?.alert && at - latest.alert.at < ALERT_MS ? latest.alert : null;
  phone.classList.toggle("alerting", alert !== null);
  if (!latest) {
    morph(island, el("div", { class: "island", role: "status" }));
    return;
  }
  const { icon, color, step_color, title } = latest.contentState;
  const glyph = el(
    "span",
    { class: "icon", tint: colorOf(icon?.color, colorOf(color)) },
    symbol(icon?.symbol ?? "bolt.fill"),
  );
  const trailing = el("b", { tint: colorOf(step_color, colorOf(color)) }, shortState(latest, at));
  const words = alert
    ? el("span", "words", el("strong", "", alert.title ?? title), alert.body)
    : null;
  const attributes = { class: alert ? "island on wide" : "island on", role: "status" };
  morph(island, el("div", attributes, glyph, words, trailing));
}

/**
 * What stands at the right of the island: `2/5`, `40%`, `01:30`.
 * @param {Activity} activity
 * @param {number} at
 */
function shortState(activity, at) {
  const { contentState: state, timer } = activity;
  const [metric] = state.metrics ?? [];
  switch (state.type) {
    case "segmented_progress": {
      const total = state.number_of_steps ?? 1;
      return `${Math.min(state.current_step ?? 0, total)}/${total}`;
    }
    case "progress":
      return `${Math.round(shareOf(activity) * 100)}%`;
    case "metrics":
    case "stats":
      return metric ? `${metric.value}${metric.unit ?? ""}` : "";
    case "value":
      return String(state.value);
    case "timer":
      return timer ? timerText(timer, at) : "";
    case "alert":
      return "!";
  }
}
