/** Runs a step again and again: at once when woken, at a known time, and by a sweep that finds what no wake-up told of. */
import type { Logger } from "../ports.ts";

export interface LoopOptions {
  readonly name: string;
  /** Does what is due now; answers how much it did. Called again at once until it answers 0. Never called twice at a time. */
  readonly step: () => Promise<number>;
  /** When something becomes due that is not yet, in ms since the epoch. */
  readonly nextDue?: () => Promise<number | undefined>;
  readonly sweepMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

export interface Loop {
  wake(): void;
  /** Resolves when the step under way is over; none begins after. */
  stop(): Promise<void>;
}

/** A step that throws is logged and tried again at the next sweep. */
export function startLoop(options: LoopOptions): Loop {
  const stopping = new AbortController();
  const stopped = stopping.signal;
  let isWoken = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  async function drain(): Promise<void> {
    let delay = options.sweepMs;
    try {
      do {
        isWoken = false;
        if ((await options.step()) > 0) isWoken = true;
      } while (isWoken && !stopped.aborted);
      delay = await untilDue();
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      options.log.error(`${options.name} failed`, { error: detail });
    }
    running = undefined;
    if (stopped.aborted) return;
    // A wake-up may have come while `untilDue` asked.
    timer = setTimeout(begin, isWoken ? 0 : delay);
  }

  async function untilDue(): Promise<number> {
    const due = await options.nextDue?.();
    if (due === undefined) return options.sweepMs;
    return Math.min(options.sweepMs, Math.max(0, due - options.now()));
  }

  function begin(): void {
    if (running || stopped.aborted) return;
    clearTimeout(timer);
    running = drain();
  }

  begin();
  return {
    wake: () => {
      isWoken = true;
      begin();
    },
    stop: async () => {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
