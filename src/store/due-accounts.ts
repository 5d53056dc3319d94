/** What both dialects agree on when they count what is due. Pure. */
import type { DueAccount } from "../model/command.ts";

/** Counting stops here: more than any account's budget of a minute, and little to read however large the outbox is. */
export const MOST_DUE = 100;

/** Accounts that have something to claim, by name. */
export function busyAccounts(accounts: readonly DueAccount[]): readonly DueAccount[] {
  return accounts.filter((it) => it.urgent + it.other > 0);
}
