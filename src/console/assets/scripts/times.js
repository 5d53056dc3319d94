// @ts-check
/** Times in the viewer's zone and words. */

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  month: "short",
  day: "numeric",
  hour: "numeric",
  minute: "2-digit",
});
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "narrow" });
/** @type {readonly [number, Intl.RelativeTimeFormatUnit][]} */
const UNITS = [
  [86_400_000, "day"],
  [3_600_000, "hour"],
  [60_000, "minute"],
  [1_000, "second"],
];

/** @param {Date} at */
function ago(at) {
  const ms = at.getTime() - Date.now();
  if (Math.abs(ms) < 1_500) return "now";
  const [size, unit] = UNITS.find(([it]) => Math.abs(ms) >= it) ?? [1_000, "second"];
  return relative.format(Math.trunc(ms / size), unit);
}

/**
 * What has begun is not to come, though the clock that said so is ahead.
 * @param {Date} at
 */
const since = (at) => ago(new Date(Math.min(at.getTime(), Date.now())));

/**
 * Of another day than today it says which.
 * @param {Date} at
 */
const clockTime = (at) =>
  (at.toDateString() === new Date().toDateString() ? clock : dayAndTime).format(at);

/** @type {Record<string, (at: Date) => string>} */
const STYLES = { ago, since, clock: clockTime, full: (at) => full.format(at) };

export function showTimes() {
  for (const node of document.querySelectorAll("time[data-time]")) {
    if (!(node instanceof HTMLTimeElement)) continue;
    const at = new Date(node.dateTime);
    const text = (STYLES[node.dataset.time ?? ""] ?? STYLES.full)?.(at) ?? "";
    if (node.textContent !== text) node.textContent = text;
    if (!node.title) node.title = full.format(at);
  }
}
