/** Tracks with the figures of their runs. Pure. */
import type { Track, TrackSummary } from "../../model/run/track.ts";
import { toRunRecord } from "./records.ts";
import type { RunRow } from "./records.ts";

export interface TrackFigures {
  readonly trackId: string;
  /** Of its newest runs: all, the succeeded, the failed. */
  readonly counts: readonly number[];
  readonly durations: readonly number[];
}

export function toTrackSummary(
  track: Track,
  shown: readonly RunRow[],
  figures: readonly TrackFigures[],
): TrackSummary {
  const run = shown.find((it) => it.trackId === track.id);
  const { counts = [], durations = [] } = figures.find((it) => it.trackId === track.id) ?? {};
  const [runs = 0, succeeded = 0, failed = 0] = counts;
  return {
    ...track,
    shownRun: run && toRunRecord(run),
    runs,
    succeeded,
    failed,
    medianDurationMs: median(durations),
  };
}

/** The median of durations in ms, null of none. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}
