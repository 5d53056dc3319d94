/** A run as it is stored: the merged run and what is queried of it. Types only. */
import type { Forecast } from "./forecast.ts";
import type { Run } from "./run.ts";

/**
 * Whether the provider still talks of a run: `silent`: the screen says that there is no news;
 * `given_up`: its activity was ended without knowing how the run did. Anything new that is heard
 * makes it `heard` again.
 */
export const CONTACTS = ["heard", "silent", "given_up"] as const;
export type Contact = (typeof CONTACTS)[number];

/** A run as stored: the merged lattice value and what is queried of it. */
export interface RunRecord {
  readonly trackId: string;
  readonly run: Run;
  /**
   * `run.id`, `run.attempt` and what follows are derived from `run`, kept as columns to query by.
   */
  readonly state: string;
  /** When the provider created it: the newest of a track is the one shown. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Sorted out by the endpoint's filters: recorded, never shown. */
  readonly excluded: boolean;
  /** When the last signal of it was digested. */
  readonly lastSignalAt: number;
  /** Whether the provider still talks of it. */
  readonly contact: Contact;
  /**
   * When to look at it again though nothing was heard of it (see `tracking/watch.ts`), null where
   * there is no need.
   */
  readonly checkAt: number | null;
  /** Outcomes of this run that have been pushed, e.g. `1:failed`: at most one push each. */
  readonly pushed: readonly string[];
  /** What it began with, and how far its bar has come; null where it was stored before that was kept. */
  readonly forecast: Forecast | null;
  readonly updatedAt: number;
}
