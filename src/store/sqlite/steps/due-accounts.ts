/** Which accounts have something to claim, and how much, SQLite dialect. */
import * as z from "zod";
import type { Store } from "../../port.ts";
import { dueAccountsOf, LANES, MOST_DUE } from "../../rows/due-accounts.ts";
import type { CountedAccount } from "../../rows/due-accounts.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { CLAIMABLE, OPEN_ACCOUNTS } from "./claimable.ts";

const COUNTS = LANES.map(({ feature, from, to }) => {
  const claimable = CLAIMABLE[feature === "live-activities" ? "streamed" : "unstreamed"];
  return `(select count(*) from (select 1 from ${claimable}
    and due.account = open.account and due.priority between ${from} and ${to}
    limit ${MOST_DUE}))`;
});

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
