/** What an answer means for the command that asked and, where it has one, for its stream and its slot. Pure. */
import type { CoreResult } from "../destinations/activitysmith/client.ts";
import type { CoreCall } from "../destinations/activitysmith/contract.ts";
import type { ClaimedCommand, Settlement } from "../model/command.ts";
import type { StreamRecord } from "../model/stream.ts";
import { wantedHash } from "./interpret-result.ts";
import { PAUSED_REASON, pausedMark } from "./paused-stream.ts";
import { isBare } from "./plain-form.ts";
import type { Planned } from "./plan-call.ts";

type Result = Settlement["result"];

export interface CallOutcome {
  readonly result: Result;
  /** What the API has confirmed of the stream; null where nothing new. */
  readonly stream: StreamRecord | null;
  /** After a call on a stream: whether it keeps its slot. */
  readonly slot?: "kept" | "free";
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
  plan: Planned,
  sent: CoreCall,
  answer: CoreResult,
  result: Result,
  now: number,
): CallOutcome {
  const { stream: known = null } = command;
  const off = offScreen(command);
  const given = sent.call === "stream_end" ? leftBehind(command, result) : undefined;
  if (given) return given;
  // It may be on the screen for good; another one's place it takes no longer.
  if (answer.kind === "rejected" && isBare(sent)) return { result, slot: "free", stream: null };
  if (answer.kind === "activity_limit") return { result, slot: "kept", stream: off };
  if (result.status !== "done") return { result, slot: "kept", stream: null };
  // Its start had got no answer and did not take effect, so nobody has seen the ending.
  if (answer.kind === "gone" && !known?.alive)
    return { result: later(command, now, "was not on the screen"), slot: "free", stream: null };
  const stream = confirmed(command, plan.call, sent, now);
  if (stream && answer.kind === "ok" && answer.answer.operation === "paused") {
    const confirmedHash = pausedMark(command.call, wantedHash(command.call));
    const paused = { ...stream, alive: false, confirmedHash };
    return { result: { status: "skipped", reason: PAUSED_REASON }, slot: "free", stream: paused };
  }
  const slot = sent.call === "stream_end" ? "free" : "kept";
  // The ending was shown by a start; now it is to end, by a call of its own.
  const next = plan.thenEnds ? later(command, now, "is shown, and ends next") : result;
  return { result: next, slot, stream };
}

/** The stream as it is where its activity is known, or given up, to be off the screen; null where it was before. */
function offScreen({ stream }: ClaimedCommand): StreamRecord | null {
  return stream?.alive ? { ...stream, alive: false, confirmedHash: null } : null;
}

/** An ending that is given up keeps no place: nobody else would ever give it back. */
export function leftBehind(command: ClaimedCommand, result: Result): CallOutcome | undefined {
  if (command.call.call !== "stream_end" || result.status !== "dead") return undefined;
  return { result, slot: "free", stream: offScreen(command) };
}

/**
 * What the API has confirmed of a stream by a call that succeeded; null for calls that concern no stream. The hash is of the
 * state that was wanted, though a plainer one was sent: the same wanted again needs no call.
 */
function confirmed(
  command: ClaimedCommand,
  wanted: CoreCall,
  sent: CoreCall,
  now: number,
): StreamRecord | null {
  if (sent.call !== "stream_update" && sent.call !== "stream_end") return null;
  return {
    streamKey: sent.streamKey,
    account: command.account,
    alive: sent.call === "stream_update",
    confirmedHash: wantedHash(wanted),
    confirmedState: sent.body.content_state ?? null,
    confirmedAt: now,
  };
}
