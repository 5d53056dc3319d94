/** Which accounts have something to claim, and how much, Postgres dialect. */
import { sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { dueAccountsOf, LANES, MOST_DUE } from "../../due-accounts.ts";
import type { Lane } from "../../due-accounts.ts";
import { arg } from "../../hot-statement.ts";
import { claimable, due } from "./claimable.ts";
import { compiled } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commands } from "../schema.ts";

/**
 * Jumps from account to account through the index, where DISTINCT would walk the whole outbox. The
 * last condition is no plain IS NOT NULL, with which the planner expects a hundred accounts and
 * compiles the query: 50 ms for one that takes 5.
 */
const OPEN_ACCOUNTS = sql`(with recursive names(account) as (
  select min(account) from commands where status in ('pending', 'sending')
  union all
  select (select min(it.account) from commands as it
    where it.status in ('pending', 'sending') and it.account > names.account)
  from names where names.account is not null
) select account from names where coalesce(account, '') = account) as open`;

export function dueAccountsStep(db: Database): Store["dueAccounts"] {
  const countDue = ({
    from,
    to,
  }: Lane) => sql<number>`(select count(*)::int from (select 1 from ${commands} as due
    where ${due.account} = open.account and ${due.priority} between ${sql.raw(String(from))} and ${sql.raw(String(to))} and ${claimable(arg("now"))} limit ${MOST_DUE}) as found)`;
  const counts = sql.join(LANES.map(countDue), sql`, `);
  const dueNow = compiled(() =>
    db
      .select({
        account: sql`open.account`.mapWith(commands.account),
        counts: sql<number[]>`json_build_array(${counts})`.as("counts"),
      })
      .from(OPEN_ACCOUNTS),
  );
  return async (now) => {
    const accounts = await dueNow(db, { now });
    return dueAccountsOf(accounts);
  };
}
