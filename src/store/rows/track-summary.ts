/** Tracks with the figures of their runs. Pure. */
import type { Track, TrackSummary } from "../../model/run/track.ts";
import { toRunRecord } from "./records.ts";
import type { RunRow } from "./records.ts";

/** How many of a track's last succeeded runs its median duration looks at. */
export const MEDIAN_RUNS = 50;

export interface TrackFigures {
  readonly shown: readonly RunRow[];
  readonly counts: readonly {
    readonly trackId: string;
    readonly runs: number;
    readonly succeeded: number;
    readonly failed: number;
  }[];
  readonly durations: readonly { readonly trackId: string; readonly duration: number }[];
}

export function toTrackSummary(track: Track, figures: TrackFigures): TrackSummary {
  const shown = figures.shown.find((it) => it.trackId === track.id);
  const counts = figures.counts.find((it) => it.trackId === track.id);
  const durations = figures.durations.filter((it) => it.trackId === track.id);
  return {
    ...track,
    shownRun: shown && toRunRecord(shown),
    runs: counts?.runs ?? 0,
    succeeded: counts?.succeeded ?? 0,
    failed: counts?.failed ?? 0,
    medianDurationMs: median(durations.map((it) => it.duration)),
  };
}

/** The median of durations in ms, null of none. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  return upper === undefined || lower === undefined ? null : (upper + lower) / 2;
}
