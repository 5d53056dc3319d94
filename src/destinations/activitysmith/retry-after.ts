/** Reads `Retry-After` (RFC 9110, section 10.2.3). Pure: the clock is an argument. */

const SECONDS = /^\d{1,9}$/;
/** IMF-fixdate and its two obsolete forms all begin with the name of a day; `Date.parse` alone takes far more than dates of HTTP. */
const HTTP_DATE = /^(Mon|Tues?|Wed(nes)?|Thu(rs)?|Fri|Sat(ur)?|Sun)(day)?,? /;

/** How long to wait, in ms from `now`, never negative; undefined where the header is absent or says neither seconds nor a date. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? "";
  if (SECONDS.test(value)) return Number(value) * 1000;
  const date = HTTP_DATE.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
