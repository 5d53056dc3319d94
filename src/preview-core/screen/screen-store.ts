/**
 * Holds the preview's one state in memory and tells listeners of every change. Knows no rule of
 * what the state may be, and keeps nothing over a restart.
 */
import { isLive } from "./activity.ts";
import type { Chaos } from "../limits/chaos.ts";
import { EMPTY_STATE } from "./lock-screen.ts";
import type { LockScreen, PreviewLimits, PreviewState, Widget } from "./lock-screen.ts";
import type { RateLimits } from "../limits/rate-limits.ts";
import { prune } from "./state.ts";

export interface ScreenStore {
  /** The state as of now. */
  read(): PreviewState;
  /**
   * Takes the next state and tells everybody, even where a call changed nothing: it counts against
   * the limit.
   */
  write(state: PreviewState): void;
  snapshot(): LockScreen;
  /** Tells of each write from now on; returns how to stop that. */
  onChange(listener: (screen: LockScreen) => void): () => void;
}

export interface ScreenStoreOptions {
  readonly now: () => number;
  readonly limits: PreviewLimits;
  readonly rateLimits: RateLimits;
  readonly chaos: Chaos;
  readonly widgets: readonly Widget[];
}

export function createScreenStore(options: ScreenStoreOptions): ScreenStore {
  const { now, limits, rateLimits, chaos } = options;
  let state: PreviewState = { ...EMPTY_STATE, widgets: options.widgets };
  const listeners = new Set<(screen: LockScreen) => void>();
  const read = () => {
    state = prune(state, now(), limits);
    return state;
  };
  const snapshot = (): LockScreen => {
    const { streams, ...shown } = read();
    const at = now();
    return {
      ...shown,
      now: at,
      limits,
      active: shown.activities.filter(isLive).length,
      usage: rateLimits.usage(at),
      pausedStreams: [...streams].flatMap(([key, id]) => (id === null ? [key] : [])),
      trouble: chaos.current(at) ?? null,
    };
  };
  return {
    read,
    snapshot,
    write(next) {
      state = next;
      const screen = snapshot();
      for (const listener of listeners) listener(screen);
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
