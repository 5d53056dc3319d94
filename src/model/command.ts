/** A command: one call wanted on the core API, from the outbox to its last attempt. */
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { StreamRecord } from "./stream.ts";

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

/** Smaller goes first: failure push > stream end > other push > stream start > update > metric > badge. */
export const PRIORITY = {
  failurePush: 0,
  streamEnd: 1,
  push: 2,
  streamStart: 3,
  streamUpdate: 4,
  metric: 5,
  badge: 6,
} as const;

export interface NewCommand {
  readonly id: string;
  readonly endpointId: string;
  readonly account: string;
  /** The delivery that asked for it; null where none did (a run settled by time, a roll-up). */
  readonly deliveryId: string | null;
  readonly trackId: string | null;
  /** At most one pending command per stream key: a new one supersedes the pending one in the same step. */
  readonly streamKey: string | null;
  readonly priority: number;
  readonly call: CoreCall;
  /** A second command with the same key is dropped in the same step. */
  readonly dedupeKey: string | null;
  readonly notBefore: number;
  readonly createdAt: number;
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
  /** Set where its endpoint has left the command's account; no endpoint leaves between this and the call unnoticed. */
  readonly left: LeftAccount | undefined;
  readonly stream: StreamRecord | undefined;
}

/** Its endpoint was deleted, or has another API key by now: of its streams on the command's account only the end is owed. */
export interface LeftAccount {
  readonly isDeleted: boolean;
  /** The API key of the account; null for the gateway's own, and where it is not kept any more. */
  readonly sealedApiKey: string | null;
}

export interface CommandAttempt {
  readonly at: number;
  readonly durationMs: number;
  /** HTTP status, null where no answer came. */
  readonly status: number | null;
  /** The kind of a CoreResult: `ok`, `rate_limited`, `no_answer`, …; `held_back` where a probe went first and no call was made. */
  readonly outcome: string;
  /** The answer's text, cut to 2 KB; null where none came. */
  readonly answer: string | null;
  /** What the call said, in the destination's words; absent where nothing was sent or it was not recorded. */
  readonly sent?: unknown;
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
  readonly now: number;
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
