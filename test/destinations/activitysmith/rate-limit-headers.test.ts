/**
 * Reading the `RateLimit` header: vectors in the API's own form, and in every form that its draft
 * allows.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { quotaOf } from "../../../src/destinations/activitysmith/answer/rate-limit-headers.ts";

test.each<[string, string | null, { left: number; resetMs: number } | undefined]>([
  ["none", null, undefined],
  ["an empty one", "", undefined],
  ["one member", '"account:badges"; r=59; t=60', { left: 59, resetMs: 60_000 }],
  ["no space", '"account:badges";r=59;t=60', { left: 59, resetMs: 60_000 }],
  [
    "the fewest left binds",
    '"public-api-ip:badges"; r=599; t=60, "account:badges"; r=3; t=12',
    { left: 3, resetMs: 12_000 },
  ],
  ["of equal ones the longest", '"a"; r=0; t=5, "b"; r=0; t=30', { left: 0, resetMs: 30_000 }],
  ["parameters in another order", '"a"; t=7; r=2', { left: 2, resetMs: 7_000 }],
  ["unknown parameters", '"a"; pk=:cHJv:; r=2; t=7; x="a;r=1"', { left: 2, resetMs: 7_000 }],
  ["a name with a comma and a quote", '"a, \\"b\\""; r=4; t=9', { left: 4, resetMs: 9_000 }],
  ["a member without a time", '"a"; r=2', undefined],
  ["a negative number", '"a"; r=-1; t=7', undefined],
  ["a fraction", '"a"; r=1.5; t=7', undefined],
  ["an older form", "limit=10, remaining=5, reset=30", undefined],
])("%s", (_name, header, quota) => {
  expect(quotaOf(header)).toEqual(quota);
});

test("whatever stands there, nothing is thrown and no number is negative", () => {
  fc.assert(
    fc.property(fc.string(), (header) => {
      const { left = 0, resetMs = 0 } = quotaOf(header) ?? {};
      expect(left).toBeGreaterThanOrEqual(0);
      expect(resetMs).toBeGreaterThanOrEqual(0);
    }),
  );
});
