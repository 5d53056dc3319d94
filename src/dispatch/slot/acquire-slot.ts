/**
 * A stream's place on the screen around a call: what is known of it before, the right to call it,
 * and whether an answer ends it.
 */
import { rollUpKey } from "../../compose/roll-up.ts";
import type { AccountState } from "../../model/account.ts";
import { hasLeft } from "../../model/card/has-left.ts";
import { callOver, cardSince, requestSlot } from "../../pacing/slots.ts";
import type { LeftSlot, SlotRequest, SlotStream } from "../../pacing/slots.ts";
import { leftSlots } from "./left-slots.ts";
import type { Reservation } from "../../pacing/ledger.ts";
import { isOfStream } from "../../model/command.ts";
import type { ClaimedCommand, Show } from "../../model/command.ts";
import type { SendDeps } from "../deps.ts";
import type { Planned } from "../plan-call.ts";

/** A command that knows whether its stream had a slot when it was looked at. */
export type PlacedCommand = ClaimedCommand & {
  readonly mayBeAlive: boolean;
  /** When the device ends the card that a call leaves on the screen, in ms since the epoch. */
  readonly goneAt: number;
  /** The slot of a card of it that has left the screen. */
  readonly freed: readonly LeftSlot[];
};

/**
 * What is known of the stream now. A slot is held from before the start until the end is confirmed.
 * So a slot without a stream is a start that got no answer, and a slot that is gone means that the
 * stream was moved aside since the claim.
 */
export async function refreshStream(
  deps: Pick<SendDeps, "ledger" | "store" | "clock" | "destinationLimits">,
  command: ClaimedCommand,
): Promise<PlacedCommand> {
  const { account, streamKey } = command;
  const lifetimeMs = deps.destinationLimits.cardLifetimeMs;
  const now = deps.clock.now();
  if (streamKey === null)
    return { ...command, mayBeAlive: false, goneAt: now + lifetimeMs, freed: [] };
  const { slots } = await deps.ledger.update(account, (state) => state);
  const slot = slots.find((it) => it.streamKey === streamKey);
  // Its own command is claimed, so that no other has called it since.
  const isLeft = slot !== undefined && hasLeft(slot, command.stream);
  const held = isLeft ? undefined : slot;
  const placed = {
    ...command,
    mayBeAlive: held !== undefined,
    goneAt: cardSince(held, lifetimeMs, now) + lifetimeMs,
    freed: isLeft ? [slot] : [],
  };
  if (held || !command.stream?.alive) return placed;
  return { ...placed, stream: await deps.store.findStream(streamKey) };
}

/** Or another process has left no call for it in the budget. */
type Answer = SlotRequest | { readonly kind: "no slot needed" | "no call left" };
type Deps = Pick<SendDeps, "ledger" | "clock" | "store">;

/**
 * Takes the slot for a call on a stream, and with it the only right to call that stream, or to end
 * the one that gives way; other calls need none. With it the call's budget is written down. A plan
 * that counted on a slot holds only while the stream has it: its end may have been confirmed
 * meanwhile.
 */
export async function acquireSlot(
  deps: Deps & Pick<SendDeps, "destinationLimits">,
  { account, mayBeAlive: hadSlot, freed }: PlacedCommand,
  { intent: planned, start }: Planned,
  taken: Reservation,
): Promise<Answer> {
  if (!isOfStream(planned))
    return { kind: (await deps.ledger.begin(account, taken)) ? "no slot needed" : "no call left" };
  const { streamKey } = planned;
  const show: Partial<Show> = planned.kind === "show" ? planned : {};
  const { importance = 0, fadesAt } = show;
  const lingers = show.lingerMs !== undefined;
  const leaves = planned.kind === "end";
  const isRollUp = streamKey === rollUpKey(account);
  const isAlive = start === undefined;
  const onlyIfFree = start?.onlyIfFree ?? false;
  const wanted = { streamKey, importance, fadesAt, lingers, leaves, isAlive };
  const isStrangers = show.isStrangers ?? false;
  const { cardLifetimeMs: lifetimeMs } = deps.destinationLimits;
  const stream = { ...wanted, hadSlot, lifetimeMs, onlyIfFree, isStrangers, isRollUp };
  return placeFor(deps, { account, taken, stream, left: freed, isLookedFor: false }, new Set());
}

interface Asked {
  readonly account: string;
  readonly taken: Reservation;
  readonly stream: SlotStream;
  /** Slots that are known to be free. */
  readonly left: readonly LeftSlot[];
  /** All that are free are known. */
  readonly isLookedFor: boolean;
}

/**
 * A stream that is to give way is marked first and checked then. Whoever claims a command of it
 * later sees the mark; whoever claimed one before is seen here. A stream that is being called gives
 * way to nobody.
 */
async function placeFor(deps: Deps, asked: Asked, calledNow: ReadonlySet<string>): Promise<Answer> {
  const request = await requestOf(deps, asked, calledNow);
  if (request.kind === "look") {
    const left = [...asked.left, ...(await leftSlots(deps.store, request.state))];
    return placeFor(deps, { ...asked, left, isLookedFor: true }, calledNow);
  }
  if (request.kind !== "preempt") return request;
  const { account } = asked;
  const called = await deps.store.calledStreams(account, deps.clock.now());
  if (!called.includes(request.streamKey)) return request;
  await deps.ledger.update(account, (state) => callOver(state, request.streamKey));
  return placeFor(deps, asked, new Set([...calledNow, ...called]));
}

/** Before it waits, or another one gives way, it is to be seen which places are free. */
async function requestOf(
  { ledger, clock }: Deps,
  { account, taken, stream, left, isLookedFor }: Asked,
  calledNow: ReadonlySet<string>,
): Promise<Answer | { readonly kind: "look"; readonly state: AccountState }> {
  let answer: SlotRequest | { readonly kind: "look"; readonly state: AccountState } = {
    kind: "wait",
  };
  const isGiven = await ledger.place(account, taken, (state) => {
    const request = requestSlot(state, stream, clock.now(), calledNow, left);
    const isShort = request.kind === "wait" || request.kind === "preempt";
    answer = isShort && !isLookedFor && hasLeaving(state) ? { kind: "look", state } : request;
    const beginsCall = answer.kind === "granted" || answer.kind === "preempt";
    return { state: "state" in answer ? answer.state : state, beginsCall };
  });
  return isGiven ? answer : { kind: "no call left" };
}

const hasLeaving = ({ slots }: AccountState): boolean =>
  slots.some(({ leavesAt }) => leavesAt !== undefined);
