/** Which times are believed, and what stands in for those that are not. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signal } from "../../src/model/signal.ts";
import {
  plausibleDuration,
  plausibleTime,
  withPlausibleTimes,
} from "../../src/tracking/plausible.ts";
import { runDuration } from "../../src/tracking/segments.ts";
import { CREATED_AT, progress, runWith } from "../support/runs.ts";

const DAY_MS = 24 * 60 * 60_000;

test.each([
  ["ms", CREATED_AT, CREATED_AT],
  ["s", CREATED_AT / 1000, CREATED_AT],
  ["s with a fraction", CREATED_AT / 1000 + 0.25, CREATED_AT + 250],
  ["µs", CREATED_AT * 1000, CREATED_AT],
  ["a little ahead", CREATED_AT + DAY_MS, CREATED_AT + DAY_MS],
  ["far ahead", CREATED_AT + DAY_MS + 1, undefined],
  ["2005", Date.UTC(2005, 0, 1), Date.UTC(2005, 0, 1)],
  ["2004", Date.UTC(2004, 11, 31), undefined],
  ["1970", 0, undefined],
  ["the year 1", Date.parse("0001-01-01T00:00:00Z"), undefined],
  ["no number", Number.NaN, undefined],
  ["no end", Infinity, undefined],
  ["nothing", undefined, undefined],
])("a time in %s (%s) is %s", (_, told, at) => {
  expect(plausibleTime(told, CREATED_AT)).toBe(at);
});

test.each([
  [65_000, 65_000],
  [0, 0],
  [7 * DAY_MS, 7 * DAY_MS],
  [-1, undefined],
  [19 * DAY_MS + 23 * 60 * 60_000, undefined],
])("a duration of %i ms is told as %s", (ms, told) => {
  expect(plausibleDuration(ms)).toBe(told);
});

describe("a signal", () => {
  const receivedAt = CREATED_AT + 60_000;

  test("whose times are right stays as it is", () => {
    const steps = [
      {
        key: "a",
        title: "a",
        order: 0,
        state: "succeeded",
        at: CREATED_AT + 9,
        startedAt: CREATED_AT,
      },
    ] as const;
    const right = progress({ steps: [...steps], outcome: { state: "succeeded", at: receivedAt } });
    expect(withPlausibleTimes(right, receivedAt)).toEqual(right);
  });

  test("told to end before it began ended when it was received", () => {
    const told = progress({
      at: CREATED_AT - DAY_MS,
      outcome: { state: "failed", at: CREATED_AT - DAY_MS },
    });
    const { at, outcome } = progress({ at: receivedAt, outcome: { state: "failed" } });
    expect(withPlausibleTimes(told, receivedAt)).toMatchObject({ at, outcome });
  });

  test("with any times has plausible ones, and fits the schema", () => {
    const any = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constant(CREATED_AT),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(any, any, any, any, any, (a, b, c, d, e) => {
        const told = progress({
          at: a ?? Number.NaN,
          run: { id: "r", attempt: 1, createdAt: b },
          steps: [{ key: "s", title: "s", order: 0, state: "running", at: c, startedAt: d }],
          outcome: { state: "failed", at: e },
        });
        const plausible = withPlausibleTimes(told, receivedAt);
        expect(signal.safeParse(plausible).error?.issues).toBeUndefined();
        expect(withPlausibleTimes(plausible, receivedAt)).toEqual(plausible);
      }),
    );
  });
});

test("what is told of a time before the run was created does not lengthen it", () => {
  const run = runWith({
    at: CREATED_AT - 20 * DAY_MS,
    outcome: { state: "succeeded", at: CREATED_AT + 65_000 },
  });
  expect(runDuration(run)).toBe(65_000);
});
