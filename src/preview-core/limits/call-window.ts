/**
 * A quota of calls a minute as a sliding window over the calls that were let through. Whoever keeps
 * to it also keeps to a fixed window that is reset at once. No clock of its own.
 */

export const WINDOW_SECONDS = 60;
const WINDOW_MS = WINDOW_SECONDS * 1000;

export interface CallWindow {
  readonly quota: number;
  /** How long until a call is let through, in ms; 0: now. */
  waitMs(now: number): number;
  /** Counts a call. */
  add(now: number): void;
  /** How many calls are left, and in how many whole seconds there will be more. */
  rest(now: number): { readonly calls: number; readonly seconds: number };
  /** When each call of the last minute came, in ms, oldest first. */
  times(now: number): readonly number[];
}

export function createCallWindow(quota: number): CallWindow {
  let times: readonly number[] = [];
  const recent = (now: number) => {
    if ((times[0] ?? Infinity) <= now - WINDOW_MS)
      times = times.filter((at) => at > now - WINDOW_MS);
    return times;
  };
  const waitMs = (now: number) => {
    const [oldest = now] = recent(now);
    return times.length < quota ? 0 : oldest + WINDOW_MS - now;
  };
  return {
    quota,
    waitMs,
    add: (now) => {
      times = [...recent(now), now];
    },
    rest(now) {
      const [oldest = now] = recent(now);
      const seconds = Math.ceil((oldest + WINDOW_MS - now) / 1000);
      return { calls: Math.max(0, quota - times.length), seconds };
    },
    times: recent,
  };
}
