/**
 * What the preview core knows of its one iPhone, and what of it can be looked at. Types and the
 * empty screen only.
 */
import type {
  Action,
  ActivityType,
  AlertPayload,
  PushRequest,
  Metadata,
  StreamContentState,
} from "../../destinations/activitysmith/contract.ts";
import type { Trouble } from "../limits/chaos.ts";
import { ACCOUNT_QUOTAS } from "../limits/rate-limits.ts";
import type { Feature, Quotas, Usage } from "../limits/rate-limits.ts";

export type ContentState = StreamContentState & { type: ActivityType };

/**
 * A timer as a stopwatch: what it had counted at `since`, and that it counts on from there. Times
 * in ms.
 */
export interface Timer {
  /** Undefined: open-ended, counts up. */
  readonly durationMs: number | undefined;
  readonly countsDown: boolean;
  readonly elapsedMs: number;
  /** Null: paused or ended. */
  readonly since: number | null;
}

/** How the latest press of a webhook button went. */
export interface Press {
  readonly at: number;
  readonly title: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Activity {
  readonly id: string;
  /** Null: of the classic lifecycle. */
  readonly streamKey: string | null;
  readonly contentState: ContentState;
  readonly timer: Timer | null;
  /** The buttons, the primary one first. */
  readonly actions: readonly Action[];
  /** What the latest call asked to announce, if it did. */
  readonly alert: (AlertPayload & { readonly at: number }) | null;
  readonly channels: readonly string[] | null;
  /** For the history in the app; never shown on the phone. */
  readonly tags: readonly string[];
  readonly metadata: Metadata;
  readonly startedAt: number;
  readonly updatedAt: number;
  readonly endedAt: number | null;
  /** When it leaves the screen; null while it lives. */
  readonly dismissAt: number | null;
  readonly press: Press | null;
}

export interface Push {
  readonly id: string;
  readonly at: number;
  readonly body: PushRequest;
  readonly press: Press | null;
}

export interface Widget {
  readonly key: string;
  readonly title: string;
  readonly unit: string | null;
  /** Null until the first value comes. */
  readonly value: number | string | null;
  readonly at: number | null;
}

export interface PreviewState {
  /** In the order of their start. */
  readonly activities: readonly Activity[];
  /**
   * Stream key → id of its activity; null: a person swiped it away, which pauses the stream until
   * it is ended.
   */
  readonly streams: ReadonlyMap<string, string | null>;
  /** Newest first. */
  readonly pushes: readonly Push[];
  readonly badge: number;
  readonly widgets: readonly Widget[];
}

export interface PreviewLimits {
  /** Live Activities at the same time on the iPhone. Default 5. */
  readonly activities: number;
  /** Calls in 60 s that an API key may make. Default: as the API has them. */
  readonly quotas: Quotas;
  /** How long iOS keeps one activity alive; a stream goes on in a new one. Default 8 h. */
  readonly activityLifetimeMs: number;
}

/** The lock screen at one moment: what `GET /preview/state` answers and the page draws. */
export interface LockScreen extends Omit<PreviewState, "streams"> {
  readonly now: number;
  readonly limits: PreviewLimits;
  /** Activities that count against the limit. */
  readonly active: number;
  /** What the busiest API key has used in the last minute. */
  readonly usage: Readonly<Record<Feature, Usage>>;
  /** Keys of streams that a person swiped away. */
  readonly pausedStreams: readonly string[];
  /** What goes wrong on purpose for now. */
  readonly trouble: Trouble | null;
}

export const EMPTY_STATE: PreviewState = {
  activities: [],
  streams: new Map(),
  pushes: [],
  badge: 0,
  widgets: [],
};

export const DEFAULT_LIMITS: PreviewLimits = {
  activities: 5,
  quotas: ACCOUNT_QUOTAS,
  activityLifetimeMs: 8 * 3_600_000,
};
