import type { NewCommand } from "../../model/command.ts";
import type { DeliveryStatus } from "../../model/delivery.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Track } from "../../model/run/track.ts";
import type { Signal } from "../../model/signal.ts";
import type { MemoryWrites } from "./memory-store.ts";

export interface TrackWrite {
  /** With the version it will have: 1 for a new track, else the loaded version + 1. */
  readonly track: Track;
  /** Absent where a run only left the track. */
  readonly run?: RunRecord | undefined;
  /** The run's row as it was loaded with the track; absent where it is new, or not known. */
  readonly before?: RunRecord | undefined;
}

export interface DigestCommit {
  /** Null where no delivery is behind it (a run settled by time). */
  readonly delivery: {
    readonly id: string;
    readonly claim: string;
    readonly status: DeliveryStatus;
    readonly detail: string | null;
    readonly signals: readonly Signal[] | null;
  } | null;
  readonly tracks: readonly TrackWrite[];
  /**
   * Runs that are written to another track with this commit, where they were; that track is written
   * too, and goes where no run is left on it.
   */
  readonly moved?: readonly { readonly trackId: string; readonly runId: string }[] | undefined;
  readonly commands: readonly NewCommand[];
  /** What is remembered of it. */
  readonly memory?: MemoryWrites | undefined;
  readonly now: number;
}
