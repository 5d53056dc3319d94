/** The limit of calls a minute as a sliding window over the calls that were let through. No clock of its own. */

const WINDOW_MS = 60_000;

export interface CallWindow {
  /** Lets a call through (undefined), or says in how many ms the next one will be. */
  take(now: number): number | undefined;
  /** When each call of the last minute came, in ms, oldest first. */
  times(now: number): readonly number[];
}

export function createCallWindow(callsPerMinute: number): CallWindow {
  let times: readonly number[] = [];
  const recent = (now: number) => times.filter((at) => at > now - WINDOW_MS);
  return {
    take(now) {
      times = recent(now);
      const [oldest = now] = times;
      if (times.length >= callsPerMinute) return oldest + WINDOW_MS - now;
      times = [...times, now];
      return undefined;
    },
    times: recent,
  };
}
