/** What a line's past let one expect of a run, and what its bar has shown. Types only. */
import type { Run } from "./run.ts";

/** How long runs take, in ms. */
export interface Expectation {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  /** They differ so much that the median says nothing of the next one. */
  readonly isVaried?: true;
}

/** One segment of a bar, as far as another run can have it too. */
export interface BarSlot {
  /** Of a line the step's key; of jobs their name, without what tells the jobs of a matrix apart. */
  readonly key: string;
  readonly title: string;
  readonly order: number;
  /** How many jobs it stands for. */
  readonly jobs: number;
}

/** What the bar of a run came to in the end: what the next one starts with. */
export interface BarShape {
  readonly kind: Run["shape"];
  /** How many segments; there may be fewer slots on record. */
  readonly count: number;
  readonly slots: readonly BarSlot[];
}

/** Kept with a run, so that what it began with does not change under it. */
export interface Forecast {
  readonly attempt: number;
  /** From the line's last run of this shape; null where there was none. */
  readonly seed: BarShape | null;
  readonly expected: Expectation | null;
  /** The most segments of any attempt, and the most completed ones of this attempt. */
  readonly segments: number;
  readonly completed: number;
  /** Optional steps that have had a segment: it stays. */
  readonly kept: readonly string[];
  /**
   * When the first frame of this attempt may go out, in ms by the gateway's clock; absent as long as
   * the run is not shown.
   */
  readonly firstFrameAt?: number | undefined;
  /** A frame of this attempt has been seen: its bar keeps the number of segments. */
  readonly isHeld?: boolean;
}
