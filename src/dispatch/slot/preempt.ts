/**
 * Taking a stream off the screen to make room for a more important one: it ends truthfully and
 * waits to come back.
 */
import type { Endpoint } from "../../model/endpoint.ts";
import { newCommandId } from "../../model/command-id.ts";
import { applyFeedback } from "../../pacing/account.ts";
import { callOver, releaseSlot } from "../../pacing/slots.ts";
import type { CommandAttempt } from "../../model/command.ts";
import { meaningOf } from "../answer/answer-table.ts";
import { makeCall } from "../make-call.ts";
import {
  attemptOf,
  feedbackOf,
  SLOT_RETRY_MS,
  WAITING_FOR_SLOT,
} from "../answer/interpret-result.ts";
import type { SendDeps } from "../deps.ts";
import { farewellOf } from "../resolve-credentials.ts";

/** How the reason begins for which a command waits while another stream makes room for it. */
export const PREEMPTED_BY = "takes the place of";
const MOVED_ASIDE = "Goes on, moved aside to make room";

export interface Displaced {
  readonly attempt: CommandAttempt;
  /**
   * Its place is free; or the API refuses the ending with its picture, so that it is to be ended
   * without one next.
   */
  readonly outcome: "free" | "needs bare" | "failed";
  /** The call was made, as far as the API can tell. */
  readonly isCounted: boolean;
}

/** Which stream is ended, and how. */
export interface Victim {
  readonly streamKey: string;
  /** With nothing but its key: the API refused more. */
  readonly isBare: boolean;
}

/**
 * Ends the stream with one call. Where the API agrees, its slot is free and its last state waits
 * for another slot. Where the API does not end it even so, it keeps its slot no longer. The caller
 * has the only right to call the stream.
 */
export async function preempt(
  deps: SendDeps,
  endpoint: Pick<Endpoint, "apiKey">,
  account: string,
  { streamKey, isBare }: Victim,
): Promise<Displaced> {
  const stream = await deps.store.findStream(streamKey);
  const at = deps.clock.now();
  const end = { kind: "end", streamKey, ...farewellOf(stream, MOVED_ASIDE) } as const;
  const form = isBare || !end.picture ? "bare" : "full";
  const answer = await makeCall(deps, endpoint, end, form);
  const now = deps.clock.now();
  const attempt = { ...attemptOf(at, now, answer), sent: end };
  deps.observe("stream_end", attempt);
  const { fate, isCounted } = meaningOf(answer, end.kind);
  const isGone = fate.end === "done";
  const isStuck = answer.kind === "rejected" && form === "bare";
  // One that was not on the screen has nothing to come back to: its slot was left behind, or its
  // own command is open.
  if (isGone && stream?.alive) {
    // Without a confirmed hash nothing counts as shown already when it comes back.
    const gone = { ...stream, alive: false, confirmedHash: null, confirmedAt: now };
    const notBefore = now + SLOT_RETRY_MS;
    await deps.store.displaceStream(gone, {
      id: newCommandId(null, now),
      reason: WAITING_FOR_SLOT,
      notBefore,
      createdAt: now,
    });
  }
  // Last, so that a process that dies before leaves no stream alive without a slot.
  await deps.ledger.update(account, (state) => {
    const left = isGone || isStuck ? releaseSlot(state, streamKey) : callOver(state, streamKey);
    return applyFeedback(left, feedbackOf(end.kind, answer, true), now, deps.random());
  });
  const isFree = isGone || isStuck;
  const needsBare = answer.kind === "rejected" && !isFree;
  const outcome = isFree ? "free" : needsBare ? "needs bare" : "failed";
  return { attempt, outcome, isCounted };
}
