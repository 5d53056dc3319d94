/**
 * Runs a step again and again: at once when woken, at a known time, and by a sweep that finds what
 * no wake-up told of.
 */
import type { Logger } from "../../ports.ts";
import { messageOf } from "../../util/error-text.ts";

export interface LoopOptions {
  readonly name: string;
  /**
   * Does what is due now; answers how much it did. Called again at once until it answers 0. Never
   * called twice at a time.
   */
  readonly step: () => Promise<number>;
  /** When something becomes due that was not at this time; both in ms since the epoch. */
  readonly nextDue?: (notYetAt: number) => Promise<number | undefined>;
  readonly sweepMs: number;
  readonly now: () => number;
  readonly log: Logger;
}

export interface Loop {
  wake(): void;
  /** Resolves when the step under way is over; none begins after. */
  stop(): Promise<void>;
}

/** In a rush the next wake-up comes sooner, and what is due later need not be asked for. */
const ASK_AFTER_MS = 5;

/** A step that throws is logged and tried again at the next sweep. */
export function startLoop(options: LoopOptions): Loop {
  const stopping = new AbortController();
  const stopped = stopping.signal;
  let isWoken = false;
  /** When the last step began: what became due since then it has not seen. */
  let begunAt = 0;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let asking: Promise<void> | undefined;

  const failed = (error: unknown): void => {
    const detail = messageOf(error);
    options.log.error(`${options.name} failed`, { error: detail });
  };

  async function drain(): Promise<void> {
    try {
      do {
        isWoken = false;
        begunAt = options.now();
        if ((await options.step()) > 0) isWoken = true;
      } while (isWoken && !stopped.aborted);
    } catch (error) {
      failed(error);
    }
    running = undefined;
    if (!stopped.aborted) rest();
  }

  /**
   * Until the next sweep, or until something is due if that is sooner. A wake-up waits for neither,
   * nor for the answer.
   */
  function rest(): void {
    // What woke a step that failed is not told again.
    if (isWoken) {
      timer = setTimeout(begin, 0);
      return;
    }
    timer = options.nextDue
      ? setTimeout(() => void (asking = untilDue()), ASK_AFTER_MS)
      : setTimeout(begin, options.sweepMs);
  }

  async function untilDue(): Promise<void> {
    const untilSweep = options.sweepMs - ASK_AFTER_MS;
    const sweep = setTimeout(begin, untilSweep);
    timer = sweep;
    try {
      const due = await options.nextDue?.(begunAt);
      if (due === undefined || timer !== sweep) return;
      clearTimeout(sweep);
      timer = setTimeout(begin, Math.min(untilSweep, Math.max(0, due - options.now())));
    } catch (error) {
      failed(error);
    }
  }

  function begin(): void {
    if (running || stopped.aborted) return;
    clearTimeout(timer);
    timer = undefined;
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
      timer = undefined;
      await running;
      await asking;
    },
  };
}
