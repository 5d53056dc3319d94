import type { ClaimedDelivery } from "../../model/delivery.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { Track, TrackView } from "../../model/run/track.ts";
import type { DigestCommit } from "./digest-commit.ts";

/** Which run it is: the provider's id is one within an endpoint. */
export interface RunKey {
  readonly endpointId: string;
  readonly runId: string;
}

export interface RunOnTrack {
  readonly track: Track;
  readonly run: RunRecord;
}

/** All tracks of one line in environments of one kind, whatever their branch. */
export interface LineOfTracks {
  readonly endpointId: string;
  /** How the keys of its tracks begin. */
  readonly keyPrefix: string;
  readonly environmentKind: string | null;
}

/** Deliveries that wait to be digested. */
export interface DeliveryQueue {
  /**
   * Claims `received` deliveries, oldest first, whose claim is free or expired; counts an attempt.
   */
  claimDeliveries(options: {
    now: number;
    limit: number;
    leaseMs: number;
  }): Promise<readonly ClaimedDelivery[]>;
  /**
   * What `claimDeliveries` would give, without a claim and so without a write: whoever commits one
   * first has digested it. The attempt counts in what is answered, and is stored by
   * `putOffDelivery`.
   */
  unclaimedDeliveries(options: { now: number; limit: number }): Promise<readonly ClaimedDelivery[]>;
  /**
   * Stores a delivery's attempts, and keeps it from being digested until then. Nothing where
   * somebody else holds it by now.
   */
  putOffDelivery(delivery: ClaimedDelivery, until: number): Promise<void>;
}

/** Tracks and runs as they are stored. */
export interface TrackReads {
  loadTrack(endpointId: string, trackKey: string, runId: string): Promise<TrackView>;
  /** A run by the provider's id, wherever in the endpoint's tracks it is. */
  findRun(endpointId: string, runId: string): Promise<RunOnTrack | undefined>;
  /** Several of them at once, those that there are, in no order. */
  findRuns(keys: readonly RunKey[]): Promise<readonly RunOnTrack[]>;
  /** Runs whose `checkAt` is due, oldest first. */
  dueChecks(options: { now: number; limit: number }): Promise<readonly RunOnTrack[]>;
}

/** How earlier runs went. */
export interface RunHistory {
  /** As `recentDurations`, over all tracks of the line, or over those of its default branch. */
  lineDurations(
    line: LineOfTracks,
    limit: number,
    of: "default branch" | "all branches",
  ): Promise<readonly number[]>;
  /**
   * A run of the line that ended as succeeded or failed, excluded ones left out: of its default
   * branch before another, then a success before a failure, then the newest.
   */
  lastRunOfLine(line: LineOfTracks): Promise<RunRecord | undefined>;
  /**
   * How long the newest `limit` succeeded runs of a track took (endedAt - startedAt), in ms, newest
   * first; excluded ones left out.
   */
  recentDurations(trackId: string, limit: number): Promise<readonly number[]>;
  /**
   * The newest run of the track that ended before the given time as succeeded or failed, excluded
   * ones left out.
   */
  lastConclusion(trackId: string, before: number): Promise<RunRecord | undefined>;
}

/** What digest claims, reads and commits. */
export interface DigestStore extends DeliveryQueue, TrackReads, RunHistory {
  /**
   * Writes tracks, runs, commands and the delivery's outcome, or nothing. Returns `conflict` if a
   * track's version moved (load again, merge again), `claim_lost` if another digester holds the
   * delivery. A power cut may undo it until a command has been claimed after it.
   */
  commitDigest(commit: DigestCommit): Promise<"committed" | "conflict" | "claim_lost">;
}
