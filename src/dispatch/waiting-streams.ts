/** Which of an account's streams wait for a slot. Pure. */
import type { WaitingStream } from "../compose/roll-up.ts";
import type { AccountState } from "../pacing/account.ts";
import { holdsSlot } from "../pacing/slots.ts";
import type { Command } from "../model/command.ts";
import { WAITING_FOR_SLOT } from "./interpret-result.ts";

export interface WaitingCommand {
  readonly endpointId: string;
  readonly call: WaitingStream;
}

/**
 * The streams that wait for a slot, each once. Where there is none to be had, or there is a roll-up, also those whose newer
 * state has not been tried yet: it would else go and come back with each of them, and not come where calls are scarce.
 * @param open the account's open stream commands, oldest first
 * @param ownKey the roll-up's own stream, which it does not count
 */
export function waitingStreams(
  open: readonly Command[],
  state: AccountState,
  ownKey: string,
): readonly WaitingCommand[] {
  const isFull = state.rollUp !== undefined || state.slots.length >= state.slotLimit;
  const newest = new Map<string, WaitingCommand & Pick<Command, "reason">>();
  for (const { call, endpointId, reason } of open)
    if (call.call === "stream_update" || call.call === "stream_end")
      newest.set(call.streamKey, { call, endpointId, reason });
  return [...newest.values()].filter(
    ({ call, reason }) =>
      call.streamKey !== ownKey &&
      !holdsSlot(state, call.streamKey) &&
      // An ending that is not worth a start waits for nothing.
      (call.call === "stream_update" || call.announce !== null) &&
      (reason === WAITING_FOR_SLOT || (reason === null && isFull)),
  );
}
