/** Which of an account's streams wait for a slot. Pure. */
import type { AccountState } from "../../model/account.ts";
import { holdsSlot } from "../../pacing/slots.ts";
import type { Command, Intent, Show } from "../../model/command.ts";
import { NO_CALL_LEFT } from "../own-call.ts";
import { WAITING_FOR_SLOT } from "../answer/interpret-result.ts";

export interface WaitingCommand {
  readonly endpointId: string;
  readonly show: Show;
}

/**
 * The streams that wait for a slot, each once. Where no slot is free, or a roll-up is on the
 * screen, streams whose newer state was not tried yet count too. Without them the roll-up would go
 * and come back with each of them, and would not come at all where calls are scarce.
 * @param open the account's open stream commands, oldest first
 * @param ownKey the roll-up's own stream, which it does not count
 */
export function waitingStreams(
  open: readonly Command[],
  state: AccountState,
  ownKey: string,
): readonly WaitingCommand[] {
  const isFull = state.rollUp !== undefined || state.slots.length >= state.slotLimit;
  const newest = new Map<string, Pick<Command, "endpointId" | "reason"> & { intent: Intent }>();
  for (const { intent, streamKey, endpointId, reason } of open)
    if (streamKey !== null) newest.set(streamKey, { intent, endpointId, reason });
  return [...newest.values()].flatMap(({ intent, endpointId, reason }) => {
    // An ending waits for nothing, nor does a result that is not worth a start.
    if (intent.kind !== "show" || intent.onlyIfShown) return [];
    const isElsewhere = intent.streamKey !== ownKey && !holdsSlot(state, intent.streamKey);
    const isWaiting = reason === WAITING_FOR_SLOT || (isUntried(reason) && isFull);
    return isElsewhere && isWaiting ? [{ endpointId, show: intent }] : [];
  });
}

const isUntried = (reason: string | null): boolean => reason === null || reason === NO_CALL_LEFT;
