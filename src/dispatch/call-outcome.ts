/**
 * What an answer means for the command that asked and, where it has one, for its stream and its
 * slot. Pure.
 */
import type { SendResult } from "../destinations/destination.ts";
import { PRIORITY } from "../model/command.ts";
import type { ClaimedCommand, Intent, NewCommand, Settlement } from "../model/command.ts";
import type { StreamRecord } from "../model/stream.ts";
import { newId } from "../util/id.ts";
import { wantedHash } from "./interpret-result.ts";
import type { Sent } from "./interpret-result.ts";
import { PAUSED_REASON, pausedMark } from "./paused-stream.ts";
import { endedMark, endOf } from "./plan-call.ts";

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
  result: Result,
  now: number,
): CallOutcome {
  const { intent, form } = sent;
  const given = intent.kind === "end" ? leftBehind(command, result) : undefined;
  if (given) return given;
  // It may be on the screen for good; another one's place it takes no longer.
  if (answer.kind === "rejected" && intent.kind === "end" && form === "bare")
    return { result, slot: "free", stream: null };
  if (answer.kind === "activity_limit")
    return { result, slot: "kept", stream: answer.maybeShown ? null : offScreen(command) };
  if (result.status !== "done") return { result, slot: "kept", stream: null };
  const base = { streamKey: command.streamKey ?? "", account: command.account, confirmedAt: now };
  if (intent.kind === "end") {
    const confirmedHash = endedMark(intent.ending);
    const stream = { ...base, alive: false, confirmedHash, confirmedState: null };
    return { result, slot: "free", stream };
  }
  if (intent.kind !== "show") return { result, stream: null };
  const shown = { ...base, alive: true, confirmedState: intent.picture };
  if (answer.kind === "ok" && answer.isPaused) {
    const stream = {
      ...shown,
      alive: false,
      confirmedHash: pausedMark(intent, wantedHash(intent)),
    };
    return { result: { status: "skipped", reason: PAUSED_REASON }, slot: "free", stream };
  }
  // The hash of what was wanted, though a plainer form was sent: the same wanted again needs no
  // call.
  const stream = { ...shown, confirmedHash: wantedHash(intent) };
  return { result, slot: "kept", stream, next: nextOf(command, intent, now) };
}

/** A result on the screen leaves it later. */
export function nextOf(
  command: ClaimedCommand,
  intent: Intent,
  now: number,
): NewCommand | undefined {
  if (intent.kind !== "show" || intent.lingerMs === undefined) return undefined;
  const { endpointId, account, deliveryId, trackId, streamKey } = command;
  return {
    id: newId("cmd", now),
    endpointId,
    account,
    deliveryId,
    trackId,
    streamKey,
    priority: PRIORITY.streamEnd,
    intent: endOf(intent),
    dedupeKey: null,
    notBefore: now + intent.lingerMs,
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
  if (command.intent.kind !== "end" || result.status !== "dead") return undefined;
  return { result, slot: "free", stream: offScreen(command) };
}

/**
 * An answer that leaves no doubt that the stream has no activity. After a 5xx or no answer it may
 * have one.
 */
export function isOffScreen(answer: SendResult, isStart: boolean): boolean {
  switch (answer.kind) {
    case "activity_limit":
      return answer.maybeShown !== true;
    case "rate_limited":
    case "unauthorized":
    case "payment_required":
    case "refused":
    case "rejected":
    case "not_sent":
      return isStart;
    case "no_answer":
      return isStart && answer.sent === "no";
    case "ok":
    case "gone":
    case "unavailable":
      return false;
  }
}
