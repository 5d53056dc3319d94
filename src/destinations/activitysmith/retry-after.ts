/** Reads `Retry-After` (RFC 9110, section 10.2.3). Pure: the clock is an argument. */

const SECONDS = /^\d+$/;
/** One bad header, or a date by a clock that is wrong, must not silence an account for years. */
export const LONGEST_RETRY_AFTER_MS = 5 * 60_000;
/**
 * IMF-fixdate and its two obsolete forms all begin with the name of a day; `Date.parse` alone takes
 * far more than dates of HTTP.
 */
const HTTP_DATE = /^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? /;

/**
 * How long to wait, in ms from `now`, from 0 to five minutes; undefined where the header is absent
 * or says neither seconds nor a date.
 */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (SECONDS.test(value)) return within(Number(value) * 1000);
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : within(date - now);
}

const within = (waitMs: number): number => Math.min(LONGEST_RETRY_AFTER_MS, Math.max(0, waitMs));
