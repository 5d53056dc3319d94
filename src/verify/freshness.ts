/**
 * Whether a signed unix time is recent. The clock is passed in; the signature over the time is
 * checked elsewhere.
 */
import type { VerificationFailure } from "./failure.ts";

const UNIX_SECONDS = /^\d{1,12}$/;

/**
 * @param text the time in unix seconds as sent in `header`
 * @returns the failure, or undefined where the time is at most `toleranceSeconds` in the past or
 *   the future
 */
export function staleness(
  header: string,
  text: string | undefined,
  toleranceSeconds: number,
  nowMs: number,
): VerificationFailure | undefined {
  if (!text) return { reason: "timestamp_missing", header };
  if (!UNIX_SECONDS.test(text)) return { reason: "timestamp_malformed", header };
  const ageSeconds = Math.floor(nowMs / 1000) - Number(text);
  if (Math.abs(ageSeconds) <= toleranceSeconds) return undefined;
  return { reason: "timestamp_outside_tolerance", ageSeconds, toleranceSeconds };
}
