/** What one feature of an account learns for the others. */
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, newAccount, PROBE_MS, applyFeedback } from "../../src/pacing/account.ts";
import type { AccountState } from "../../src/model/account.ts";
import { isNews, sharing } from "../../src/pacing/share.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const fresh = newAccount(DEFAULT_LIMITS, NOW);
const unpaid: AccountState = { ...fresh, unpaid: { until: NOW + 1, message: "trial_expired" } };
const refused = applyFeedback(fresh, { kind: "unauthorized" }, NOW, 0.5);
const limited = applyFeedback(fresh, { kind: "rate_limited", retryAfterMs: 9_000 }, NOW, 0.5);
const away = Array.from({ length: 5 }).reduce<AccountState>(
  (state) => applyFeedback(state, { kind: "unavailable", isProbe: true }, NOW, 0.5),
  fresh,
);

/** Away, and looked for again at another time. */
function resting(until: number): AccountState {
  return { ...away, pause: { until, reason: "unavailable" } };
}

test.each<[string, AccountState, AccountState, boolean]>([
  ["nothing", fresh, fresh, false],
  ["a call more", fresh, { ...fresh, calls: [NOW] }, false],
  ["a rate limit, which is of a feature", fresh, limited, false],
  ["payment is asked for", fresh, unpaid, true],
  ["it is paid for", unpaid, fresh, true],
  ["the key is refused", fresh, refused, true],
  ["the API is away", fresh, away, true],
  ["the API is back", away, fresh, true],
  ["it rests on", away, resting(9), true],
  ["it rests again after a look", { ...away, pause: null }, resting(9), true],
  ["its rest is over", away, { ...away, pause: null }, false],
  ["it rests as before", away, { ...away, calls: [NOW] }, false],
  ["it is looked for", away, { ...away, pause: { until: NOW + 9, reason: "probing" } }, false],
  [
    "a limit ends later",
    limited,
    { ...limited, pause: { until: 9, reason: "unavailable" } },
    false,
  ],
])("%s: news for the other features or not", (_name, before, after, expected) => {
  expect(isNews(before, after)).toBe(expected);
});

describe("another feature", () => {
  test("waits for payment, and no longer", () => {
    expect(sharing(fresh, unpaid)).toEqual(unpaid);
    expect(sharing(unpaid, fresh)).toEqual(fresh);
  });

  test("pauses with a refused key", () => {
    expect(sharing(fresh, refused).pause).toEqual(refused.pause);
  });

  test("rests until the one that found nobody has looked again", () => {
    const rests = sharing(fresh, away).pause;
    expect(rests).toEqual({ until: (away.pause?.until ?? 0) + PROBE_MS, reason: "unavailable" });
  });

  test("goes on when the API is back, but for a limit of its own", () => {
    expect(sharing(sharing(fresh, away), fresh).pause).toBeNull();
    const own = { ...limited, failures: away.failures };
    expect(sharing(own, fresh).pause).toEqual(limited.pause);
  });

  test("keeps its calls and its limit", () => {
    const used = { ...fresh, calls: [NOW], limit: 20 };
    expect(sharing(used, away)).toMatchObject({ calls: [NOW], limit: 20 });
  });

  test("that has a probe under way goes on waiting for it", () => {
    const probing: AccountState = { ...away, pause: { until: NOW + 1, reason: "probing" } };
    expect(sharing(probing, away)).toEqual(probing);
    const { pause: _pause, ...unpaused } = away;
    expect(sharing(fresh, { ...unpaused, pause: null })).toEqual(fresh);
  });

  test("goes on when the key is good again, and keeps what it missed itself", () => {
    expect(sharing(sharing(fresh, refused), fresh).pause).toBeNull();
    const suspect = { ...fresh, failures: 2 };
    expect(sharing(suspect, fresh)).toEqual(suspect);
    expect(sharing({ ...fresh, failures: 5 }, fresh)).toEqual(fresh);
  });
});
