/** Which accounts have something to claim, and how much, SQLite dialect. */
import { sql } from "drizzle-orm";
import * as z from "zod";
import type { Store } from "../../port.ts";
import { dueAccountsOf, LANES, MOST_DUE } from "../../due-accounts.ts";
import type { Lane } from "../../due-accounts.ts";
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

const countsJson = z.array(z.number());
const readCounts = (json: string): number[] => countsJson.parse(JSON.parse(json));

export function dueAccountsStep(db: Database): Store["dueAccounts"] {
  const countDue = ({
    from,
    to,
  }: Lane) => sql<number>`(select count(*) from (select 1 from ${FROM_DUE}
    where ${due.account} = open.account and ${due.priority} between ${sql.raw(String(from))} and ${sql.raw(String(to))} and ${claimable(arg("now"))} limit ${limitOf(MOST_DUE)}))`;
  const counts = sql.join(LANES.map(countDue), sql`, `);
  const dueNow = compiled(() =>
    db
      .select({
        account: sql`open.account`.mapWith(commands.account),
        counts: sql`json_array(${counts})`.mapWith(readCounts).as("counts"),
      })
      .from(OPEN_ACCOUNTS),
  );
  return async (now) => {
    const [accounts] = await db.batch([dueNow({ now })]);
    return dueAccountsOf(accounts);
  };
}
