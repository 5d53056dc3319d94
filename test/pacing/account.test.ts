/** The budget of an account: never more calls than allowed in any minute, whatever is asked and answered when. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  DEFAULT_LIMITS,
  grantOf,
  newAccount,
  refreshed,
  refunded,
  spent,
  taught,
  WINDOW_MS,
} from "../../src/pacing/account.ts";
import type { AccountState, Lesson } from "../../src/pacing/account.ts";

const limits = { callsPerMinute: 12, reserve: 3, activities: 4 };

const lesson: fc.Arbitrary<Lesson> = fc.oneof(
  fc.constant({ kind: "answered" as const }),
  fc.constant({ kind: "activity_limit" as const }),
  fc.constant({ kind: "unavailable" as const }),
  fc.constant({ kind: "unauthorized" as const }),
  fc.record({
    kind: fc.constant("rate_limited" as const),
    retryAfterMs: fc.option(fc.integer({ min: 0, max: 90_000 }), { nil: undefined }),
  }),
);
const step = fc.record({
  waitMs: fc.integer({ min: 0, max: 20_000 }),
  urgent: fc.boolean(),
  wanted: fc.integer({ min: 1, max: 8 }),
  lesson,
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
          state = calls > 0 ? taught(next, it.lesson, now, it.random) : next;
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
    const paused = taught(
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

  test("learns a lower limit from a refusal and recovers slowly", () => {
    const now = 1_000_000;
    const state = taught(
      spent(newAccount(DEFAULT_LIMITS, now), 30, now),
      { kind: "rate_limited", retryAfterMs: 0 },
      now,
      0,
    );
    expect(state.limit).toBe(29);
    expect(refreshed(state, DEFAULT_LIMITS, now + 5 * 60_000).limit).toBe(34);
    expect(refreshed(state, DEFAULT_LIMITS, now + 24 * 60 * 60_000).limit).toBe(
      DEFAULT_LIMITS.callsPerMinute,
    );
  });

  test("rests after five calls without an API at the other end, then probes with one", () => {
    let now = 1_000_000;
    let state = newAccount(limits, now);
    for (let count = 0; count < 5; count++)
      state = taught(state, { kind: "unavailable" }, now, 0.5);
    expect(grantOf(state, limits, now).urgent).toBe(0);
    now = state.pause?.until ?? 0;
    expect(grantOf(refreshed(state, limits, now), limits, now)).toMatchObject({
      urgent: 1,
      other: 1,
    });
    const well = taught(refreshed(state, limits, now), { kind: "answered" }, now, 0.5);
    expect(grantOf(well, limits, now).urgent).toBe(limits.callsPerMinute);
  });

  describe("after a refusal that does not say when to come again", () => {
    const now = 1_000_000;
    const refused = taught(
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
      const well = taught(probing, { kind: "answered" }, later + 100, 0.5);
      expect(grantOf(well, limits, later + 100).urgent).toBe(rested.limit - 1);
    });

    test("the next one is alone again where the first was not answered", () => {
      const failed = taught(spent(rested, 1, later), { kind: "unavailable" }, later + 100, 0.5);
      expect(grantOf(failed, limits, later + 100).urgent).toBe(1);
    });

    test("the answer to a call of before opens nothing", () => {
      const late = taught(refused, { kind: "answered" }, now + 100, 0.5);
      expect(grantAt(late, now + 100).urgent).toBe(0);
      expect(grantAt(late, later).urgent).toBe(1);
    });

    test("where the API does say, all go when it says", () => {
      const told = taught(refused, { kind: "rate_limited", retryAfterMs: 7_000 }, now, 0.5);
      expect(grantAt(told, now + 7_000).urgent).toBeGreaterThan(1);
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
