/** The timer of a Live Activity: starts, pauses, goes on, is reset, freezes. Pure; times in ms. */
import type { StreamContentState } from "../../destinations/activitysmith/contract.ts";
import type { ContentState, Timer } from "./lock-screen.ts";

/**
 * The timer after a request: `duration_seconds` in it (or a first request) resets the window;
 * `is_running` pauses and resumes; leaving both out lets it be. Null where the activity is no
 * timer.
 */
export function followingTimer(
  previous: Timer | null,
  state: ContentState,
  incoming: StreamContentState,
  now: number,
): Timer | null {
  if (state.type !== "timer") return null;
  const fresh = previous === null || incoming.duration_seconds !== undefined;
  const seconds = state.duration_seconds;
  const base: Timer = {
    durationMs: seconds === undefined ? undefined : seconds * 1000,
    countsDown: state.counts_down ?? true,
    elapsedMs: fresh ? 0 : elapsed(previous, now),
    since: now,
  };
  return state.is_running === false ? { ...base, since: null } : base;
}

export function frozen(timer: Timer | null, now: number): Timer | null {
  return timer && { ...timer, elapsedMs: elapsed(timer, now), since: null };
}

function elapsed(timer: Timer, now: number): number {
  return timer.elapsedMs + (timer.since === null ? 0 : now - timer.since);
}
