/** Reads `Retry-After` (RFC 9110, section 10.2.3). Pure: the clock is an argument. */

/** Several header lines come joined, and the longest wait holds. */
const SECONDS = /^\d+(?:\s*,\s*\d+)*$/;
/** One bad header, or a date by a clock that is wrong, must not silence an account for years. */
export const LONGEST_RETRY_AFTER_MS = 5 * 60_000;
/**
 * IMF-fixdate and its two obsolete forms all begin with the name of a day; `Date.parse` alone takes
 * far more than dates of HTTP.
 */
const HTTP_DATE = /^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? /;

/**
 * How long to wait, in ms from `now`, from 0 to five minutes; undefined where the header is absent
 * or says neither seconds nor a date. A date is measured against the sender's own clock, which its
 * `Date` header tells: ours may be ahead or behind.
 */
export function retryAfterMs(headers: Headers, now: number): number | undefined {
  const value = headers.get("retry-after")?.trim() ?? "";
  if (SECONDS.test(value)) return within(Math.max(...value.split(",").map(Number)) * 1000);
  const date = httpDate(value);
  return date === undefined ? undefined : within(date - (httpDate(headers.get("date")) ?? now));
}

/** In ms since the epoch. All three forms are in GMT, and the oldest does not say so. */
function httpDate(header: string | null): number | undefined {
  const value = header?.trim() ?? "";
  if (!HTTP_DATE.test(value)) return undefined;
  const date = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`);
  return Number.isNaN(date) ? undefined : date;
}

const within = (waitMs: number): number => Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, waitMs));
