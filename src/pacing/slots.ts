/** Who may be on the lock screen: an account's few Live Activities. Pure. */
import type { AccountState } from "../model/account.ts";

type Slot = AccountState["slots"][number];

/** A slot as it was when its stream was seen to have left. */
export type LeftSlot = Pick<Slot, "streamKey" | "leavesAt">;

/** A call takes less; a process that dies in one keeps its stream from being called for so long. */
const CALL_LEASE_MS = 20_000;

const NOBODY: ReadonlySet<string> = new Set();

export interface SlotStream {
  readonly streamKey: string;
  readonly importance: number;
  /** From then on it matters less than any stream whose run is under way, in ms since the epoch. */
  readonly fadesAt?: number | undefined;
  /** It shows a result: it gives way also to what matters as much. */
  readonly lingers?: boolean;
  /** It is called to leave the screen: a slot that it has stays as it is, but for the time. */
  readonly leaves?: boolean;
  /** It is on the screen already, so that it has its place whatever the limit is believed to be. */
  readonly isAlive?: boolean;
  /** It was seen to have a slot: one that is gone by now was taken off the screen meanwhile. */
  readonly hadSlot?: boolean;
  /** A card that is so old was ended by the device, in ms: a call on its stream begins another. */
  readonly lifetimeMs?: number;
  /** It takes a free place only: nobody gives way to it. */
  readonly onlyIfFree?: boolean;
  /** A stranger's: it comes only while nothing that matters more is under way. */
  readonly isStrangers?: boolean;
  /** It counts the streams that wait, so that its place is the last one, and nobody else's. */
  readonly isRollUp?: boolean;
}

export type SlotRequest =
  /** It has a slot now; `state` says so, and is the same where it says nothing new. */
  | { readonly kind: "granted"; readonly state: AccountState }
  /**
   * It may have one once this stream has been ended, which is the caller's to do now; `state` says
   * so.
   */
  | { readonly kind: "preempt"; readonly streamKey: string; readonly state: AccountState }
  /** All slots hold streams that matter as much, or that are being called. */
  | { readonly kind: "wait" }
  /**
   * Another call on the stream is under way, or has just taken it off the screen: what to call is
   * to be planned anew.
   */
  | { readonly kind: "busy" };

/**
 * Asks for a slot for a stream that a claimed command is about to call. That claim keeps every
 * other command from the stream, and a mark in its slot keeps all from it while it is moved aside.
 *
 * A stream that has a slot keeps it. Where all are taken, the least important one gives way if it
 * matters less; among equals a result gives way, and else the one that has been on the screen
 * longest stays. The roll-up never gives way: while there is one the others share one slot less,
 * and for it the least important of them gives way whatever it matters.
 *
 * @param calledNow streams that a command is calling, none of which gives way now
 * @param left slots whose streams have left the screen: they are free
 */
export function requestSlot(
  account: AccountState,
  stream: SlotStream,
  now: number,
  calledNow: ReadonlySet<string> = NOBODY,
  left: readonly LeftSlot[] = [],
): SlotRequest {
  const state = withoutLeft(account, left);
  const { streamKey, isAlive = false, hadSlot = false, isRollUp = false } = stream;
  const others = state.slots.filter((slot) => slot.streamKey !== streamKey);
  const held = state.slots.find((slot) => slot.streamKey === streamKey);
  if (held ? isBusy(held, now) : hadSlot) return { kind: "busy" };
  const rivals = others.filter((slot) => slot.streamKey !== state.rollUp?.streamKey);
  const isOnScreen = held !== undefined || isAlive;
  if (stream.isStrangers && !isOnScreen && rivals.some((slot) => isAbove(slot, stream.importance)))
    return { kind: "wait" };
  if (isOnScreen || hasRoom(state, rivals.length, isRollUp)) {
    const slot =
      held && stream.leaves
        ? { ...held, leavesAt: now }
        : slotOf(stream, cardSince(held, stream.lifetimeMs ?? Infinity, now));
    const isKnown = held !== undefined && isSame(held, slot);
    return { kind: "granted", state: isKnown ? state : { ...state, slots: [...others, slot] } };
  }
  const least = rivals
    .filter((slot) => !isBusy(slot, now) && !calledNow.has(slot.streamKey))
    .toSorted((a, b) => weightOf(a, now) - weightOf(b, now) || inOrderOfLeaving(a, b))[0];
  const givesWay = isRollUp
    ? isRollUpKept(state)
    : least !== undefined && mattersLess(least, stream, now);
  if (!least || !givesWay || stream.onlyIfFree) return { kind: "wait" };
  const reserved = reserveCall(state, least.streamKey, now);
  return { kind: "preempt", streamKey: least.streamKey, state: reserved };
}

/** Whether a run under way matters more. */
const isAbove = (slot: Slot, importance: number): boolean =>
  slot.lingers !== true && slot.importance > importance;

/** Since when the card is on the screen that a call on its stream leaves there. */
export const cardSince = (held: Slot | undefined, lifetimeMs: number, now: number): number =>
  held !== undefined && now - held.since < lifetimeMs ? held.since : now;

const slotOf = (
  { streamKey, importance, fadesAt, lingers = false }: SlotStream,
  since: number,
): Slot => ({
  streamKey,
  importance,
  since,
  ...(fadesAt !== undefined && { fadesAt }),
  ...(lingers && { lingers }),
});

const isSame = (a: Slot, b: Slot): boolean =>
  a.since === b.since &&
  a.importance === b.importance &&
  a.fadesAt === b.fadesAt &&
  a.lingers === b.lingers &&
  a.busyUntil === b.busyUntil &&
  a.leavesAt === b.leavesAt;

/** What it takes to give way; what has faded comes after what lingers only because it went well. */
const FADED = 1;
const weightOf = (
  { importance, fadesAt = Infinity }: Pick<SlotStream, "importance" | "fadesAt">,
  now: number,
): number => (fadesAt <= now ? Math.min(importance, FADED) : importance);

function mattersLess(slot: Slot, stream: SlotStream, now: number): boolean {
  const difference = weightOf(slot, now) - weightOf(stream, now);
  return difference < 0 || (difference === 0 && slot.lingers === true);
}

/** Results first, the oldest of them; of the others the one that came last. */
function inOrderOfLeaving(a: Slot, b: Slot): number {
  if (a.lingers !== b.lingers) return a.lingers ? -1 : 1;
  return a.lingers ? a.since - b.since : b.since - a.since;
}

/** Whether one more ordinary stream fits beside so many, or the roll-up does. */
function hasRoom(state: AccountState, ordinary: number, isRollUp: boolean): boolean {
  if (isRollUp) return isRollUpKept(state) && ordinary < state.slotLimit;
  return ordinary < state.slotLimit - (state.rollUp ? 1 : 0);
}

/**
 * There is a last slot to keep for the roll-up: one of a single slot would be all that there is to
 * see.
 */
const isRollUpKept = (state: AccountState): boolean =>
  state.rollUp !== undefined && state.slotLimit > 1;

/** So many streams that wait are counted by the roll-up; fewer take its slot instead. */
const ROLL_UP_AT = 2;

/** Streams that find a free slot as soon as there are calls again need none to count them. */
export function isRollUpDue(state: AccountState, waiting: number): boolean {
  const free = state.rollUp ? 0 : Math.max(0, state.slotLimit - state.slots.length);
  return waiting - free >= ROLL_UP_AT && state.slotLimit > 1;
}

/**
 * It is being moved aside, or looked at whether it is to be freed. A time that is further away than
 * a call takes is of a clock that was set back.
 */
export const isBusy = ({ busyUntil = 0 }: Slot, now: number): boolean =>
  busyUntil > now && busyUntil <= now + CALL_LEASE_MS;
const called = (slot: Slot, now: number): Slot => ({ ...slot, busyUntil: now + CALL_LEASE_MS });

/** Keeps the commands of a stream from calling it until `callOver`. */
export function reserveCall(state: AccountState, streamKey: string, now: number): AccountState {
  const slots = state.slots.map((slot) =>
    slot.streamKey === streamKey ? called(slot, now) : slot,
  );
  return { ...state, slots };
}

/** The stream keeps its slot; the next call on it may be made. */
export function callOver(state: AccountState, streamKey: string): AccountState {
  const held = state.slots.find((slot) => slot.streamKey === streamKey);
  if (held?.busyUntil === undefined) return state;
  const slots = state.slots.map(({ busyUntil, ...slot }) =>
    slot.streamKey === streamKey || busyUntil === undefined ? slot : { ...slot, busyUntil },
  );
  return { ...state, slots };
}

/** The stream has left the screen. */
export function releaseSlot(state: AccountState, streamKey: string): AccountState {
  if (!state.slots.some((slot) => slot.streamKey === streamKey)) return state;
  return { ...state, slots: state.slots.filter((slot) => slot.streamKey !== streamKey) };
}

/** Without these, where nothing has called their streams since. */
export function withoutLeft(state: AccountState, left: readonly LeftSlot[]): AccountState {
  const isLeft = (slot: Slot) =>
    left.some((it) => it.streamKey === slot.streamKey && it.leavesAt === slot.leavesAt);
  return state.slots.some(isLeft)
    ? { ...state, slots: state.slots.filter((slot) => !isLeft(slot)) }
    : state;
}

/** A stream that comes may find no place, or the roll-up keeps one: none is to stand for nothing. */
export const areScarce = ({ slots, slotLimit, rollUp }: AccountState): boolean =>
  slots.length >= slotLimit || rollUp !== undefined;

/** The stream may be on the screen: it has been called, and not heard to be off it. */
export function holdsSlot(state: AccountState, streamKey: string): boolean {
  return state.slots.some((slot) => slot.streamKey === streamKey);
}
