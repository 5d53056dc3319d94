/** The middle of a Live Activity's card, one drawing for each of the seven types. */
/** @import { Activity } from "../../screen/lock-screen.ts" */
import { el } from "./dom.js";
import { colorOf, elapsedOf, timerText, WHITE } from "./format.js";

/** More than this would be hairlines. */
const MAX_SEGMENTS = 200;
const FINE_FROM = 25;

/**
 * @param {Activity} activity
 * @param {number} at ms since the epoch
 * @returns {HTMLElement}
 */
export function activityBody(activity, at) {
  switch (activity.contentState.type) {
    case "segmented_progress":
      return segments(activity);
    case "progress":
      return progress(activity);
    case "metrics":
      return gauges(activity);
    case "stats":
      return stats(activity);
    case "alert":
      return el("p", "message", activity.contentState.message);
    case "value":
      return value(activity);
    case "timer":
      return timer(activity, at);
  }
}

/** @param {Activity} activity */
function segments({ contentState: state, endedAt }) {
  const total = state.number_of_steps ?? 1;
  const done = Math.min(state.current_step ?? 0, total);
  const color = colorOf(state.color);
  const isLive = endedAt === null;
  const bar = el("div", {
    class: total >= FINE_FROM ? "segments fine" : "segments",
    role: "img",
    "aria-label": `${done} of ${total} steps done`,
  });
  for (let index = 0; index < Math.min(total, MAX_SEGMENTS); index++) {
    if (index < done)
      bar.append(el("i", { class: "done", tint: colorOf(state.step_colors?.[index], color) }));
    else if (index === done && (isLive || state.step_color))
      bar.append(
        el("i", { class: isLive ? "current" : "done", tint: colorOf(state.step_color, color) }),
      );
    else bar.append(el("i", ""));
  }
  return bar;
}

/**
 * @param {number} share of 1
 * @param {string} tint
 */
const bar = (share, tint) =>
  el("div", "bar", el("i", { tint, width: `${Math.min(100, Math.max(0, share * 100))}%` }));

/** How far a progress is, of 1. @param {Activity} activity */
export function shareOf({ contentState: { percentage, value, upper_limit } }) {
  if (percentage !== undefined) return percentage / 100;
  return typeof value === "number" ? value / (upper_limit ?? 1) : 0;
}

/** @param {Activity} activity */
function progress(activity) {
  const { percentage, value, upper_limit, color } = activity.contentState;
  const share = shareOf(activity);
  const label =
    percentage === undefined ? `${value} of ${upper_limit}` : `${Math.round(percentage)}%`;
  return el("div", "progress", bar(share, colorOf(color)), el("b", "", label));
}

/** @param {Activity} activity */
function gauges({ contentState: { metrics = [], color } }) {
  const cells = metrics.map((it) => {
    const tint = colorOf(it.color, colorOf(color));
    const unit = it.unit ? el("small", "", it.unit) : null;
    const share = it.unit === "%" && typeof it.value === "number" ? it.value / 100 : undefined;
    return el(
      "div",
      { class: "gauge", tint },
      el("span", "", it.label),
      el("b", "", String(it.value), unit),
      share === undefined ? null : bar(share, tint),
    );
  });
  return el("div", "gauges", ...cells);
}

/** @param {Activity} activity */
function stats({ contentState: { metrics = [] } }) {
  const cells = metrics.map((it) =>
    el(
      "div",
      { tint: colorOf(it.color, WHITE) },
      el("span", "", it.label),
      el("b", "", String(it.value) + (it.unit ? ` ${it.unit}` : "")),
    ),
  );
  return el("div", "stats", ...cells);
}

/** A text stays as it was sent, down to a blank one. @param {Activity} activity */
function value({ contentState: { value, color } }) {
  return el("p", { class: "value", tint: colorOf(color, WHITE) }, String(value));
}

/**
 * @param {Activity} activity
 * @param {number} at
 */
function timer({ timer: clock, contentState: { color } }, at) {
  if (!clock) return el("div", "timer");
  const tint = colorOf(color);
  const digits = el("b", { class: "digits", tint }, timerText(clock, at));
  const { durationMs } = clock;
  if (durationMs === undefined) return el("div", "timer", digits);
  return el("div", "timer", bar(elapsedOf(clock, at) / durationMs, tint), digits);
}
