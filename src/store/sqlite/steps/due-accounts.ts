/** Which accounts have something to claim, and how much, SQLite dialect. */
import { gt, lte, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { PRIORITY } from "../../../model/command.ts";
import type { Store } from "../../port.ts";
import { busyAccounts, MOST_DUE } from "../../due-accounts.ts";
import { arg } from "../../hot-statement.ts";
import { claimable, due, FROM_DUE } from "./claimable.ts";
import { compiled, limitOf } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commands } from "../schema.ts";

/** Jumps from account to account through the index, where DISTINCT would walk the whole outbox. */
const OPEN_ACCOUNTS = sql`(with recursive names(account) as (
  select min(account) from commands indexed by commands_to_claim where status in ('pending', 'sending')
  union all
  select (select min(it.account) from commands as it indexed by commands_to_claim
    where it.status in ('pending', 'sending') and it.account > names.account)
  from names where names.account is not null
) select account from names where account is not null) as open`;

export function dueAccountsStep(db: Database): Store["dueAccounts"] {
  const countDue = (kind: SQL) => sql<number>`(select count(*) from (select 1 from ${FROM_DUE}
    where ${due.account} = open.account and ${kind} and ${claimable(arg("now"))} limit ${limitOf(MOST_DUE)}))`;
  const dueNow = compiled(() =>
    db
      .select({
        account: sql`open.account`.mapWith(commands.account),
        urgent: countDue(lte(due.priority, PRIORITY.streamEnd)).as("urgent"),
        other: countDue(gt(due.priority, PRIORITY.streamEnd)).as("other"),
      })
      .from(OPEN_ACCOUNTS),
  );
  return async (now) => {
    const [accounts] = await db.batch([dueNow({ now })]);
    return busyAccounts(accounts);
  };
}
