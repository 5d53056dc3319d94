/**
 * The roll-up: one activity that counts an account's streams that wait for a slot. Keeps the last
 * slot for it while two or more wait, wants its newest state through the outbox, and ends it when
 * that is over. Makes no call itself.
 */
import { rollUpEnd, rollUpKey, rollUpUpdate } from "../../compose/roll-up.ts";
import type { WantedRollUp } from "../../compose/roll-up.ts";
import { newCommandId } from "../../model/command-id.ts";
import type { AccountState } from "../../model/account.ts";
import { holdsPlaces } from "../../pacing/ledger.ts";
import type { Ledger } from "../../pacing/ledger.ts";
import { holdsSlot, isRollUpDue, withoutLeft } from "../../pacing/slots.ts";
import { CALL_NAMES, PRIORITY } from "../../model/command.ts";
import type { Command } from "../../model/command.ts";
import type { Clock, Logger } from "../../ports.ts";
import type { AccountStore, OutboxStore } from "../../store/port.ts";
import { WAITING_FOR_SLOT, wantedHash } from "../answer/interpret-result.ts";
import { leftSlots } from "../slot/left-slots.ts";
import { waitingStreams } from "./waiting-streams.ts";

export interface RollUpDeps {
  readonly store: OutboxStore & AccountStore;
  readonly ledger: Pick<Ledger, "update">;
  readonly clock: Clock;
  readonly log: Logger;
  /** Whether there are to be any; where not, one that is left from before ends. */
  readonly rollUp: boolean;
}

export interface RollUps {
  /**
   * The account has a roll-up, or streams that wait: it is looked at from now on, for as long as
   * that is so.
   */
  watch(account: string): void;
  /**
   * Makes the roll-ups of watched accounts what they should be. Accounts in the midst of calls are
   * left out: which of their streams wait is not known yet. Returns whether there may be more to
   * send by it.
   */
  look(isQuiet: (account: string) => boolean): Promise<boolean>;
}

type RollUpState = "nothing to do" | "as it should be" | "changed" | "over";

/** A bar of more is no use, and what is read for it stays small. */
const MAX_COUNTED = 1_000;
/** A state that was asked for and is neither owed nor shown is asked for again after this. */
const ASK_AGAIN_MS = 60_000;
/** A process that died may have left a roll-up that nothing tells of. */
const FORGOTTEN_MS = 60_000;

export function createRollUps(deps: RollUpDeps): RollUps {
  const watched = new Set<string>();
  let searchedAt = -Infinity;

  async function findForgotten(): Promise<void> {
    const now = deps.clock.now();
    if (!deps.rollUp || now - searchedAt < FORGOTTEN_MS) return;
    searchedAt = now;
    for (const { account, state } of await deps.store.listAccounts())
      if (state.rollUp && holdsPlaces(account)) watched.add(account);
  }

  return {
    watch: (account) => void watched.add(account),
    look: async (isQuiet) => {
      await findForgotten();
      for (const account of [...watched].filter(isQuiet)) {
        const look = await lookAtAccount(deps, account);
        if (look === "nothing to do" || look === "over") watched.delete(account);
        // What is wanted of one goes out first; the others are looked at in the next pass.
        if (look === "changed" || look === "over") return true;
      }
      return false;
    },
  };
}

async function lookAtAccount(deps: RollUpDeps, account: string): Promise<RollUpState> {
  const stored = await deps.ledger.update(account, (state) => state);
  const before = withoutLeft(stored, await leftSlots(deps.store, stored));
  const open = await deps.store.openStreamCommands(account, MAX_COUNTED);
  const own = open.findLast(({ streamKey }) => streamKey === rollUpKey(account));
  const waiting = waitingStreams(open, before, rollUpKey(account));
  const isDue = deps.rollUp && isRollUpDue(before, waiting.length);
  if (!isDue && !before.rollUp) return "nothing to do";
  if (!isDue && !own && !holdsSlot(before, rollUpKey(account)))
    return giveBack(deps, account, before);
  const shows = waiting.map(({ show }) => show);
  const wanted = isDue ? rollUpUpdate(account, shows) : rollUpEnd(account);
  const endpointId =
    waiting[0]?.endpointId ??
    (await deps.store.newestEndpointOf(account)) ??
    // A deleted one: its client still ends what it left.
    before.rollUp?.endpointId;
  if (endpointId === undefined) return "as it should be";
  if (!(await note(deps, account, before, { ...wanted, endpointId }))) return "as it should be";
  if (await isAskedFor(deps, own, wanted)) return "as it should be";
  await ask(deps, account, { ...wanted, endpointId });
  deps.log.info("roll-up", {
    account,
    waiting: waiting.length,
    call: CALL_NAMES[wanted.intent.kind],
  });
  return "changed";
}

/**
 * Notes in the account what is wanted, and so keeps the slot. False where that was noted lately
 * already, or where another process has noted something since `before`: of two that look at once,
 * one acts.
 */
async function note(
  { ledger, clock }: RollUpDeps,
  account: string,
  { rollUp: noted }: AccountState,
  { wanted, endpointId }: WantedRollUp & { readonly endpointId: string },
): Promise<boolean> {
  const now = clock.now();
  if (noted?.wanted === wanted && now - noted.wantedAt < ASK_AGAIN_MS) return false;
  let isFirst = false;
  await ledger.update(account, (state) => {
    const { rollUp } = state;
    isFirst = rollUp?.wanted === noted?.wanted && rollUp?.wantedAt === noted?.wantedAt;
    const streamKey = rollUpKey(account);
    return isFirst ? { ...state, rollUp: { streamKey, endpointId, wanted, wantedAt: now } } : state;
  });
  return isFirst;
}

/** It is owed already or, where nothing is, shown. */
async function isAskedFor(
  { store }: RollUpDeps,
  own: Command | undefined,
  { intent }: WantedRollUp,
): Promise<boolean> {
  const hash = wantedHash(intent);
  if (own) return own.intent.kind === intent.kind && wantedHash(own.intent) === hash;
  if (intent.kind === "end") return false;
  const stream = await store.findStream(intent.streamKey);
  return stream?.alive === true && stream.confirmedHash === hash;
}

async function ask(
  { store, clock }: RollUpDeps,
  account: string,
  { intent, endpointId }: WantedRollUp & { readonly endpointId: string },
): Promise<void> {
  const now = clock.now();
  const command = {
    id: newCommandId(null, now),
    endpointId,
    account,
    deliveryId: null,
    trackId: null,
    streamKey: intent.streamKey,
    priority: intent.kind === "end" ? PRIORITY.streamEnd : PRIORITY.streamUpdate,
    intent,
    dedupeKey: null,
    notBefore: now,
    createdAt: now,
  };
  await store.enqueueCommands([command], now);
}

/** The last slot belongs to the streams again, now that the roll-up has left the screen. */
async function giveBack(
  { store, ledger, clock }: RollUpDeps,
  account: string,
  { rollUp: noted }: AccountState,
): Promise<RollUpState> {
  await ledger.update(account, (state) => {
    const { rollUp, ...rest } = state;
    const isSame = rollUp !== undefined && rollUp.wantedAt === noted?.wantedAt;
    return isSame && !holdsSlot(state, rollUp.streamKey) ? rest : state;
  });
  await store.wakeCommands(account, WAITING_FOR_SLOT, clock.now());
  return "over";
}
