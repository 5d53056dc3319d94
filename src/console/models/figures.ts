/**
 * What the runs of a track tell about it: how often, how often it fails, how soon it is mended.
 * Pure.
 */
import type { RunModel } from "../../api/models/track-models.ts";

export interface TrackFigures {
  /**
   * Successful runs a week, over the time that the runs span; null where they span less than a day.
   */
  readonly perWeek: number | null;
  /** Failed of all that succeeded or failed; null of none. */
  readonly failureRate: number | null;
  /** Median time from a failure to the next success, in ms; null where none was mended. */
  readonly toRestoreMs: number | null;
  /**
   * How much longer the newer half of the successes took than the older one: 0.2 is a fifth longer;
   * null where there are few.
   */
  readonly trend: number | null;
}

const DAY_MS = 24 * 60 * 60_000;
/** Fewer successes than these tell no trend. */
const TREND_RUNS = 6;

/** @param runs newest first */
export function figuresOf(runs: readonly RunModel[]): TrackFigures {
  const ended = runs
    .filter(({ state }) => state === "succeeded" || state === "failed")
    .toReversed();
  const succeeded = ended.filter(({ state }) => state === "succeeded");
  return {
    perWeek: perWeek(succeeded),
    failureRate: ended.length === 0 ? null : 1 - succeeded.length / ended.length,
    toRestoreMs: median(restores(ended)),
    trend: trendOf(succeeded),
  };
}

function perWeek(succeeded: readonly RunModel[]): number | null {
  const [first, last] = [succeeded[0], succeeded.at(-1)].map((run) => endOf(run));
  if (first === undefined || last === undefined || last - first < DAY_MS) return null;
  return succeeded.length / ((last - first) / (7 * DAY_MS));
}

const endOf = (run: RunModel | undefined): number | undefined =>
  run === undefined ? undefined : Date.parse(run.ended_at ?? run.created_at);

/** From the first failure of a row of them to the success that ended it. */
function restores(oldestFirst: readonly RunModel[]): number[] {
  const durations: number[] = [];
  let failedAt: number | undefined;
  for (const run of oldestFirst) {
    const at = endOf(run) ?? 0;
    if (run.state === "failed") failedAt ??= at;
    else if (failedAt !== undefined) {
      durations.push(Math.max(0, at - failedAt));
      failedAt = undefined;
    }
  }
  return durations;
}

function trendOf(succeeded: readonly RunModel[]): number | null {
  const durations = succeeded.flatMap(({ duration_ms: ms }) => (ms === null ? [] : [ms]));
  if (durations.length < TREND_RUNS) return null;
  const half = Math.floor(durations.length / 2);
  const before = median(durations.slice(0, half));
  const after = median(durations.slice(half));
  return before === null || after === null || before === 0 ? null : after / before - 1;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? null;
}
