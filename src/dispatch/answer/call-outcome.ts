/**
 * What an answer means for the command that asked and, where it has one, for its stream and its
 * slot. Pure.
 */
import type { SendResult } from "../../destinations/destination.ts";
import { PRIORITY } from "../../model/command.ts";
import type {
  ClaimedCommand,
  End,
  Intent,
  NewCommand,
  Settlement,
  Show,
} from "../../model/command.ts";
import { newCommandId } from "../../model/command-id.ts";
import type { StreamRecord } from "../../model/card/stream.ts";
import { meaningOf } from "./answer-table.ts";
import { resultOf, wantedHash } from "./interpret-result.ts";
import type { RetryOptions, Sent } from "./interpret-result.ts";
import { pausedMark } from "./paused-stream.ts";
import { endedMark, endOf } from "../plan-call.ts";

type Result = Settlement["result"];

export interface CallOutcome {
  readonly result: Result;
  /** What the destination has confirmed of the stream; null where nothing new. */
  readonly stream: StreamRecord | null;
  /** After a call on a stream: whether it keeps its slot. */
  readonly slot?: "kept" | "free";
  /** What is to be sent later because of it. */
  readonly next?: NewCommand | undefined;
}

export interface Moment {
  /** ms since the epoch. */
  readonly now: number;
  /** When the device ends the card; absent: nobody knows. */
  readonly goneAt?: number;
}

/** Time for a call and its repetitions. */
const LEAVES_EARLY_MS = 60_000;
/** However late it comes, a result is there to be read. */
const READ_MS = 8_000;

export const later = (command: ClaimedCommand, notBefore: number, reason: string): Result => ({
  status: "pending",
  notBefore,
  reason,
  possibleRepeat: command.possibleRepeat,
});

/** What the answer means for the command and, where it has one, for its stream and its slot. */
export function outcomeOf(
  command: ClaimedCommand,
  sent: Sent,
  answer: SendResult,
  options: RetryOptions & Moment,
): CallOutcome {
  const result = resultOf(command, sent, answer, options);
  const { intent } = sent;
  if (intent.kind === "end")
    return (
      leftBehind(command, result) ??
      endOutcome(command, { ...sent, intent }, answer, result, options.now)
    );
  if (intent.kind === "show") return showOutcome(command, intent, answer, result, options);
  return { result, stream: null };
}

function endOutcome(
  command: ClaimedCommand,
  { intent, form }: Sent & { readonly intent: End },
  answer: SendResult,
  result: Result,
  now: number,
): CallOutcome {
  if (result.status === "done") {
    const confirmedHash = endedMark(intent.ending);
    const stream = {
      ...confirmed(command, now),
      alive: false,
      confirmedHash,
      confirmedState: null,
    };
    return { result, slot: "free", stream };
  }
  // It may be on the screen for good; another one's place it takes no longer.
  const isStuck = answer.kind === "rejected" && form === "bare";
  return { result, slot: isStuck ? "free" : "kept", stream: null };
}

function showOutcome(
  command: ClaimedCommand,
  intent: Show,
  answer: SendResult,
  result: Result,
  moment: Moment,
): CallOutcome {
  const { card } = meaningOf(answer, intent.kind);
  const shown = { ...confirmed(command, moment.now), confirmedState: intent.picture };
  if (card === "shown") {
    // The hash of what was wanted, though a plainer form was sent: the same wanted again needs no
    // call.
    const stream = { ...shown, alive: true, confirmedHash: wantedHash(intent) };
    return { result, slot: "kept", stream, next: nextOf(command, intent, moment) };
  }
  if (result.status === "skipped") {
    const confirmedHash = pausedMark(intent, wantedHash(intent));
    return { result, slot: "free", stream: { ...shown, alive: false, confirmedHash } };
  }
  return { result, slot: "kept", stream: card === "none" ? offScreen(command) : null };
}

const confirmed = ({ streamKey, account }: ClaimedCommand, now: number) => ({
  streamKey: streamKey ?? "",
  account,
  confirmedAt: now,
});

/**
 * A result on the screen leaves it later, and so does what nobody else would end; before the device
 * ends it, as what that has ended stays for hours beside the card of the next run.
 */
export function nextOf(
  command: ClaimedCommand,
  intent: Intent,
  { now, goneAt = Infinity }: Moment,
): NewCommand | undefined {
  if (intent.kind !== "show") return undefined;
  const { lingerMs = intent.endsAfterMs } = intent;
  if (lingerMs === undefined) return undefined;
  const { endpointId, account, deliveryId, trackId, streamKey } = command;
  return {
    id: newCommandId(deliveryId, now),
    endpointId,
    account,
    deliveryId,
    trackId,
    streamKey,
    priority: PRIORITY.streamEnd,
    intent: endOf(intent),
    dedupeKey: null,
    notBefore: Math.min(now + lingerMs, Math.max(goneAt - LEAVES_EARLY_MS, now + READ_MS)),
    createdAt: now,
  };
}

/**
 * The stream as it is where its activity is known, or given up, to be off the screen; null where it
 * was before.
 */
function offScreen({ stream }: ClaimedCommand): StreamRecord | null {
  return stream?.alive ? { ...stream, alive: false, confirmedHash: null } : null;
}

/** An ending that is given up keeps no place: nobody else would ever give it back. */
export function leftBehind(command: ClaimedCommand, result: Result): CallOutcome | undefined {
  if (!isLeaving(command.intent) || result.status !== "dead") return undefined;
  return { result, slot: "free", stream: offScreen(command) };
}

/** A result that is not to stay is an ending as well. */
const isLeaving = (intent: Intent): boolean =>
  intent.kind === "end" || (intent.kind === "show" && intent.lingerMs === 0);

/**
 * An answer that leaves no doubt that a card which was to be shown is not, so that its place is
 * free before the store knows.
 * @param isStart the call was to put the card on the screen
 */
export function isOffScreen(intent: Intent, answer: SendResult, isStart: boolean): boolean {
  if (intent.kind !== "show") return false;
  const { card, fate } = meaningOf(answer, intent.kind);
  if (card === "as before") return isStart;
  return card === "none" && fate.show !== "paused";
}
