/** When to try again: exponential with jitter. Pure; the randomness is passed in. */

const FIRST_DELAY_MS = 1_000;
const MAX_DELAY_MS = 5 * 60_000;
/** Below this share of the full delay the jitter never goes, so that a retry is never at once. */
const MIN_SHARE = 0.25;

const FIRST_SLOW_MS = 5 * 60_000;
/** The longest that any command waits for its next try. */
export const LONGEST_WAIT_MS = 30 * 60_000;

/**
 * The wait in ms where somebody has to do something first: five minutes, later longer.
 * @param ageMs how long ago the command was made
 */
export function slowRetryDelayMs(ageMs: number): number {
  return Math.min(LONGEST_WAIT_MS, Math.max(FIRST_SLOW_MS, Math.round(ageMs / 6)));
}

/**
 * The wait before the next try in ms.
 * @param attempts how many tries there were, 1 or more
 * @param random in [0, 1)
 */
export function retryDelayMs(attempts: number, random: number): number {
  const full = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(attempts - 1, 20));
  return Math.round(full * (MIN_SHARE + (1 - MIN_SHARE) * random));
}
