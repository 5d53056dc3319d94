/**
 * The few interfaces through which the pipeline meets the world. Types only.
 *
 * Every method of `Store` is ONE atomic step: it happens whole or not at all, and holds no lock or transaction when
 * it returns. Times are ms since the epoch and always passed in; a store has no clock of its own. Rejections mean
 * that the store is broken or away, never an expected outcome; a RefusedRowError, that it will never take what it was given.
 */
import type { CoreCall, StreamContentState } from "./destinations/activitysmith/contract.ts";
import type { EndpointSettings } from "./model/endpoint.ts";
import type { AccountState } from "./pacing/account.ts";
import type { Signal } from "./model/signal.ts";
import type { Run } from "./tracking/run.ts";
import type { Contact } from "./tracking/watch.ts";

export interface Clock {
  /** ms since the epoch. */
  now(): number;
}

/** Tells the digester and the dispatcher that there may be work. Losing a wake-up only costs time: a sweep finds the work. */
export interface Waker {
  wake(what: "deliveries" | "commands"): void;
}

export interface Logger {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

// ---------------------------------------------------------------- endpoints

/** An endpoint as stored: everything secret is sealed (encrypted) before it gets here. */
export interface EndpointRecord extends EndpointSettings {
  readonly id: string;
  readonly provider: string;
  readonly sealedApiKey: string | null;
  readonly account: string;
  readonly pin: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SecretRecord {
  readonly id: string;
  readonly endpointId: string;
  readonly sealed: string;
  readonly createdAt: number;
  readonly expiresAt: number | null;
}

export type EndpointPatch = Partial<
  EndpointSettings & { readonly sealedApiKey: string | null; account: string; pin: string | null }
>;

// ---------------------------------------------------------------- deliveries

export const DELIVERY_STATUSES = [
  /** Stored, not yet digested. */
  "received",
  /** Digested into signals and their commands. */
  "processed",
  /** The adapter leaves this event alone on purpose. */
  "ignored",
  /** The adapter does not know this event. */
  "unknown",
  /** The endpoint's filters sorted it out. */
  "filtered",
  /** The payload lacks what the adapter needs. */
  "invalid",
  /** Digesting threw, again and again: a bug of ours. */
  "failed",
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export interface NewDelivery {
  readonly id: string;
  readonly endpointId: string;
  readonly provider: string;
  readonly event: string;
  /** The provider's id, unique per endpoint: the second one is a duplicate. */
  readonly providerDeliveryId: string;
  readonly receivedAt: number;
  readonly contentType: string;
  /** By lower-case name, secrets redacted. */
  readonly headers: Readonly<Record<string, string>>;
  /** UTF-8: the exact bytes received, except for fields that the adapter redacts. */
  readonly body: Uint8Array;
  readonly bodyRedacted: boolean;
  /** How it was believed. */
  readonly verification: { readonly scheme: string; readonly secretId: string | null };
}

export interface Delivery extends Omit<NewDelivery, "body"> {
  readonly body: string;
  readonly status: DeliveryStatus;
  /** Why it has this status, for the operator. */
  readonly detail: string | null;
  readonly signals: readonly Signal[] | null;
  readonly digestedAt: number | null;
  readonly attempts: number;
  /** How often an operator replayed it. */
  readonly replays: number;
}

export interface ClaimedDelivery extends Delivery {
  /** Proof of the claim; a commit with a claim that another digester took over is refused. */
  readonly claim: string;
}

// ---------------------------------------------------------------- tracks and runs

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
  /** Goes up by one with every commit: the compare-and-swap of the digest. */
  readonly version: number;
  /** The provider's id of the run that the track shows, null before the first that is not filtered out. */
  readonly shownRunId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** A run as stored: the merged lattice value and what is queried of it. */
export interface RunRecord {
  readonly trackId: string;
  readonly run: Run;
  /** `run.id`, `run.attempt` and what follows are derived from `run`, kept as columns to query by. */
  readonly state: string;
  /** When the provider created it: the newest of a track is the one shown. */
  readonly createdAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Sorted out by the endpoint's filters: recorded, never shown. */
  readonly excluded: boolean;
  /** When the last signal of it was digested. */
  readonly heardAt: number;
  /** Whether the provider still talks of it. */
  readonly contact: Contact;
  /** When to look at it again though nothing was heard of it (see `tracking/watch.ts`), null where there is no need. */
  readonly lookAt: number | null;
  /** Outcomes of this run that have been pushed, e.g. `1:failed`: at most one push each. */
  readonly pushed: readonly string[];
  readonly updatedAt: number;
}

export interface TrackView {
  readonly track: Track | undefined;
  /** The run asked for, if it is known. */
  readonly run: RunRecord | undefined;
  /** The newest two runs that are not excluded, by (createdAt, id) descending. */
  readonly newest: readonly RunRecord[];
}

// ---------------------------------------------------------------- commands

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

/** Smaller goes first: failure push > stream end > other push > stream start > update > metric. */
export const PRIORITY = {
  failurePush: 0,
  streamEnd: 1,
  push: 2,
  streamStart: 3,
  streamUpdate: 4,
  metric: 5,
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

/** What the core API last confirmed for a stream key. */
export interface StreamRecord {
  readonly streamKey: string;
  readonly account: string;
  /** An activity of this key is alive as far as we know. */
  readonly alive: boolean;
  /** Hash of the last confirmed wanted state; equal means no call. */
  readonly confirmedHash: string | null;
  readonly confirmedState: StreamContentState | null;
  readonly confirmedAt: number | null;
}

export interface DueAccount {
  readonly account: string;
  readonly urgent: number;
  readonly other: number;
}

export interface DisplacedResume {
  readonly id: string;
  readonly reason: string;
  readonly notBefore: number;
  readonly createdAt: number;
}

/** Its endpoint was deleted, or has another API key by now: of its streams on the command's account only the end is owed. */
export interface LeftAccount {
  readonly isDeleted: boolean;
  /** The API key of the account; null for the gateway's own, and where it is not kept any more. */
  readonly sealedApiKey: string | null;
}

export interface ClaimedCommand extends Command {
  readonly claim: string;
  /** Set where its endpoint has left the command's account; no endpoint leaves between this and the call unnoticed. */
  readonly left: LeftAccount | undefined;
  readonly stream: StreamRecord | undefined;
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

// ---------------------------------------------------------------- digest

export interface TrackWrite {
  /** With the version it will have: 1 for a new track, else the loaded version + 1. */
  readonly track: Track;
  readonly run: RunRecord;
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
  readonly commands: readonly NewCommand[];
  readonly now: number;
}

// ---------------------------------------------------------------- queries

export interface Page {
  /** At most this many rows. */
  readonly limit: number;
  /** The `next` of the page before. */
  readonly cursor?: string | undefined;
}
export interface Paged<Row> {
  readonly rows: readonly Row[];
  /** Undefined on the last page. */
  readonly next: string | undefined;
}

export interface TrackSummary extends Track {
  readonly shownRun: RunRecord | undefined;
  /** Over the runs that are not excluded. */
  readonly runs: number;
  readonly succeeded: number;
  readonly failed: number;
  /** Median of (endedAt - startedAt) in ms over the last 50 succeeded runs; null where there is none. */
  readonly medianDurationMs: number | null;
}

/**
 * `synced`: nothing undoes it. `unsynced`: no end of the process undoes it, but a power cut may, or a crash of the Postgres
 * server, together with all that came after it; the next synced step makes it safe too. A store may sync it all the same.
 */
export type Durability = "synced" | "unsynced";

export interface Store {
  // Endpoints
  insertEndpoint(endpoint: EndpointRecord, secret: SecretRecord | undefined): Promise<void>;
  findEndpoint(
    id: string,
  ): Promise<{ endpoint: EndpointRecord; secrets: readonly SecretRecord[] } | undefined>;
  listEndpoints(page: Page): Promise<Paged<EndpointRecord>>;
  /**
   * False where there is no such endpoint. With another `account` it leaves the old one: a stream end is pending there for
   * each of its streams that may be on the screen, its tracks get new stream keys, pending updates become `skipped`, and
   * what else is pending, but for ends of streams, moves to the new account.
   */
  updateEndpoint(id: string, patch: EndpointPatch, now: number): Promise<boolean>;
  /**
   * Removes the endpoint with its secrets; its deliveries, tracks and commands stay for the record. Undigested
   * deliveries become `ignored`, pending commands other than stream ends `skipped`. A stream end is pending afterwards
   * for each of its streams that may be on the screen: alive, with a slot, or being sent to; its tracks get new stream
   * keys, so that nothing replaces these ends. The sealed API key is kept until nothing of it is pending or sending.
   * False where there is no such endpoint.
   */
  deleteEndpoint(id: string, now: number): Promise<boolean>;
  /** Adds a secret and lets all older ones of the endpoint expire at `oldExpireAt` (or earlier if they did). */
  rotateSecret(secret: SecretRecord, oldExpireAt: number): Promise<void>;
  /** Sets the pin if there is none and answers the pin in force. */
  pinEndpoint(id: string, pin: string): Promise<string>;

  // Receive
  /**
   * Stores what is new; durable on return. One result per delivery, in order: `duplicate` with the first one's id
   * where (endpointId, providerDeliveryId) is stored already or stands earlier in the batch. A duplicate of a
   * `failed` or `invalid` delivery makes that one `received` again.
   */
  storeDeliveries(
    batch: readonly NewDelivery[],
  ): Promise<readonly { status: "accepted" | "duplicate"; id: string }[]>;

  // Digest
  /** Claims `received` deliveries, oldest first, whose claim is free or expired; counts an attempt. */
  claimDeliveries(options: {
    now: number;
    limit: number;
    leaseMs: number;
  }): Promise<readonly ClaimedDelivery[]>;
  loadTrack(endpointId: string, trackKey: string, runId: string): Promise<TrackView>;
  /**
   * Writes tracks, runs, commands and the delivery's outcome, or nothing. A power cut may undo it as long as no command was
   * claimed after it: `conflict` where a track's version moved
   * (load again, merge again), `claim_lost` where another digester holds the delivery.
   */
  commitDigest(commit: DigestCommit): Promise<"committed" | "conflict" | "claim_lost">;
  /** Runs whose `lookAt` is due, oldest first. */
  dueLooks(options: {
    now: number;
    limit: number;
  }): Promise<readonly { track: Track; run: RunRecord }[]>;

  // Dispatch
  /** Accounts that have commands to claim now, and how many at most: urgent ones (priority up to `streamEnd`) and others. */
  dueAccounts(now: number): Promise<readonly DueAccount[]>;
  /**
   * Claims pending commands of the account that are due, by (priority, createdAt), never two of one stream key at once;
   * and `sending` ones whose lease ran out. With `maxPriority` only those up to it. Counts an attempt.
   */
  claimCommands(options: {
    now: number;
    limit: number;
    leaseMs: number;
    account: string;
    maxPriority?: number | undefined;
  }): Promise<readonly ClaimedCommand[]>;
  /** False where the claim was lost; nothing is written then. */
  settleCommand(settlement: Settlement): Promise<boolean>;
  /** When the next command that cannot be claimed at `now` becomes claimable, in ms; undefined where there is none. */
  nextCommandDue(now: number): Promise<number | undefined>;
  findStream(streamKey: string): Promise<StreamRecord | undefined>;
  /**
   * Records that a stream was taken off the screen to make room, and wants it back: a copy of its last `done` update
   * becomes pending with `resume`'s id, reason and times, unless a command of the stream is pending or sending already.
   */
  displaceStream(stream: StreamRecord, resume: DisplacedResume): Promise<void>;
  /** Makes the account's pending commands that wait for this reason due now. */
  wakeCommands(account: string, reason: string, now: number): Promise<void>;
  /** The account's pending and sending commands on streams by (createdAt, id), the oldest `limit` of them. */
  openStreamCommands(account: string, limit: number): Promise<readonly Command[]>;
  /** The id of the account's newest endpoint; undefined where it has none. */
  newestEndpointOf(account: string): Promise<string | undefined>;
  loadAccount(account: string): Promise<{ state: AccountState; version: number } | undefined>;
  /** Compare-and-swap: writes version `expectedVersion` + 1, or answers false where the stored version is another. 0: not stored yet. Synced unless told. */
  saveAccount(
    account: string,
    state: AccountState,
    expectedVersion: number,
    durability?: Durability,
  ): Promise<boolean>;
  listAccounts(): Promise<readonly { account: string; state: AccountState }[]>;

  // Watch
  /** How long the newest `limit` succeeded runs of a track took (endedAt - startedAt), in ms, newest first; excluded ones left out. */
  recentDurations(trackId: string, limit: number): Promise<readonly number[]>;
  /** The newest run of the track that ended before the given time as succeeded or failed, excluded ones left out. */
  lastConclusion(trackId: string, before: number): Promise<RunRecord | undefined>;
  /**
   * Deletes up to `limit` of the oldest deliveries received before `before`, with their settled commands and attempts, and
   * ended runs last updated before it that their track does not show. Never what is still owed: undigested deliveries,
   * pending or sending commands, open runs. And the API keys of endpoints that left their account, where nothing is owed
   * there any more. Answers how many rows went.
   */
  trim(options: { before: number; limit: number }): Promise<number>;
  /** What the stored deliveries take, in bytes: an estimate that is cheap at a million rows. */
  usage(): Promise<{ deliveryBytes: number }>;

  // Operators
  listDeliveries(
    filter: Page & {
      endpointId?: string | undefined;
      status?: DeliveryStatus | undefined;
      event?: string | undefined;
      q?: string | undefined;
    },
  ): Promise<Paged<Delivery>>;
  findDelivery(id: string): Promise<
    | {
        delivery: Delivery;
        commands: readonly (Command & { attemptLog: readonly CommandAttempt[] })[];
      }
    | undefined
  >;
  /** Makes a delivery `received` again. False where there is no such delivery. */
  replayDelivery(id: string, now: number): Promise<boolean>;
  listTracks(filter: Page & { endpointId?: string | undefined }): Promise<Paged<TrackSummary>>;
  listRuns(trackId: string, page: Page): Promise<Paged<RunRecord> | undefined>;
  listCommands(filter: Page & { status?: CommandStatus | undefined }): Promise<Paged<Command>>;
  /** Makes a dead or skipped command pending again. False where there is no such command in such a state. */
  retryCommand(id: string, now: number): Promise<boolean>;
  /** For metrics. */
  counts(): Promise<{
    deliveries: Readonly<Partial<Record<DeliveryStatus, number>>>;
    commands: Readonly<Partial<Record<CommandStatus, number>>>;
    oldestPendingAt: number | undefined;
  }>;

  // Life
  /** Frees the claims of a process that is known to be gone (the embedded store has only ever one process). */
  releaseClaims(): Promise<void>;
  /** Resolves where the database answers and the schema is current. */
  ping(): Promise<void>;
  close(): Promise<void>;
}
