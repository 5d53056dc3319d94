/**
 * Runs a step again and again: at once when woken, at a known time, and by a sweep that finds what
 * no wake-up told of.
 */
import type { Logger } from "../../ports.ts";
import { messageOf } from "../../util/error-text.ts";

export interface LoopOptions {
  readonly name: string;
  /**
   * Does what is due now; returns how much it did. Called again at once until it returns 0. Never
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
  const loop = new StepLoop(options);
  loop.begin();
  return loop;
}

class StepLoop implements Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #isWoken = false;
  /** When the last step began: what became due since then it has not seen. */
  #begunAt = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #asking: Promise<void> | undefined;

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  wake(): void {
    this.#isWoken = true;
    this.begin();
  }

  /** Does nothing where a step is under way: it is called again while it was woken. */
  begin(): void {
    if (this.#running || this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#running = this.#drain();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#running;
    await this.#asking;
  }

  get #isStopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #drain(): Promise<void> {
    try {
      do {
        this.#isWoken = false;
        this.#begunAt = this.#options.now();
        if ((await this.#options.step()) > 0) this.#isWoken = true;
      } while (this.#isWoken && !this.#isStopped);
    } catch (error) {
      this.#logFailure(error);
    }
    this.#running = undefined;
    if (!this.#isStopped) this.#rest();
  }

  /**
   * Until the next sweep, or until something is due if that is sooner. A wake-up waits for neither,
   * nor for the answer.
   */
  #rest(): void {
    // What woke a step that failed is not told again.
    if (this.#isWoken) this.#beginAfter(0);
    else if (this.#options.nextDue)
      this.#timer = setTimeout(() => void (this.#asking = this.#untilDue()), ASK_AFTER_MS);
    else this.#beginAfter(this.#options.sweepMs);
  }

  async #untilDue(): Promise<void> {
    const { nextDue, sweepMs, now } = this.#options;
    const untilSweep = sweepMs - ASK_AFTER_MS;
    const sweep = this.#beginAfter(untilSweep);
    try {
      const due = await nextDue?.(this.#begunAt);
      if (due === undefined || this.#timer !== sweep) return;
      clearTimeout(sweep);
      this.#beginAfter(Math.min(untilSweep, Math.max(0, due - now())));
    } catch (error) {
      this.#logFailure(error);
    }
  }

  #beginAfter(ms: number): NodeJS.Timeout {
    this.#timer = setTimeout(() => this.begin(), ms);
    return this.#timer;
  }

  #logFailure(error: unknown): void {
    this.#options.log.error(`${this.#options.name} failed`, { error: messageOf(error) });
  }
}
