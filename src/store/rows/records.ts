/** Between the rows of both dialects and the records of the port, where the two differ. Pure. */
import type { CallRecord } from "../../model/call-record.ts";
import { CALL_NAMES } from "../../model/command.ts";
import type {
  CallName,
  ClaimedCommand,
  Command,
  CommandAttempt,
  CommandWithAttempts,
  End,
  FormerAccount,
  NewCommand,
} from "../../model/command.ts";
import { DELIVERY_STATUSES } from "../../model/delivery.ts";
import type { ClaimedDelivery, Delivery, DeliveryStatus } from "../../model/delivery.ts";
import type { RunRecord } from "../../model/run/run-record.ts";
import type { StreamRecord } from "../../model/card/stream.ts";
import { compareText } from "./compare.ts";
import { readIntent, readPicture } from "./former-calls.ts";

interface Claim {
  readonly claim: string | null;
  readonly claimExpiresAt: number | null;
}

export type DeliveryRow = Delivery & Claim;

export function toDelivery({
  claim: _claim,
  claimExpiresAt: _claimExpiresAt,
  ...delivery
}: DeliveryRow): Delivery {
  return delivery;
}

/** Claimed rows come in no order; the port promises oldest first. */
export function toClaimedDeliveries(rows: readonly DeliveryRow[]): ClaimedDelivery[] {
  return rows
    .map((row) => ({ ...toDelivery(row), claim: row.claim ?? "" }))
    .sort((a, b) => a.receivedAt - b.receivedAt || compareText(a.id, b.id));
}

export interface RunRow extends RunRecord {
  readonly runId: string;
  readonly attempt: number;
}

export function toRunRecord({ runId: _runId, attempt: _attempt, ...record }: RunRow): RunRecord {
  return record;
}

export function toRunRow(record: RunRecord): RunRow {
  return { ...record, runId: record.run.id, attempt: record.run.attempt };
}

/** Which calls a row has led to, in SQLite (`call-ids.ts`); null where no list was begun. */
interface CallIds {
  readonly callIds: readonly number[] | null;
}

export type CommandRow = Command & Claim & CallIds & { readonly kind: CallName };

export function toCommand({
  kind: _kind,
  callIds: _callIds,
  claim: _claim,
  claimExpiresAt: _claimExpiresAt,
  intent,
  ...command
}: CommandRow): Command {
  return { ...command, intent: readIntent(intent) };
}

interface DoneOfStream {
  readonly doneCommandId: string | null;
  readonly shownCommandId: string | null;
}

export type StreamRow = StreamRecord & DoneOfStream & CallIds;

export function toStream({
  doneCommandId: _doneCommandId,
  shownCommandId: _shownCommandId,
  callIds: _callIds,
  ...stream
}: StreamRow): StreamRecord {
  return { ...stream, confirmedState: readPicture(stream.confirmedState) };
}

/** @returns the row, but for when it is due: that depends on `spacingMs` and on its stream */
export function toCommandRow({ spacingMs: _spacingMs, ...command }: NewCommand): CommandRow {
  return {
    ...command,
    kind: CALL_NAMES[command.intent.kind],
    status: "pending",
    attempts: 0,
    reason: null,
    possibleRepeat: false,
    settledAt: null,
    claim: null,
    claimExpiresAt: null,
    callIds: null,
  };
}

/** The order in which commands go out. */
function byPriority(a: Command, b: Command): number {
  return a.priority - b.priority || a.createdAt - b.createdAt || compareText(a.id, b.id);
}

export type AttemptRow = Omit<Required<CallRecord>, "sent"> & { readonly sent: unknown };

export function toCallRecord({ sent, ...call }: AttemptRow): CallRecord {
  return sent === null ? call : { ...call, sent: readIntent(sent) };
}

export function toAttempt(row: AttemptRow): CommandAttempt {
  const {
    id: _id,
    commandId: _commandId,
    account: _account,
    streamKey: _streamKey,
    deliveryId: _deliveryId,
    ...attempt
  } = toCallRecord(row);
  return attempt;
}

/** A delivery with its commands, each with its attempts. */
export function toDetail(
  delivery: DeliveryRow,
  commands: readonly CommandRow[],
  attempts: readonly AttemptRow[],
): { delivery: Delivery; commands: CommandWithAttempts[] } {
  return {
    delivery: toDelivery(delivery),
    commands: commands.map((row) => toCommandWithAttempts(row, attempts)),
  };
}

/** @param attempts those of other commands may be among them */
export const toCommandWithAttempts = (
  row: CommandRow,
  attempts: readonly AttemptRow[],
): CommandWithAttempts => ({
  ...toCommand(row),
  attemptLog: attempts.filter((it) => it.commandId === row.id).map(toAttempt),
});

/** Why a row is as it is, for the operator. */
export const REASON = {
  endpointDeleted: "endpoint deleted",
  otherApiKey: "the endpoint has another API key by now",
  newerState: "a newer state of the stream replaced it",
  senderDied: "sent twice without an answer: its sender died both times",
} as const;

/**
 * The end of a stream whose endpoint leaves its account; what it shows is known when it is sent.
 */
export const formerEnd = (streamKey: string): End => ({ kind: "end", streamKey });

/** Of a stream key that is given a new ending, so that its 255 characters suffice however often. */
export const KEPT_STREAM_KEY_LENGTH = 240;

export const UNCLAIMED = { claim: null, claimExpiresAt: null } as const;

/** What makes a delivery as good as new, whatever became of it before. */
export const UNDIGESTED = {
  status: "received",
  detail: null,
  signals: null,
  digestedAt: null,
  attempts: 0,
  ...UNCLAIMED,
} as const;

/** A command that is being sent, and when the one that waits behind it on its stream is due. */
export interface Lease {
  readonly leaseEnd: number | null;
  readonly notBefore: number | null;
}

/**
 * When the next command becomes claimable, in ms: a waiting one when it is due, one that is being
 * sent when its lease ends (its settling wakes the dispatcher sooner), and one whose stream is
 * being sent to not before both.
 */
export function earliestDue(
  waiting: readonly { readonly notBefore: number }[],
  leases: readonly Lease[],
): number | undefined {
  const times = [
    ...waiting.map((it) => it.notBefore),
    ...leases.map((it) => Math.max(it.leaseEnd ?? 0, it.notBefore ?? 0)),
  ];
  return times.length > 0 ? Math.min(...times) : undefined;
}

/** A command whose endpoint has left the command's account. */
export interface LeftRow extends FormerAccount {
  readonly commandId: string;
}

/**
 * Claimed rows in the order in which they go out, each with what is known of its stream and of its
 * endpoint.
 */
export function toClaimedCommands(
  rows: readonly CommandRow[],
  claim: string,
  streams: readonly StreamRow[],
  left: readonly LeftRow[],
): ClaimedCommand[] {
  const byKey = new Map(streams.map((it) => [it.streamKey, toStream(it)]));
  const leftById = new Map(left.map(({ commandId, ...it }) => [commandId, it]));
  return rows
    .map((row) => ({
      ...toCommand(row),
      claim,
      stream: row.streamKey === null ? undefined : byKey.get(row.streamKey),
      left: leftById.get(row.id),
    }))
    .sort(byPriority);
}

/** A stored status. Throws where it is none that this program knows. */
export function deliveryStatus(stored: unknown): DeliveryStatus {
  const status = DELIVERY_STATUSES.find((it) => it === stored);
  if (!status) throw new TypeError(`A delivery has the status ${String(stored)}.`);
  return status;
}
