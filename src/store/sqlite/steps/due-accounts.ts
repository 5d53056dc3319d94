/** Which accounts have something to claim, and how much, SQLite dialect. */
import * as z from "zod";
import type { Store } from "../../port.ts";
import { dueAccountsOf, LANES, MOST_DUE } from "../../rows/due-accounts.ts";
import type { CountedAccount } from "../../rows/due-accounts.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { FROM_DUE, IS_CLAIMABLE } from "./claimable.ts";

/** Jumps from account to account through the index, where DISTINCT would walk the whole outbox. */
const OPEN_ACCOUNTS = `with recursive names(account) as (
  select min(account) from commands indexed by commands_to_claim
    where settled_at is null
  union all
  select (select min(it.account) from commands as it indexed by commands_to_claim
    where it.settled_at is null and it.account > names.account)
  from names where names.account is not null
) select account from names where account is not null`;

const COUNTS = LANES.map(
  ({ from, to }) => `(select count(*) from (select 1 from ${FROM_DUE}
    where due.account = open.account and due.priority between ${from} and ${to}
      and ${IS_CLAIMABLE} limit ${MOST_DUE}))`,
);

const countsJson = z.array(z.number());

const dueNow = statement(
  `select open.account, json_array(${COUNTS.join(", ")}) from (${OPEN_ACCOUNTS}) as open`,
  ([account, counts]): CountedAccount => ({
    account: String(account),
    counts: countsJson.parse(JSON.parse(String(counts))),
  }),
);

export function dueAccountsStep(driver: SqliteDriver): Store["dueAccounts"] {
  return async (now) => dueAccountsOf(await runQuery(driver, dueNow({ now })));
}
