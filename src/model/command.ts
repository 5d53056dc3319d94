/**
 * A command: one thing wanted of a destination, from the outbox to its last attempt. Knows no
 * destination's wire form.
 */
import type { Button, Picture } from "./card/picture.ts";
import type { RunState } from "./run/run.ts";
import type { StreamRecord } from "./card/stream.ts";

/** Rings, or lies silently in the list (`passive`); absent: as the destination does by default. */
export type Urgency = "passive" | "active" | "time-sensitive";

export interface Push {
  readonly kind: "push";
  readonly title: string;
  readonly subtitle?: string;
  readonly message?: string;
  /** What a tap opens. */
  readonly url?: string;
  readonly buttons?: readonly Button[];
  readonly urgency?: Urgency;
  /** Who gets it; absent: everyone that the API key reaches. */
  readonly channels?: readonly string[];
  readonly tags: readonly string[];
  /** What it tells of, for summing up late pushes; absent in commands of former versions. */
  readonly about?: PushSubject;
  readonly asWritten?: AsWritten;
}

/**
 * What the destination is told beside our own words or, of a picture, in their place: JSON in the
 * destination's own form, from somebody who queued the command. No other destination reads it.
 */
export type AsWritten = Readonly<Record<string, unknown>>;

export interface PushSubject {
  /** The project's name; absent where it is not known. */
  readonly project?: string;
  /** Something failed that people use. */
  readonly isProductionFailure?: true;
  /** It stands for several that could not go out. */
  readonly sum?: {
    readonly count: number;
    /** When the oldest was made, in ms since the epoch. */
    readonly since: number;
    /** Of the newest, oldest first. */
    readonly titles: readonly string[];
  };
}

/**
 * The stream is to show this. A result is shown like everything before it, as an activity that was
 * ended can never be changed; it stays for `lingerMs`, or until the next run of its track takes the
 * card over.
 */
export interface Show {
  readonly kind: "show";
  readonly streamKey: string;
  readonly picture: Picture;
  /** Who sees it; absent: everyone that the API key reaches. */
  readonly channels?: readonly string[];
  readonly tags?: readonly string[];
  /**
   * Which stream gives way where there are fewer places than streams: the greater number stays;
   * absent: 0.
   */
  readonly importance?: number;
  /** From then on it matters less than any run that is under way, in ms since the epoch. */
  readonly fadesAt?: number;
  /** Where the run stands that it shows, for whoever counts streams that wait. */
  readonly state?: RunState;
  /** Which run it shows (id, attempt): one that was paused in the app is not shown again. */
  readonly run?: string;
  /**
   * How long the card stays once it shows this, in ms; 0: it leaves at once; absent: nobody knows.
   */
  readonly lingerMs?: number;
  /** Which result it is (run, attempt, state): one that has left the screen is not shown again. */
  readonly ending?: string;
  /** It changes what is on the screen, and is not worth a card of its own. */
  readonly onlyIfShown?: true;
  /**
   * It is ended where nothing newer is wanted for so long, in ms; absent: somebody else sees to it.
   */
  readonly endsAfterMs?: number;
  readonly asWritten?: AsWritten;
  /** A stranger's: it comes to the screen only while nothing of ours is under way. */
  readonly isStrangers?: true;
}

/** The stream is to leave the screen at once. */
export interface End {
  readonly kind: "end";
  readonly streamKey: string;
  /** What it shows last, as destinations may want one; absent: what it shows now. */
  readonly picture?: Picture;
  /** Which result leaves the screen. */
  readonly ending?: string;
  /** Somebody asked for the call itself: it is made whatever we believe to be on the screen. */
  readonly asWritten?: AsWritten;
}

export interface MetricValue {
  readonly kind: "metric";
  readonly metricKey: string;
  readonly value: number | string;
  /** ISO 8601. */
  readonly at?: string;
}

export interface BadgeCount {
  readonly kind: "badge";
  readonly count: number;
  readonly channels?: readonly string[];
}

export type Intent = Push | Show | End | MetricValue | BadgeCount;
export type StreamIntent = Show | End;

export const isOfStream = (intent: Intent): intent is StreamIntent =>
  intent.kind === "show" || intent.kind === "end";

/** What each kind is called in the API, in metrics and logs, and in the column `kind`. */
export const CALL_NAMES = {
  push: "push",
  show: "stream_update",
  end: "stream_end",
  metric: "metric_value",
  badge: "badge",
} as const satisfies Record<Intent["kind"], string>;
export type CallName = (typeof CALL_NAMES)[Intent["kind"]];

export const COMMAND_STATUSES = [
  /** Waiting for its turn (see `notBefore`). */
  "pending",
  /** Claimed by a dispatcher. */
  "sending",
  "done",
  /** Replaced by a newer wanted state of its stream before it was sent. */
  "superseded",
  /** Not sent because there was no need; `reason` says which. */
  "skipped",
  /** Will never succeed as it stands; `reason` has the API's words. */
  "dead",
] as const;

export type CommandStatus = (typeof COMMAND_STATUSES)[number];

/**
 * Smaller goes first: failure push > stream end > other push > stream start > update > metric >
 * badge.
 */
export const PRIORITY = {
  failurePush: 0,
  streamEnd: 1,
  push: 2,
  streamStart: 3,
  streamUpdate: 4,
  metric: 5,
  badge: 6,
} as const;

/** In place of an endpoint's id: an operator queued the command, with the gateway's own API key. */
export const NO_ENDPOINT = "none";

export interface NewCommand {
  readonly id: string;
  readonly endpointId: string;
  readonly account: string;
  /** The delivery that asked for it; null where none did (a run settled by time, a roll-up). */
  readonly deliveryId: string | null;
  readonly trackId: string | null;
  /**
   * At most one pending command per stream key: a new one supersedes the pending one in the same
   * step.
   */
  readonly streamKey: string | null;
  readonly priority: number;
  readonly intent: Intent;
  /** A second command with the same key is dropped in the same step. */
  readonly dedupeKey: string | null;
  readonly notBefore: number;
  readonly createdAt: number;
  /**
   * The least distance, in ms, to the last confirmed update of its stream while that is alive;
   * absent: none.
   */
  readonly spacingMs?: number;
}

export interface Command extends NewCommand {
  readonly status: CommandStatus;
  readonly attempts: number;
  readonly reason: string | null;
  /** A push that was sent without an answer and then sent again. */
  readonly possibleRepeat: boolean;
  readonly settledAt: number | null;
}

export interface ClaimedCommand extends Command {
  readonly claim: string;
  /**
   * Set where its endpoint has left the command's account. An endpoint that leaves between the
   * claim and the call is noticed.
   */
  readonly left: FormerAccount | undefined;
  readonly stream: StreamRecord | undefined;
}

/**
 * Its endpoint was deleted, or has another API key by now: of its streams on the command's account
 * only the end is owed.
 */
export interface FormerAccount {
  readonly isDeleted: boolean;
  /** The API key of the account; null for the gateway's own, and where it is not kept any more. */
  readonly sealedApiKey: string | null;
}

export interface CommandAttempt {
  readonly at: number;
  readonly durationMs: number;
  /** HTTP status, null where no answer came. */
  readonly status: number | null;
  /**
   * The kind of a SendResult: `ok`, `rate_limited`, `no_answer`, …; `held_back` where a probe went
   * first and no call was made.
   */
  readonly outcome: string;
  /** The answer's text, cut to 2 KB; null where none came. */
  readonly answer: string | null;
  /** What the call was for; absent where nothing was sent or it was not recorded. */
  readonly sent?: Intent;
}

export interface CommandWithAttempts extends Command {
  /** Oldest first. */
  readonly attemptLog: readonly CommandAttempt[];
}

export interface Settlement {
  readonly commandId: string;
  readonly claim: string;
  readonly attempt: CommandAttempt | null;
  readonly result:
    | { readonly status: "done" }
    | { readonly status: "skipped"; readonly reason: string }
    | { readonly status: "dead"; readonly reason: string }
    /** Superseded instead if a newer pending command has its stream key. */
    | {
        readonly status: "pending";
        readonly notBefore: number;
        readonly reason: string;
        readonly possibleRepeat: boolean;
      };
  /** The stream's new confirmed state, where the answer told one. */
  readonly stream: StreamRecord | null;
  /** What becomes pending in its wake, unless a command of its stream is pending already. */
  readonly next?: NewCommand | undefined;
  readonly now: number;
}

/** One push in the place of several that wait. */
export interface PushReplacement {
  readonly by: NewCommand;
  /** Ids of those that are skipped. */
  readonly replaced: readonly string[];
  /** Why they are. */
  readonly reason: string;
}

export interface DisplacedResume {
  readonly id: string;
  readonly reason: string;
  readonly notBefore: number;
  readonly createdAt: number;
}

/** What of an account can be claimed now, by feature. */
export interface DueAccount {
  readonly account: string;
  readonly feature: Feature;
  /** What the feature's reserve is for: pushes of failures, ends of streams. */
  readonly urgent: number;
  readonly other: number;
}

/** What the destination counts apart, each with a budget of its own a minute. */
export const FEATURES = ["notifications", "live-activities", "metrics", "badges"] as const;
export type Feature = (typeof FEATURES)[number];

/** From and to which priority, both included. */
export interface PriorityRange {
  readonly from: number;
  readonly to: number;
}

/** The priorities of a feature's commands; what is urgent has ranks of its own. */
export const FEATURE_PRIORITIES: Readonly<
  Record<Feature, { readonly urgent: PriorityRange | undefined; readonly other: PriorityRange }>
> = {
  notifications: {
    urgent: { from: PRIORITY.failurePush, to: PRIORITY.failurePush },
    other: { from: PRIORITY.push, to: PRIORITY.push },
  },
  "live-activities": {
    urgent: { from: PRIORITY.streamEnd, to: PRIORITY.streamEnd },
    other: { from: PRIORITY.streamStart, to: PRIORITY.streamUpdate },
  },
  metrics: { urgent: undefined, other: { from: PRIORITY.metric, to: PRIORITY.metric } },
  badges: { urgent: undefined, other: { from: PRIORITY.badge, to: PRIORITY.badge } },
};
