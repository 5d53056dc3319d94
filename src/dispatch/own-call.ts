/** The one call of a budget that is a command's own: until it is made it can be given back. */
import { FEATURE_PRIORITIES } from "../model/command.ts";
import type { ClaimedCommand, Feature, Settlement } from "../model/command.ts";
import type { Calls, Ledger, Reservation } from "../pacing/ledger.ts";
import { later } from "./answer/call-outcome.ts";

const NONE: Calls = { urgent: 0, other: 0 };

/** Whether it is one of those that are kept for failures and ends. */
export function kindOfCall(
  { priority }: Pick<ClaimedCommand, "priority">,
  feature: Feature,
): keyof Calls {
  const { urgent } = FEATURE_PRIORITIES[feature];
  return urgent && priority >= urgent.from && priority <= urgent.to ? "urgent" : "other";
}

export const giveCallBack = (
  { ledger }: { readonly ledger: Pick<Ledger, "giveBack"> },
  command: ClaimedCommand,
  taken: Reservation,
): Promise<void> =>
  ledger.giveBack(command.account, taken, { ...NONE, [kindOfCall(command, taken.feature)]: 1 });

export const NO_CALL_LEFT = "another process has taken the calls that were left";

/** As if it had not been claimed: a reason for which it waited before still holds. */
export const putBack = (command: ClaimedCommand, now: number): Settlement["result"] =>
  later(command, now, command.reason ?? NO_CALL_LEFT);
