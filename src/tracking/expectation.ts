/** What a track's history lets one expect of its next run. Pure. */

import type { Expectation } from "../model/run/forecast.ts";

/** With fewer runs than this nothing is said. */
export const MIN_RUNS = 5;

/** What takes so many times as long as the other is nothing like it. */
const LIKE = 1.5;

/** @param durations of the track's last succeeded runs in ms, in any order */
export function expectationOf(durations: readonly number[]): Expectation | undefined {
  if (durations.length < MIN_RUNS) return undefined;
  const ascending = durations.toSorted((a, b) => a - b);
  // The nearest rank: always a duration that was really seen.
  const rank = (share: number) => ascending[Math.ceil(share * ascending.length) - 1] ?? 0;
  const median = rank(0.5);
  const like = ascending.filter((it) => it <= LIKE * median && median <= LIKE * it);
  const isVaried = 2 * like.length < ascending.length;
  return { median, p90: rank(0.9), p99: rank(0.99), ...(isVaried && { isVaried }) };
}

/** Below this nobody waits for the end any more, and it would be over before it is read. */
const MIN_LEFT_MS = 10_000;

/**
 * "about 40 s left", "slower than usual", or nothing; `elapsed` is how long the run has been under
 * way, in ms.
 */
export type Pace =
  | { readonly kind: "left"; readonly ms: number }
  | { readonly kind: "slow" }
  | undefined;

export function paceOf(expected: Expectation | undefined, elapsed: number): Pace {
  if (!expected) return undefined;
  if (elapsed > expected.p90) return { kind: "slow" };
  if (expected.isVaried) return undefined;
  const left = expected.median - elapsed;
  return left >= MIN_LEFT_MS ? { kind: "left", ms: roundedUp(left) } : undefined;
}

/**
 * To whole tens of seconds, above five minutes to whole minutes: an estimate should not look like a
 * promise.
 */
function roundedUp(ms: number): number {
  const unit = ms > 5 * 60_000 ? 60_000 : 10_000;
  return Math.ceil(ms / unit) * unit;
}
