/** Retry delays: they double, have a cap, and are spread, but never at once. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { retryDelayMs } from "../../src/dispatch/backoff.ts";

const LONGEST = 1 - Number.EPSILON;

test.each([
  [1, 250, 1_000],
  [2, 500, 2_000],
  [5, 4_000, 16_000],
  [9, 64_000, 256_000],
  [10, 75_000, 300_000],
  [1_000_000, 75_000, 300_000],
])("after %i tries between %i and %i ms", (attempts, least, most) => {
  expect(retryDelayMs(attempts, 0)).toBe(least);
  expect(retryDelayMs(attempts, LONGEST)).toBe(most);
});

test("is a whole number of ms that grows with the randomness", () => {
  const random = fc.double({ min: 0, max: LONGEST, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), random, random, (attempts, a, b) => {
      const [low, high] = [Math.min(a, b), Math.max(a, b)].map((it) => retryDelayMs(attempts, it));
      expect(Number.isInteger(low)).toBe(true);
      expect(low).toBeLessThanOrEqual(high ?? 0);
    }),
  );
});
