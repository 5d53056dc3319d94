/** A stream's place on the screen around a call: what is known of it before, the right to call it, and whether an answer ends it. */
import { rollUpKey } from "../compose/roll-up.ts";
import type { CoreResult } from "../destinations/activitysmith/client.ts";
import { holdsSlot, requestSlot } from "../pacing/slots.ts";
import type { SlotRequest } from "../pacing/slots.ts";
import type { ClaimedCommand } from "../model/command.ts";
import type { SendDeps } from "./deps.ts";
import type { Planned } from "./plan-call.ts";

/** A command that knows whether its stream had a slot when it was looked at. */
export type PlacedCommand = ClaimedCommand & { readonly mayBeAlive: boolean };

/**
 * What is known of the stream now. A slot is held from before the start until the end is confirmed, so it also tells of a
 * start that got no answer; and one that is gone tells that the stream was moved aside since the claim.
 */
export async function upToDate(
  deps: Pick<SendDeps, "ledger" | "store">,
  command: ClaimedCommand,
): Promise<PlacedCommand> {
  const { account, streamKey } = command;
  if (streamKey === null) return { ...command, mayBeAlive: false };
  const mayBeAlive = holdsSlot(await deps.ledger.update(account, (state) => state), streamKey);
  if (mayBeAlive || !command.stream?.alive) return { ...command, mayBeAlive };
  return { ...command, mayBeAlive, stream: await deps.store.findStream(streamKey) };
}

/**
 * The place on the screen for a call on a stream, and the only right to call it; undefined for other calls. What was planned
 * because the stream had a slot holds only while it has it: its end may have been confirmed meanwhile.
 */
export async function takeSlot(
  deps: Pick<SendDeps, "ledger" | "clock">,
  { account, mayBeAlive: hadSlot }: PlacedCommand,
  { call: planned, start }: Planned,
): Promise<SlotRequest | undefined> {
  if (planned.call !== "stream_update" && planned.call !== "stream_end") return undefined;
  const { streamKey, importance = 0 } = planned;
  const isRollUp = streamKey === rollUpKey(account);
  let request: SlotRequest = { kind: "wait" };
  await deps.ledger.update(account, (state) => {
    const isAlive = start === undefined;
    const onlyIfFree = start?.onlyIfFree ?? false;
    const stream = { streamKey, importance, isAlive, hadSlot, onlyIfFree, isRollUp };
    request = requestSlot(state, stream, deps.clock.now());
    return "state" in request ? request.state : state;
  });
  return request;
}

/** An answer that leaves no doubt that the stream has no activity. After a 5xx or no answer it may have one. */
export function isOffScreen(answer: CoreResult, isStart: boolean): boolean {
  switch (answer.kind) {
    case "activity_limit":
      return true;
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
