/** Times, colours and names as the phone writes them. Pure. */
/** @import { Timer } from "../../screen/lock-screen.ts" */

/** @type {ReadonlyMap<string, string>} */
const COLORS = new Map([
  ["lime", "#b5f23d"],
  ["green", "#30d158"],
  ["cyan", "#64d2ff"],
  ["blue", "#3d9bff"],
  ["purple", "#bf5af2"],
  ["magenta", "#ff4fa3"],
  ["red", "#ff5147"],
  ["orange", "#ff9f0a"],
  ["yellow", "#ffd60a"],
  ["gray", "#a1a1a8"],
]);
const BLUE = "#3d9bff";
export const WHITE = "#ffffff";
export const GRAY = "#a1a1a8";

/**
 * @param {string | undefined} name one of the API's ten
 * @param {string} [otherwise]
 */
export const colorOf = (name, otherwise = BLUE) => COLORS.get(name ?? "") ?? otherwise;

/** `1:02:03` or `02:03`. @param {number} ms */
export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

/** `now`, `4m ago`, `2h ago`, as on the lock screen. @param {number} ms */
export function ago(ms) {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return "now";
  return minutes < 60 ? `${minutes}m ago` : `${Math.floor(minutes / 60)}h ago`;
}

/**
 * How long the timer has counted, in ms.
 * @param {Timer} timer
 * @param {number} at
 */
export const elapsedOf = (timer, at) =>
  timer.elapsedMs + (timer.since === null ? 0 : Math.max(0, at - timer.since));

/**
 * @param {Timer} timer
 * @param {number} at
 */
export function timerText(timer, at) {
  const elapsed = elapsedOf(timer, at);
  if (timer.durationMs === undefined) return duration(elapsed);
  return duration(
    timer.countsDown ? timer.durationMs - elapsed : Math.min(elapsed, timer.durationMs),
  );
}
