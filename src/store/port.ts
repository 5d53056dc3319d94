/**
 * The store as a port of atomic steps, in facets: each stage asks for the facet that it uses.
 *
 * Every method is ONE atomic step: it happens whole or not at all, and holds no lock or transaction
 * when it returns. Times are ms since the epoch and always passed in; a store has no clock of its
 * own. A rejection means that the store is broken or away, never an expected outcome; a
 * RowRejectedError means that it will never take what it was given.
 */
import type { CallRecord, StoreEvent } from "../model/call-record.ts";
import type {
  ClaimedCommand,
  Command,
  CommandAttempt,
  CommandStatus,
  DisplacedResume,
  DueAccount,
  PriorityRange,
  PushReplacement,
  NewCommand,
  Settlement,
} from "../model/command.ts";
import type { ClaimedDelivery, Delivery, DeliveryStatus, NewDelivery } from "../model/delivery.ts";
import type { ClaimedDue } from "../model/due.ts";
import type { EndpointPatch, EndpointRecord, SecretRecord } from "../model/endpoint.ts";
import type { Incident } from "../model/telling/incident.ts";
import type { RefusedAttempt, RefusedTotal } from "../model/refused-attempt.ts";
import type { RunRecord } from "../model/run/run-record.ts";
import type { Signal } from "../model/signal.ts";
import type { StreamRecord } from "../model/stream.ts";
import type { Track, TrackSummary, TrackView } from "../model/run/track.ts";
import type { AccountState } from "../model/account.ts";
import type { Memory, MemoryKeys, MemoryWrites } from "./port/memory.ts";

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

/**
 * `synced`: nothing undoes it. `unsynced`: no end of the process undoes it, but a power cut may, or
 * a crash of the Postgres server, together with all that came after it; the next synced step makes
 * it safe too. A store may sync it all the same.
 */
export type Durability = "synced" | "unsynced";

export interface SealedText {
  /**
   * What it was before: a signing secret, or a key of the core API that the endpoint forwards or
   * has forwarded with.
   */
  readonly kind: "secret" | "api_key";
  readonly endpointId: string;
  readonly sealed: string;
}

export interface TrackWrite {
  /** With the version it will have: 1 for a new track, else the loaded version + 1. */
  readonly track: Track;
  /** Absent where a run only left the track. */
  readonly run?: RunRecord | undefined;
  /** The run's row as it was loaded with the track; absent where it is new, or not known. */
  readonly before?: RunRecord | undefined;
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

/** Endpoints with their sealed secrets and keys. */
export interface EndpointStore {
  insertEndpoint(endpoint: EndpointRecord, secret: SecretRecord | undefined): Promise<void>;
  findEndpoint(
    id: string,
  ): Promise<{ endpoint: EndpointRecord; secrets: readonly SecretRecord[] } | undefined>;
  listEndpoints(page: Page): Promise<Paged<EndpointRecord>>;
  /**
   * False where there is no such endpoint. With another `account` it leaves the old one: a stream
   * end is pending there for each of its streams that may be on the screen, its tracks get new
   * stream keys, pending updates become `skipped`, and what else is pending, but for ends of
   * streams, moves to the new account.
   */
  updateEndpoint(id: string, patch: EndpointPatch, now: number): Promise<boolean>;
  /**
   * Removes the endpoint with its secrets; its deliveries, tracks and commands stay for the record.
   * Undigested deliveries become `ignored`, pending commands other than stream ends `skipped`. A
   * stream end is pending afterwards for each of its streams that may be on the screen: alive, with
   * a slot, or being sent to; its tracks get new stream keys, so that nothing replaces these ends.
   * The sealed API key is kept until nothing of it is pending or sending. False where there is no
   * such endpoint.
   */
  deleteEndpoint(id: string, now: number): Promise<boolean>;
  /**
   * Adds a secret and lets all older ones of the endpoint expire at `oldExpireAt` (or earlier if
   * they did).
   */
  rotateSecret(secret: SecretRecord, oldExpireAt: number): Promise<void>;
  /** Sets the pin if there is none and answers the pin in force. */
  pinEndpoint(id: string, pin: string): Promise<string>;
}

/** What receive writes. */
export interface DeliveryStore {
  /**
   * Stores what is new; durable on return. One result per delivery, in order: `duplicate` with the
   * first one's id where (endpointId, providerDeliveryId) is stored already or stands earlier in
   * the batch. A duplicate of a `failed` or `invalid` delivery makes that one `received` again.
   */
  storeDeliveries(
    batch: readonly NewDelivery[],
  ): Promise<readonly { status: "accepted" | "duplicate"; id: string }[]>;
}

/** What digest claims, reads and commits. */
export interface DigestStore {
  /**
   * Claims `received` deliveries, oldest first, whose claim is free or expired; counts an attempt.
   */
  claimDeliveries(options: {
    now: number;
    limit: number;
    leaseMs: number;
  }): Promise<readonly ClaimedDelivery[]>;
  loadTrack(endpointId: string, trackKey: string, runId: string): Promise<TrackView>;
  /** A run by the provider's id, wherever in the endpoint's tracks it is. */
  findRun(endpointId: string, runId: string): Promise<RunOnTrack | undefined>;
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
  /**
   * Writes tracks, runs, commands and the delivery's outcome, or nothing. Returns `conflict` if a
   * track's version moved (load again, merge again), `claim_lost` if another digester holds the
   * delivery. A power cut may undo it until a command has been claimed after it.
   */
  commitDigest(commit: DigestCommit): Promise<"committed" | "conflict" | "claim_lost">;
  /** Runs whose `checkAt` is due, oldest first. */
  dueChecks(options: { now: number; limit: number }): Promise<readonly RunOnTrack[]>;
}

/** What is remembered from one digest to the next; written with `commitDigest`. */
export interface MemoryStore {
  loadMemory(keys: MemoryKeys): Promise<Memory>;
  /** Open incidents of a line, the oldest first: what a deployment that is live closes. */
  openIncidents(endpointId: string, lineKey: string): Promise<readonly Incident[]>;
  /**
   * Claims what is longest due, in no order, by putting it off until the lease ends; counts an
   * attempt. Whoever writes or removes the row with the version that this answers has done the
   * work; nobody else has.
   */
  claimDue(options: {
    now: number;
    limit: number;
    leaseMs: number;
  }): Promise<readonly ClaimedDue[]>;
  /** When the next row of `due` is due, also if that is past; undefined where nothing waits. */
  nextDue(): Promise<number | undefined>;
}

/** What dispatch claims, sends and records. */
export interface OutboxStore {
  /**
   * Accounts that have commands to claim now, and how many at most: urgent ones (priority up to
   * `streamEnd`) and others.
   */
  dueAccounts(now: number): Promise<readonly DueAccount[]>;
  /**
   * Claims pending commands of the account that are due, by (priority, createdAt), never two of one
   * stream key at once; and `sending` ones whose lease ran out. With `priorities` only those among
   * them. Counts an attempt.
   */
  claimCommands(options: {
    now: number;
    limit: number;
    leaseMs: number;
    account: string;
    priorities?: PriorityRange | undefined;
  }): Promise<readonly ClaimedCommand[]>;
  /** Puts commands that no delivery asked for into the outbox, as `commitDigest` does. */
  enqueueCommands(commands: readonly NewCommand[], now: number): Promise<void>;
  /** False where the claim was lost; nothing is written then. */
  settleCommand(settlement: Settlement): Promise<boolean>;
  /** The account's pending pushes that were made until `before`, the oldest `limit` of them. */
  waitingPushes(account: string, before: number, limit: number): Promise<readonly Command[]>;
  /**
   * Skips pushes that are pending, or the one that is claimed, and makes others pending in their
   * place. False where one of them is neither any more: nothing is written then.
   */
  replacePushes(options: {
    commandId: string;
    claim: string;
    replacements: readonly PushReplacement[];
    now: number;
  }): Promise<boolean>;
  /**
   * When the next command that cannot be claimed at `now` becomes claimable, in ms; undefined where
   * there is none.
   */
  nextCommandDue(now: number): Promise<number | undefined>;
  findStream(streamKey: string): Promise<StreamRecord | undefined>;
  /** Streams of the account for which a command is claimed whose lease has not run out. */
  calledStreams(account: string, now: number): Promise<readonly string[]>;
  /**
   * Records that a stream was taken off the screen to make room, and wants it back: a copy of its
   * last `done` update becomes pending with `resume`'s id, reason and times, unless a command of
   * the stream is pending or sending already.
   */
  displaceStream(stream: StreamRecord, resume: DisplacedResume): Promise<void>;
  /** Makes the account's pending commands that wait for this reason due now. */
  wakeCommands(account: string, reason: string, now: number): Promise<void>;
  /**
   * Makes every pending command due now that was tried and would wait beyond `latest`: no next try
   * is so far away but for a wrong clock. One that was never tried may have its time later.
   */
  endWaitsBeyond(latest: number, now: number): Promise<void>;
  /**
   * The account's pending and sending commands on streams by (createdAt, id), the oldest `limit` of
   * them.
   */
  openStreamCommands(account: string, limit: number): Promise<readonly Command[]>;
  /** The id of the account's newest endpoint; undefined where it has none. */
  newestEndpointOf(account: string): Promise<string | undefined>;
}

/** The pacing state of each account of the core API. */
export interface AccountStore {
  loadAccount(account: string): Promise<{ state: AccountState; version: number } | undefined>;
  /**
   * Compare-and-swap: writes version `expectedVersion` + 1, or answers false where the stored
   * version is another. 0: not stored yet. Synced unless told.
   */
  saveAccount(
    account: string,
    state: AccountState,
    expectedVersion: number,
    durability?: Durability,
  ): Promise<boolean>;
  listAccounts(): Promise<readonly { account: string; state: AccountState }[]>;
}

/**
 * Requests to known endpoints that were refused: the newest of each endpoint, and how many there
 * were.
 */
export interface RefusedAttemptStore {
  /**
   * Adds to what is kept of an endpoint; the oldest beyond REFUSED_ATTEMPTS_KEPT go. Nothing where
   * the endpoint is gone.
   *
   * @param count how many there were, `latest` included
   * @param latest the newest of them, oldest first
   */
  addRefusedAttempts(
    endpointId: string,
    count: number,
    latest: readonly RefusedAttempt[],
  ): Promise<void>;
  /** Newest first. */
  listRefusedAttempts(endpointId: string): Promise<readonly RefusedAttempt[]>;
  /** Of all endpoints that ever refused one, by id. */
  refusedTotals(): Promise<readonly RefusedTotal[]>;
}

/** What was called, and what happened. */
export interface EventStore {
  /** The calls made for a stream, newest first. */
  listCalls(streamKey: string, page: Page): Promise<Paged<CallRecord>>;
  /**
   * What was stored since `cursor` (the `next` of an earlier answer), oldest first by kind. Without
   * a cursor it answers nothing but where the feed stands. At least once: what was stored in the
   * seconds before `now` may come again, as other processes may still commit what is older. A text
   * that is no cursor of ours counts as none.
   */
  eventsAfter(
    cursor: string | undefined,
    options: { limit: number; now: number },
  ): Promise<{ readonly events: readonly StoreEvent[]; readonly next: string }>;
}

/** What operators list, replay and retry. */
export interface AdminStore {
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
  listTracks(
    filter: Page & { endpointId?: string | undefined; trackId?: string | undefined },
  ): Promise<Paged<TrackSummary>>;
  listRuns(trackId: string, page: Page): Promise<Paged<RunRecord> | undefined>;
  /** By (since, endpoint, key), the newest first. */
  listIncidents(
    filter: Page & { endpointId?: string | undefined; state?: Incident["state"] | undefined },
  ): Promise<Paged<Incident>>;
  listCommands(filter: Page & { status?: CommandStatus | undefined }): Promise<Paged<Command>>;
  /**
   * Makes a dead or skipped command pending again. False where there is no such command in such a
   * state.
   */
  retryCommand(id: string, now: number): Promise<boolean>;
  /** All commands that any of these deliveries asked for, oldest first. At most 200 ids. */
  commandsOfDeliveries(ids: readonly string[]): Promise<readonly Command[]>;
  /** For metrics. */
  counts(): Promise<{
    deliveries: Readonly<Partial<Record<DeliveryStatus, number>>>;
    commands: Readonly<Partial<Record<CommandStatus, number>>>;
    oldestPendingAt: number | undefined;
  }>;
}

/** Retention and the life of the store itself. */
export interface MaintenanceStore {
  /**
   * Deletes up to `limit` of the oldest deliveries received before `before`, with their settled
   * commands and attempts, and ended runs last updated before it that their track does not show.
   * Never what is still owed: undigested deliveries, pending or sending commands, open runs. And
   * the API keys of endpoints that left their account, where nothing is owed there any more; and
   * what is remembered of endpoints that are gone or was not touched since: told keys, folds,
   * resolved incidents, standings. Answers how many rows went.
   */
  trim(options: { before: number; limit: number }): Promise<number>;
  /** What the stored deliveries take, in bytes: an estimate that is cheap at a million rows. */
  usage(): Promise<{ deliveryBytes: number }>;
  /** Everything that is stored encrypted, but for secrets that have expired at `now`. */
  sealedTexts(now: number): Promise<readonly SealedText[]>;
  /**
   * Frees the claims of a process that is known to be gone (the embedded store has only ever one
   * process).
   */
  releaseClaims(): Promise<void>;
  /** Resolves where the database answers and the schema is current. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

export interface Store
  extends
    EndpointStore,
    DeliveryStore,
    DigestStore,
    MemoryStore,
    OutboxStore,
    AccountStore,
    RefusedAttemptStore,
    EventStore,
    AdminStore,
    MaintenanceStore {}
