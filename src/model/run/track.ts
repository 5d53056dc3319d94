/** A track: the runs of one project, line and environment; it owns one stream key. Types only. */
import type { RunRecord } from "./run-record.ts";

/** The line of runs of one project in one environment; owns one `streamKey`. */
export interface Track {
  readonly id: string;
  readonly endpointId: string;
  /** Project, line and environment as one text, unique per endpoint. */
  readonly key: string;
  readonly streamKey: string;
  readonly projectId: string;
  readonly projectName: string;
  readonly lineName: string | null;
  readonly environment: string | null;
  readonly environmentKind: string | null;
  /** Its runs are of the default branch: what the line's other branches are compared with. */
  readonly isDefaultBranch: boolean;
  /** Goes up by one with every commit: the compare-and-swap of the digest. */
  readonly version: number;
  /**
   * The provider's id of the run that the track shows, null before the first that is not filtered
   * out.
   */
  readonly shownRunId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface TrackView {
  readonly track: Track | undefined;
  /** The run asked for, if it is known. */
  readonly run: RunRecord | undefined;
  /** The newest two runs that are not excluded, by (createdAt, id) descending. */
  readonly newest: readonly RunRecord[];
}

export interface TrackSummary extends Track {
  readonly shownRun: RunRecord | undefined;
  /** Over its newest 500 runs that are not excluded. */
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  /**
   * Median of (endedAt - startedAt) in ms over the last 50 succeeded runs; null where there is
   * none.
   */
  readonly medianDurationMs: number | null;
}
