/** What the steps of one advance hand to one another. Types only. */
import type { Ruled } from "../compose/rules.ts";
import type { RunRecord } from "../model/run/run-record.ts";
import type { Track } from "../model/run/track.ts";
import type { News } from "../telling/news.ts";
import type { TrackIdentity } from "../tracking/track.ts";

/** What came of one signal, or of one look at a run. */
export interface Advance {
  /** The endpoint's filter or rule that keeps this run off the screen, if one does. */
  readonly filteredBy: string | undefined;
  /** What was told or not, and why, for the operator. */
  readonly said: readonly string[];
}

/** Why a run is advanced without a report of the provider. */
export interface LookedAt {
  /** It was held back or waited, and that time is over. */
  readonly isHeldOver: boolean;
  /** Instead of what the run itself has for news. */
  readonly news: News | undefined;
}

/** A run as it is after the step, on its track. */
export interface AboutRun {
  readonly identity: TrackIdentity;
  readonly track: Track;
  readonly record: RunRecord;
  /** The newest runs of the track, as they were before. */
  readonly newest: readonly RunRecord[];
  readonly subject: Ruled;
}
