/** Reading `Retry-After`: every form that RFC 9110 has, whatever our own clock and zone say. */
import { expect, test } from "vitest";
import { retryAfterMs } from "../../../src/destinations/activitysmith/answer/retry-after.ts";

const NOW = Date.parse("2026-11-06T08:49:30.000Z");
const ITS_DATE = "Fri, 06 Nov 2026 08:49:30 GMT";
const HOUR_MS = 60 * 60_000;

test.each<[string, number | undefined]>([
  ["7", 7_000],
  ["0", 0],
  ["007", 7_000],
  [" 7 ", 7_000],
  ["7, 120", 120_000],
  ["120,7", 120_000],
  ["31536000", 300_000],
  ["1e3", undefined],
  ["7.5", undefined],
  ["-7", undefined],
  ["+7", undefined],
  ["0x10", undefined],
  ["7s", undefined],
  ["", undefined],
  ["Fri, 06 Nov 2026 08:49:37 GMT", 7_000],
  ["Friday, 06-Nov-26 08:49:37 GMT", 7_000],
  ["Fri Nov  6 08:49:37 2026", 7_000],
  [" Fri, 06 Nov 2026 08:49:37 GMT ", 7_000],
  ["Fri, 06 Nov 2026 08:49:20 GMT", 0],
  ["Fri, 06 Nov 2099 08:49:37 GMT", 300_000],
  ["Fri, 99 Nov 2026 08:49:37 GMT", undefined],
  ["2026-11-06T08:49:37Z", undefined],
])("%s", (value, waitMs) => {
  expect(retryAfterMs(new Headers({ "retry-after": value }), NOW)).toBe(waitMs);
});

test.each([-24 * HOUR_MS, -HOUR_MS, 0, HOUR_MS, 24 * HOUR_MS])(
  "a date is meant by the sender's clock, from which ours is %i ms away",
  (skewMs) => {
    const headers = { "retry-after": "Fri, 06 Nov 2026 08:49:37 GMT", date: ITS_DATE };
    expect(retryAfterMs(new Headers(headers), NOW + skewMs)).toBe(7_000);
  },
);

test("what the sender says of its clock is left aside where it is no date", () => {
  const headers = { "retry-after": "Fri, 06 Nov 2026 08:49:37 GMT", date: "yesterday" };
  expect(retryAfterMs(new Headers(headers), NOW)).toBe(7_000);
});
