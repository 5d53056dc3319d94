/**
 * Frees what nobody else will. A process that died between recording the end of a stream and giving
 * its slot back may leave the slot behind; one that is known to be free costs no write. A wrong
 * clock leaves commands that wait for ever. Makes no call.
 */
import { rollUpKey } from "../../compose/roll-up.ts";
import type { AccountState } from "../../model/account.ts";
import { hasLeft } from "../../model/card/has-left.ts";
import type { Ledger } from "../../pacing/ledger.ts";
import { callOver, isBusy, releaseSlot, reserveCall } from "../../pacing/slots.ts";
import type { Clock, Logger } from "../../ports.ts";
import type { AccountStore, OutboxStore } from "../../store/port.ts";
import { LONGEST_WAIT_MS } from "../backoff.ts";
import { WAITING_FOR_SLOT } from "../answer/interpret-result.ts";

export interface StaleSlotDeps {
  readonly store: OutboxStore & AccountStore;
  readonly ledger: Pick<Ledger, "update">;
  readonly clock: Clock;
  readonly log: Logger;
}

type Slot = AccountState["slots"][number];

/** Of an account so many slots and open commands are looked at; no phone shows more activities. */
const MOST_LOOKED_AT = 1_000;

/**
 * Frees every slot whose stream is off the screen and has nothing to send, and ends waits that are
 * too long; returns how many slots.
 */
export async function releaseStaleSlots(deps: StaleSlotDeps): Promise<number> {
  const now = deps.clock.now();
  await deps.store.endWaitsBeyond(now + LONGEST_WAIT_MS, now);
  let released = 0;
  for (const { account, state } of await deps.store.listAccounts()) {
    const held = state.slots.filter((slot) => !isBusy(slot, deps.clock.now()));
    if (held.length === 0) continue;
    const open = await deps.store.openStreamCommands(account, MOST_LOOKED_AT);
    if (open.length >= MOST_LOOKED_AT) continue;
    const sending = new Set(open.map(({ streamKey }) => streamKey));
    for (const slot of held.filter(({ streamKey }) => !sending.has(streamKey)))
      if (await releaseIfOff(deps, account, slot)) released++;
  }
  return released;
}

/** Marked before it is looked at, so that no command calls the stream meanwhile. */
async function releaseIfOff(deps: StaleSlotDeps, account: string, slot: Slot): Promise<boolean> {
  const { store, ledger, clock, log } = deps;
  const { streamKey } = slot;
  const stream = await store.findStream(streamKey);
  if (stream?.alive || (hasLeft(slot, stream) && streamKey !== rollUpKey(account))) return false;
  let isOurs = false;
  await ledger.update(account, (state) => {
    const same = state.slots.find((it) => it.streamKey === streamKey);
    isOurs = same?.since === slot.since && !isBusy(same, clock.now());
    return isOurs ? reserveCall(state, streamKey, clock.now()) : state;
  });
  if (!isOurs) return false;
  const isCalled = (await store.calledStreams(account, clock.now())).includes(streamKey);
  const isOff = !isCalled && !(await store.findStream(streamKey))?.alive;
  const change = isOff ? releaseSlot : callOver;
  await ledger.update(account, (state) => change(state, streamKey));
  if (!isOff) return false;
  log.warn("freed a slot that was left behind", { account, stream_key: slot.streamKey });
  await store.wakeCommands(account, WAITING_FOR_SLOT, clock.now());
  return true;
}
