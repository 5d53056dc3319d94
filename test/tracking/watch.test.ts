/** What a track's history lets one expect, and when silence means something. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectationOf, paceOf } from "../../src/tracking/expectation.ts";
import { runTimes } from "../../src/tracking/segments.ts";
import { DEFAULT_WATCH, lookAt, nextCheck, turnedSlow } from "../../src/tracking/watch.ts";
import { line, runWith } from "../support/runs.ts";

describe("expectation", () => {
  test("needs five runs", () => {
    expect(expectationOf([1, 2, 3, 4])).toBeUndefined();
    expect(expectationOf([5, 1, 4, 2, 3])).toEqual({ median: 3, p90: 5, p99: 5 });
  });

  test("is always made of durations that were seen, in ascending order", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e7 }), { minLength: 5 }), (durations) => {
        const expected = expectationOf(durations);
        const { median, p90, p99 } = expected ?? { median: -1, p90: -1, p99: -1 };
        for (const duration of [median, p90, p99]) expect(durations).toContain(duration);
        expect(median).toBeLessThanOrEqual(p90);
        expect(p90).toBeLessThanOrEqual(p99);
      }),
    );
  });

  test.each([
    [0, { kind: "left", ms: 60_000 }],
    [25_000, { kind: "left", ms: 40_000 }],
    [55_000, undefined],
    [90_000, undefined],
    [90_001, { kind: "slow" }],
  ])("after %i ms of a run that takes a minute", (elapsed, pace) => {
    expect(paceOf({ median: 60_000, p90: 90_000, p99: 120_000 }, elapsed)).toEqual(pace);
  });
});

describe("what is said of the time that is left", () => {
  const saidAfter = (durations: readonly number[], seconds: number) =>
    paceOf(expectationOf(durations.map((it) => it * 1_000)), seconds * 1_000);

  test("one run that hung does not take it away", () => {
    expect(saidAfter([60, 62, 58, 61, 600], 20)).toEqual({ kind: "left", ms: 50_000 });
  });

  test("nothing, where most runs are unlike the one in the middle", () => {
    expect(saidAfter([44, 74, 102, 244, 304], 20)).toBeUndefined();
    expect(saidAfter([44, 74, 102, 244, 304], 305)).toEqual({ kind: "slow" });
  });
});

describe("looking at a run", () => {
  const watched = (changes: Parameters<typeof runWith>[0] = {}) => ({
    run: runWith(changes),
    lastSignalAt: 1_000_000,
    contact: "heard" as const,
  });

  test("that is over: never again", () => {
    const over = watched({ outcome: { state: "succeeded" } });
    expect(nextCheck(over, undefined, DEFAULT_WATCH, 1e12)).toEqual({ kind: "later", at: null });
  });

  test("with an assumption: when that comes due, and not before", () => {
    const it = watched({ assume: { state: "succeeded", afterMs: 60_000 } });
    expect(nextCheck(it, undefined, DEFAULT_WATCH, 1_059_999)).toEqual({
      kind: "later",
      at: 1_060_000,
    });
    expect(nextCheck(it, undefined, DEFAULT_WATCH, 1_060_000)).toEqual({ kind: "settle" });
  });

  const MINUTE = 60_000;
  const HOUR = 60 * MINUTE;
  const waiting = { steps: line("succeeded", "waiting") };

  test.each([
    ["an hour, without a history", {}, undefined, HOUR],
    ["as long as nearly all took", {}, { median: 1, p90: 2, p99: 20 * MINUTE }, 20 * MINUTE],
    ["five minutes, however quick all were", {}, { median: 1, p90: 2, p99: 3 }, 5 * MINUTE],
    ["eight hours for a person who is to approve it", waiting, undefined, 8 * HOUR],
    ["so long whatever took how long", waiting, { median: 1, p90: 2, p99: 3 }, 8 * HOUR],
  ])("that may be silent for %s", (_, changes, expected, limitMs) => {
    const it = watched(changes);
    const at = it.lastSignalAt + limitMs;
    expect(nextCheck(it, expected, DEFAULT_WATCH, at - 1)).toEqual({ kind: "later", at });
    expect(nextCheck(it, expected, DEFAULT_WATCH, at)).toEqual({ kind: "silent" });
    const silent = { ...it, contact: "silent" as const };
    const over = at + 15 * MINUTE;
    expect(nextCheck(silent, expected, DEFAULT_WATCH, over - 1)).toEqual({
      kind: "later",
      at: over,
    });
    expect(nextCheck(silent, expected, DEFAULT_WATCH, over)).toEqual({ kind: "give_up" });
  });

  test("that has a history: first a moment after it becomes slow", () => {
    const it = watched();
    const expected = { median: MINUTE, p90: 2 * MINUTE, p99: HOUR };
    const slowAt = runTimes(it.run).startedAt + 2 * MINUTE + 1_000;
    const late = { ...it, lastSignalAt: slowAt - MINUTE };
    expect(nextCheck(late, expected, DEFAULT_WATCH, slowAt - 1)).toEqual({
      kind: "later",
      at: slowAt,
    });
    expect(nextCheck(late, expected, DEFAULT_WATCH, slowAt)).toEqual({
      kind: "later",
      at: late.lastSignalAt + HOUR,
    });
  });

  test("is never due for ever: every look that does something leads to a later one", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1e9 }),
        fc.constantFrom("heard" as const, "silent" as const, "given_up" as const),
        (afterMs, contact) => {
          const now = 1_000_000 + afterMs;
          const look = nextCheck({ ...watched(), contact }, undefined, DEFAULT_WATCH, now);
          const next = { silent: "silent" as const, give_up: "given_up" as const };
          const done =
            look.kind === "silent" || look.kind === "give_up" ? next[look.kind] : contact;
          const again = nextCheck({ ...watched(), contact: done }, undefined, DEFAULT_WATCH, now);
          expect(again.kind === look.kind && look.kind !== "later").toBe(false);
        },
      ),
    );
  });
});

describe("when to look at a run again", () => {
  test.each([
    ["as it is said, where nobody would look", 60, null, 60],
    ["earlier than somebody would look anyway", 40, 50, 40],
    ["when somebody looks anyway, though there is nothing to see before later", 60, 50, 50],
    ["then, where both are one", 50, 50, 50],
    ["as it is said, where that look is now", 60, 10, 60],
    ["as it is said, where that look is overdue", 60, 9, 60],
    ["never, where nothing is left to see", null, 50, null],
  ])("%s", (_, at, known, expected) => {
    expect(lookAt(at, known, 10)).toBe(expected);
  });

  test.each([
    ["between two looks", -1, 0, true],
    ["not again, where the last one was at that moment", 0, 0, false],
    ["not again, where the last one was later", 1, 5, false],
    ["not yet", -5, -1, false],
  ])("it becomes slow %s", (_, since, now, expected) => {
    const run = runWith();
    const slowAt = runTimes(run).startedAt + 90_000 + 1_000;
    const usual = { median: 60_000, p90: 90_000, p99: 120_000 };
    expect(turnedSlow(run, usual, slowAt + since, slowAt + now)).toBe(expected);
    expect(turnedSlow(run, undefined, slowAt + since, slowAt + now)).toBe(false);
  });
});
