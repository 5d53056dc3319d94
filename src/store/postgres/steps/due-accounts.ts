/** Which accounts have something to claim, and how much, Postgres dialect. */
import type { Sql } from "postgres";
import * as z from "zod";
import type { Store } from "../../port.ts";
import { dueAccountsOf, LANES, MOST_DUE } from "../../rows/due-accounts.ts";
import type { CountedAccount } from "../../rows/due-accounts.ts";
import { statement } from "../driver/statement.ts";
import { IS_CLAIMABLE } from "./claimable.ts";

/**
 * Jumps from account to account through the index, where DISTINCT would walk the whole outbox. The
 * last condition is no plain IS NOT NULL, with which the planner expects a hundred accounts and
 * compiles the query: 50 ms for one that takes 5.
 */
const OPEN_ACCOUNTS = `with recursive names(account) as (
  select min(account) from commands where settled_at is null
  union all
  select (select min(it.account) from commands as it
    where it.settled_at is null and it.account > names.account)
  from names where names.account is not null
) select account from names where coalesce(account, '') = account`;

const COUNTS = LANES.map(
  ({ from, to }) => `(select count(*)::int from (select 1 from commands as due
    where due.account = open.account and due.priority between ${from} and ${to}
      and ${IS_CLAIMABLE} limit ${MOST_DUE}) as found)`,
);

const counts = z.array(z.number());

const dueNow = statement(
  `select open.account, json_build_array(${COUNTS.join(", ")}) from (${OPEN_ACCOUNTS}) as open`,
  ([account, counted]): CountedAccount => ({
    account: String(account),
    counts: counts.parse(counted),
  }),
);

export function dueAccountsStep(client: Sql): Store["dueAccounts"] {
  return async (now) => dueAccountsOf(await dueNow(client, { now }));
}
