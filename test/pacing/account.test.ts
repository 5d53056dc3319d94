/**
 * The budget of an account: never more calls than allowed in any minute, whatever is asked and
 * answered when.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_LIMITS,
  grantOf,
  LONGEST_PAUSE_MS,
  newAccount,
  refreshed,
  refunded,
  spent,
  applyFeedback,
  toldLeft,
  WINDOW_MS,
} from "../../src/pacing/account.ts";
import type { Feedback } from "../../src/pacing/account.ts";
import type { AccountState } from "../../src/model/account.ts";

const limits = { callsPerMinute: 12, reserve: 3, activities: 4 };

const feedback: fc.Arbitrary<Feedback> = fc.oneof(
  fc.constant({ kind: "answered" as const }),
  fc.constant({ kind: "activity_limit" as const }),
  fc.record({ kind: fc.constant("unavailable" as const), isProbe: fc.boolean() }),
  fc.constant({ kind: "unauthorized" as const }),
  fc.record({
    kind: fc.constant("rate_limited" as const),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 400_000 }), { nil: undefined }),
  }),
);
const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 20_000 }),
  urgent: fc.boolean(),
  wanted: fc.integer({ min: 1, max: 8 }),
  feedback,
  random: fc.float({ min: 0, max: Math.fround(0.99), noNaN: true }),
});

/** Asks for calls, makes what is granted, learns from the answer. */
function take(
  state: AccountState,
  wanted: number,
  urgent: boolean,
  now: number,
): [AccountState, number] {
  const current = refreshed(state, limits, now);
  const grant = grantOf(current, limits, now);
  const calls = Math.min(wanted, urgent ? grant.urgent : grant.other);
  return [spent(current, calls, now), calls];
}

const grantAt = (state: AccountState, now: number) =>
  grantOf(refreshed(state, DEFAULT_LIMITS, now), DEFAULT_LIMITS, now);
const taughtWell = (state: AccountState, now: number) =>
  applyFeedback(refreshed(state, DEFAULT_LIMITS, now), { kind: "answered" }, now, 0);

describe("the budget", () => {
  test("never allows more calls in any minute than the limit", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 1_000_000;
        let state = newAccount(limits, now);
        const made: number[] = [];
        for (const it of steps) {
          now += it.waitMs;
          const [next, calls] = take(state, it.wanted, it.urgent, now);
          for (let count = 0; count < calls; count++) made.push(now);
          state = calls > 0 ? applyFeedback(next, it.feedback, now, it.random) : next;
        }
        for (const at of made) {
          const inMinute = made.filter((other) => other >= at && other < at + 60_000);
          expect(inMinute.length).toBeLessThanOrEqual(limits.callsPerMinute);
        }
      }),
    );
  });

  test("keeps a reserve that only failures and ends may use", () => {
    const now = 1_000_000;
    const [used] = take(newAccount(limits, now), 100, false, now);
    expect(used.calls).toHaveLength(limits.callsPerMinute - limits.reserve);
    expect(grantOf(used, limits, now)).toMatchObject({ other: 0, urgent: limits.reserve });
  });

  test("makes no call during a pause, and says when it is over", () => {
    const now = 1_000_000;
    const paused = applyFeedback(
      newAccount(limits, now),
      { kind: "rate_limited", retryAfterMs: 7_000 },
      now,
      0,
    );
    expect(grantOf(refreshed(paused, limits, now + 6_999), limits, now + 6_999)).toEqual({
      urgent: 0,
      other: 0,
      next: now + 7_000,
    });
    expect(
      grantOf(refreshed(paused, limits, now + 7_000), limits, now + 7_000).urgent,
    ).toBeGreaterThan(0);
  });

  test("gives back what was not used", () => {
    const now = 1_000_000;
    const state = spent(spent(newAccount(limits, now), 2, now), 3, now + 1);
    expect(refunded(state, 2, now + 1).calls).toEqual([now, now, now + 1]);
  });

  test("what was not used is left by the API's count as well", () => {
    const now = 1_000_000;
    const told = toldLeft(
      newAccount(limits, now),
      { left: 5, resetMs: 20_000, callsPerMinute: 60 },
      now,
    );
    const taken = spent(told, 3, now);
    expect(taken.told?.left).toBe(2);
    expect(refunded(taken, 2, now).told?.left).toBe(4);
    expect(refunded(taken, 9, now).told?.left).toBe(5);
  });

  test("what the API says of its count is kept only where it allows less than is known", () => {
    const now = 1_000_000;
    const fresh = spent(newAccount(limits, now), 2, now);
    const say = (state: AccountState, left: number, at = now) =>
      toldLeft(state, { left, resetMs: 20_000, callsPerMinute: 12 }, at);
    expect(say(fresh, 10)).toBe(fresh);
    expect(say(fresh, 11)).toBe(fresh);
    const told = say(fresh, 9);
    expect(told.told).toEqual({ left: 9, until: now + 20_000 });
    expect(say(told, 9, now + 900)).toBe(told);
    const next = spent(told, 1, now + 900);
    expect(say(next, 8, now + 900)).toBe(next);
    expect(say(next, 3, now + 900).told).toEqual({ left: 3, until: now + 20_900 });
  });

  const refusal: Feedback = { kind: "rate_limited", retryAfterMs: 2_000 };

  test("is whole again after one refusal, as soon as a probe is answered", () => {
    let now = 1_000_000;
    let state = applyFeedback(spent(newAccount(DEFAULT_LIMITS, now), 10, now), refusal, now, 0);
    now += 2_000;
    expect(grantAt(state, now)).toMatchObject({ urgent: 1, other: 1 });
    state = spent(refreshed(state, DEFAULT_LIMITS, now), 1, now);
    expect(grantAt(state, now).urgent).toBe(0);
    state = applyFeedback(state, { kind: "answered" }, now + 100, 0);
    expect(grantAt(state, now + 100)).toMatchObject({ urgent: 49, other: 39 });
  });

  test("learns a lower limit from refusals among successes, from what went well, and recovers in minutes", () => {
    let now = 1_000_000;
    const makes = (state: AccountState, calls: number, feedback: Feedback) =>
      applyFeedback(spent(refreshed(state, DEFAULT_LIMITS, now), calls, now), feedback, now, 0);
    let state = makes(newAccount(DEFAULT_LIMITS, now), 15, { kind: "answered" });
    // Eight in flight are refused together: that is one refusal.
    for (let count = 0; count < 8; count++) state = makes(state, 1, refusal);
    expect(state.limit).toBe(60);
    now += 2_000;
    state = makes(state, 1, { kind: "answered" });
    state = makes(state, 3, { kind: "answered" });
    state = makes(state, 1, refusal);
    expect(state.limit).toBe(19);
    // Failures and ends go on all the same.
    expect(grantAt(taughtWell(state, now + 2_000), now + 2_000)).toMatchObject({
      other: 0,
      urgent: 32,
    });
    expect(refreshed(state, DEFAULT_LIMITS, now + 60_000).limit).toBe(38);
    expect(refreshed(state, DEFAULT_LIMITS, now + 120_000).limit).toBe(60);
  });

  test("lets an urgent call out two seconds after the last pause, whatever the answers were", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = 1_000_000;
        let state = newAccount(DEFAULT_LIMITS, now);
        let until = now;
        for (const it of steps) {
          now += it.waitMs;
          const current = refreshed(state, DEFAULT_LIMITS, now);
          const { urgent } = grantOf(current, DEFAULT_LIMITS, now);
          const made = spent(current, Math.min(urgent, 1), now);
          // Answers of calls that were under way before come whenever they come.
          state = applyFeedback(made, it.feedback, now, it.random);
          until = Math.max(until, made.pause?.until ?? 0, state.pause?.until ?? 0);
        }
        const after = Math.max(now, until) + 2_000;
        const rested = refreshed(state, DEFAULT_LIMITS, after);
        // The account's own limit is the one thing that holds longer.
        fc.pre(rested.calls.length < DEFAULT_LIMITS.callsPerMinute);
        expect(grantOf(rested, DEFAULT_LIMITS, after).urgent).toBeGreaterThanOrEqual(1);
        expect(until - now).toBeLessThanOrEqual(LONGEST_PAUSE_MS);
      }),
      { numRuns: 2_000 },
    );
  });

  test.each<[string, Feedback]>([
    ["401", { kind: "unauthorized" }],
    ["outage", { kind: "unavailable", isProbe: false }],
    ["429 of less", { kind: "rate_limited", retryAfterMs: 1_000 }],
    ["success", { kind: "answered" }],
  ])("an answer of before, a %s, shortens no pause that was told", (_, late) => {
    const now = 1_000_000;
    let state = newAccount(limits, now);
    const told: Feedback = { kind: "rate_limited", retryAfterMs: 120_000 };
    state = applyFeedback(state, told, now, 0);
    for (let count = 0; count < 8; count++) state = applyFeedback(state, late, now + 100, 0);
    expect(grantOf(refreshed(state, limits, now + 119_999), limits, now + 119_999).urgent).toBe(0);
    expect(grantOf(refreshed(state, limits, now + 120_000), limits, now + 120_000).urgent).toBe(1);
  });

  test("believes no pause that is longer than any there is", () => {
    const now = 1_000_000;
    const stored = (until: number): AccountState => ({
      ...newAccount(limits, now),
      pause: { until, reason: "rate_limited" },
    });
    expect(refreshed(stored(now + LONGEST_PAUSE_MS), limits, now).pause).not.toBeNull();
    expect(refreshed(stored(now + LONGEST_PAUSE_MS + 1), limits, now).pause).toBeNull();
    const years = applyFeedback(
      newAccount(limits, now),
      { ...refusal, retryAfterMs: 1e12 },
      now,
      0,
    );
    expect(years.pause?.until).toBe(now + LONGEST_PAUSE_MS);
  });

  test("rests after five calls without an API at the other end, then probes with one", () => {
    let now = 1_000_000;
    let state = newAccount(limits, now);
    for (let count = 0; count < 5; count++)
      state = applyFeedback(state, { kind: "unavailable", isProbe: true }, now, 0.5);
    expect(grantOf(state, limits, now).urgent).toBe(0);
    now = state.pause?.until ?? 0;
    expect(grantOf(refreshed(state, limits, now), limits, now)).toMatchObject({
      urgent: 1,
      other: 1,
    });
    const well = applyFeedback(refreshed(state, limits, now), { kind: "answered" }, now, 0.5);
    expect(grantOf(well, limits, now).urgent).toBe(limits.callsPerMinute);
  });

  describe("after a refusal that does not say when to come again", () => {
    const now = 1_000_000;
    const refused = applyFeedback(
      newAccount(limits, now),
      { kind: "rate_limited", retryAfterMs: undefined },
      now,
      0.5,
    );
    const later = refused.pause?.until ?? 0;
    const rested = refreshed(refused, limits, later);
    const grantAt = (state: AccountState, at: number) =>
      grantOf(refreshed(state, limits, at), limits, at);

    test("one call goes first, and no other before it is answered", () => {
      expect(grantOf(rested, limits, later)).toMatchObject({ urgent: 1, other: 1 });
      const probing = spent(rested, 1, later);
      expect(grantAt(probing, later + 9_999).urgent).toBe(0);
      const well = applyFeedback(probing, { kind: "answered" }, later + 100, 0.5);
      expect(grantOf(well, limits, later + 100).urgent).toBe(rested.limit - 1);
    });

    test("the next one is alone again where the first was not answered", () => {
      const failed = applyFeedback(
        spent(rested, 1, later),
        { kind: "unavailable", isProbe: true },
        later + 100,
        0.5,
      );
      expect(grantOf(failed, limits, later + 100).urgent).toBe(1);
    });

    test("the answer to a call of before opens nothing", () => {
      const late = applyFeedback(refused, { kind: "answered" }, now + 100, 0.5);
      expect(grantAt(late, now + 100).urgent).toBe(0);
      expect(grantAt(late, later).urgent).toBe(1);
    });

    test("the longer of two pauses holds", () => {
      const told = applyFeedback(refused, { kind: "rate_limited", retryAfterMs: 7_000 }, now, 0.5);
      expect(told.pause?.until).toBe(later);
      const longer = applyFeedback(
        refused,
        { kind: "rate_limited", retryAfterMs: 90_000 },
        now,
        0.5,
      );
      expect(longer.pause?.until).toBe(now + 90_000);
    });

    test("only the probe's own call, when it is given back, leaves the next one to another", () => {
      const probing = spent(spent(rested, 1, later - 5), 1, later);
      expect(grantAt(refunded(probing, 1, later - 5), later).urgent).toBe(0);
      expect(grantAt(refunded(probing, 1, later), later).urgent).toBe(1);
    });
  });

  test("calls leave the window after a minute and a little", () => {
    const now = 1_000_000;
    const state = spent(newAccount(limits, now), limits.callsPerMinute, now);
    expect(grantOf(refreshed(state, limits, now + 60_000), limits, now + 60_000).urgent).toBe(0);
    expect(grantOf(refreshed(state, limits, now + WINDOW_MS), limits, now + WINDOW_MS).urgent).toBe(
      limits.callsPerMinute,
    );
  });
});

test("calls of a clock that was set back are not counted until it has caught up", () => {
  const now = Date.UTC(2026, 4, 4, 12);
  const anHourAhead = spent(newAccount(limits, now), 12, now + 3_600_000);
  expect(grantOf(refreshed(anHourAhead, limits, now), limits, now).urgent).toBe(12);
  const aSecondAhead = spent(newAccount(limits, now), 12, now + 1_000);
  expect(grantOf(refreshed(aSecondAhead, limits, now), limits, now).urgent).toBe(0);
});

test("places that the API refused are back after two minutes, and not before", () => {
  const now = 1_000_000;
  const slots = ["a", "b"].map((streamKey) => ({ streamKey, importance: 1, since: now }));
  const full = { ...newAccount(limits, now), slots };
  const refused = applyFeedback(full, { kind: "activity_limit" }, now, 0.5);
  expect(refused.slotLimit).toBe(2);
  // What leaves may have left, and fills no place then.
  const leaving = { streamKey: "c", importance: 1, since: now, leavesAt: now };
  const left = { ...full, slots: [...slots.slice(1), leaving] };
  expect(applyFeedback(left, { kind: "activity_limit" }, now, 0.5).slotLimit).toBe(1);
  expect(refreshed(refused, limits, now + 119_999).slotLimit).toBe(2);
  expect(refreshed(refused, limits, now + 120_000).slotLimit).toBe(limits.activities);
});
