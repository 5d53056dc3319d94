/** What each answer does to an account, and what time does to it after: one decision a row. */
import { describe, expect, test } from "vitest";
import type { AccountState } from "../../src/model/account.ts";
import {
  applyFeedback,
  circuitOf,
  grantOf,
  newAccount,
  PROBE_MS,
  refreshed,
  toldLeft,
  WINDOW_MS,
} from "../../src/pacing/account.ts";
import type { Feedback } from "../../src/pacing/account.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const LIMITS = { callsPerMinute: 12, reserve: 3, activities: 4 };
const FRESH = newAccount(LIMITS, NOW);
const at = (changes: Partial<AccountState>): AccountState => ({ ...FRESH, ...changes });
const pause = (reason: NonNullable<AccountState["pause"]>["reason"], ms: number) => ({
  until: NOW + ms,
  reason,
});

const UNAVAILABLE: Feedback = { kind: "unavailable", isProbe: true };
const LIMITED: Feedback = { kind: "rate_limited", retryAfterMs: undefined };
const PROBING = pause("probing", PROBE_MS);

describe("an answer", () => {
  test.each<[string, AccountState, Feedback, number, Partial<AccountState>]>([
    [
      "401 ends what was missed and pauses a minute",
      at({ failures: 2 }),
      { kind: "unauthorized" },
      0,
      { failures: 0, pause: pause("unauthorized", 60_000) },
    ],
    [
      "401 shortens no rate limit that ends later",
      at({ failures: 2, pause: pause("rate_limited", 60_001) }),
      { kind: "unauthorized" },
      0,
      { failures: 0, pause: pause("unauthorized", 60_001) },
    ],
    [
      "401 makes a shorter one longer",
      at({ pause: pause("rate_limited", 59_999) }),
      { kind: "unauthorized" },
      0,
      { pause: pause("unauthorized", 60_000) },
    ],
    [
      "none at the fifth leaves a rate limit that ends later",
      at({ failures: 4, pause: pause("rate_limited", 1_001) }),
      UNAVAILABLE,
      0,
      {},
    ],
    [
      "none at the fifth rests as long as a rate limit that ends with it",
      at({ failures: 4, pause: pause("rate_limited", 1_000) }),
      UNAVAILABLE,
      0,
      { pause: pause("unavailable", 1_000) },
    ],
    ["429 without a time: 5 s", FRESH, LIMITED, 0, { pause: pause("rate_limited", 5_000) }],
    ["429 without a time: 17 s", FRESH, LIMITED, 0.5, { pause: pause("rate_limited", 17_500) }],
    [
      "429 shortens no pause that was told",
      at({ pause: pause("unauthorized", 60_000) }),
      { kind: "rate_limited", retryAfterMs: 9_000 },
      0,
      { pause: pause("rate_limited", 60_000) },
    ],
    [
      "429 again: what went well is learned, without what was refused or missed",
      at({ limit: 60, calls: Array(20).fill(NOW), refused: [NOW], missed: [NOW, NOW, NOW] }),
      { kind: "rate_limited", retryAfterMs: 9_000 },
      0,
      { limit: 15, refused: [NOW, NOW], pause: pause("rate_limited", 9_000) },
    ],
    ["none is counted", at({ missed: [NOW - 1] }), UNAVAILABLE, 0, { missed: [NOW - 1, NOW] }],
    ["the first missed one", FRESH, UNAVAILABLE, 0, { missed: [NOW], failures: 1, pause: null }],
    [
      "none leaves a pause as it is before the fifth",
      at({ pause: pause("rate_limited", 5_000) }),
      UNAVAILABLE,
      0,
      { pause: pause("rate_limited", 5_000) },
    ],
    ["none of the probe ends its wait", at({ pause: PROBING }), UNAVAILABLE, 0, { pause: null }],
    [
      "none of a call before the probe says nothing of it",
      at({ pause: PROBING, failures: 1 }),
      { kind: "unavailable", isProbe: false },
      0,
      { pause: PROBING, failures: 1, missed: [NOW] },
    ],
    [
      "none of a call while no probe is under way counts",
      at({ pause: pause("rate_limited", 5_000), failures: 1 }),
      { kind: "unavailable", isProbe: false },
      0,
      { failures: 2 },
    ],
    ["the fifth: 1 s", at({ failures: 4 }), UNAVAILABLE, 0, { pause: pause("unavailable", 1_000) }],
    [
      "the fifth: 1.5 s",
      at({ failures: 4 }),
      UNAVAILABLE,
      0.5,
      { pause: pause("unavailable", 1_500) },
    ],
    ["the sixth: 2 s", at({ failures: 5 }), UNAVAILABLE, 0, { pause: pause("unavailable", 2_000) }],
    [
      "at most a minute",
      at({ failures: 40 }),
      UNAVAILABLE,
      0,
      { pause: pause("unavailable", 3e4) },
    ],
    [
      "one ends the rest of an API that was away",
      at({ failures: 5, pause: pause("unavailable", 9_000) }),
      { kind: "answered" },
      0,
      { failures: 0, pause: null },
    ],
    [
      "one ends no pause of another reason",
      at({ failures: 1, pause: pause("unauthorized", 9_000) }),
      { kind: "answered" },
      0,
      { failures: 0, pause: pause("unauthorized", 9_000) },
    ],
  ])("%s", (_, before, feedback, random, after) => {
    expect(applyFeedback(before, feedback, NOW, random)).toStrictEqual({
      ...before,
      ...(feedback.kind === "rate_limited" && { halfOpen: true, refused: [NOW] }),
      ...(feedback.kind === "unavailable" && {
        failures: before.failures + (feedback.isProbe || before.pause !== PROBING ? 1 : 0),
        missed: [NOW],
      }),
      ...after,
    });
  });

  test("ends no rate limit, and makes no next call alone that was not", () => {
    const limited = at({ failures: 1, pause: pause("rate_limited", 5_000) });
    const after = { ...limited, failures: 0 };
    expect(applyFeedback(limited, { kind: "answered" }, NOW, 0)).toStrictEqual(after);
  });

  test("that teaches nothing writes nothing", () => {
    expect(applyFeedback(FRESH, { kind: "answered" }, NOW, 0)).toBe(FRESH);
    expect(applyFeedback(FRESH, { kind: "nothing" }, NOW, 0)).toBe(FRESH);
  });

  test("only after a rate limit the next call is alone still, whatever was answered before", () => {
    const halfOpen = { failures: 1, halfOpen: true };
    const limited = at({ ...halfOpen, pause: pause("rate_limited", 5_000) });
    expect(applyFeedback(limited, { kind: "answered" }, NOW, 0).halfOpen).toBe(true);
    const refused = at({ ...halfOpen, pause: pause("unauthorized", 5_000) });
    const answered = applyFeedback(refused, { kind: "answered" }, NOW, 0);
    expect(answered).toStrictEqual(at({ pause: pause("unauthorized", 5_000) }));
  });
});

test.each([
  [0, "closed"],
  [1, "suspect"],
  [4, "suspect"],
  [5, "open"],
])("after %i calls without an API the circuit is %s", (failures, circuit) => {
  expect(circuitOf(at({ failures }))).toBe(circuit);
});

describe("time", () => {
  test.each<[string, Partial<AccountState>, Partial<AccountState>]>([
    ["leaves a fresh account as it is", {}, {}],
    ["keeps what the API said until then", { told: { left: 1, until: NOW + 1 } }, {}],
    ["forgets what it said of before", { told: { left: 1, until: NOW } }, { told: undefined }],
    [
      "takes what is old out of the window",
      { refused: [NOW - WINDOW_MS, NOW], missed: [NOW - WINDOW_MS, NOW - 1] },
      { refused: [NOW], missed: [NOW - 1] },
    ],
    [
      "takes what is of another clock out of the window",
      { calls: [NOW + WINDOW_MS, NOW + WINDOW_MS - 1] },
      { calls: [NOW + WINDOW_MS - 1] },
    ],
    ["does nothing at once", { limit: 10 }, {}],
    [
      "doubles a learned limit in a minute",
      { limit: 5, limitChangedAt: NOW - 60_000 },
      { limit: 10, limitChangedAt: NOW },
    ],
    [
      "notes no change where there is none",
      { limitChangedAt: NOW - 3_600_000 },
      { limitChangedAt: NOW - 3_600_000 },
    ],
    [
      "of another clock undoes what was learned by it",
      { limit: 5, limitChangedAt: NOW + 1 },
      { limit: 12, limitChangedAt: NOW },
    ],
    ["leaves fewer places", { slotLimit: 2 }, {}],
    ["takes places that are configured no more", { slotLimit: 5 }, { slotLimit: 4 }],
  ])("%s", (_, changes, after) => {
    const { told, ...rest } = { ...at(changes), ...after };
    expect(refreshed(at(changes), LIMITS, NOW)).toStrictEqual({ ...rest, ...(told && { told }) });
  });
});

test.each<[string, Partial<AccountState>, object]>([
  ["all but the reserve", {}, { urgent: 12, other: 9, next: NOW }],
  [
    "the oldest call says when there are more",
    { calls: [NOW - 5_000, NOW] },
    { urgent: 10, other: 7, next: NOW - 5_000 + WINDOW_MS },
  ],
  [
    "of a small learned limit the reserve is half",
    { limit: 4 },
    { urgent: 12, other: 2, next: NOW },
  ],
  [
    "the reserve is kept of what the API says is left",
    { told: { left: 5, until: NOW + 1 } },
    { urgent: 5, other: 2, next: NOW },
  ],
])("what may be called: %s", (_, changes, grant) => {
  expect(grantOf(at(changes), LIMITS, NOW)).toEqual(grant);
});

test.each<[string, NonNullable<AccountState["told"]>, number, AccountState["told"]]>([
  ["of a window that is over", { left: 3, until: NOW }, 5, { left: 5, until: NOW + 20_000 }],
  [
    "of a window that ends later",
    { left: 3, until: NOW + 18_000 },
    3,
    { left: 3, until: NOW + 20_000 },
  ],
  ["of the same window", { left: 3, until: NOW + 18_001 }, 3, { left: 3, until: NOW + 18_001 }],
])("what the API says is left, where it is known %s", (_, told, left, after) => {
  const quota = { left, resetMs: 20_000, callsPerMinute: 12 };
  expect(toldLeft(at({ told }), quota, NOW).told).toEqual(after);
});

test.each([
  ["is over", 0, { left: 11, until: NOW + 20_000 }],
  ["is not over", 1, undefined],
])("eleven of twelve left are news where the only call's own window %s", (_, ms, told) => {
  const quota = { left: 11, resetMs: 20_000, callsPerMinute: 12 };
  const state = at({ calls: [NOW + 20_000 - WINDOW_MS + ms] });
  expect(toldLeft(state, quota, NOW).told).toEqual(told);
});
