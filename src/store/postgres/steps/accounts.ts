/** The pacing state of accounts, changed by compare-and-swap, Postgres dialect. */
import type { Sql } from "postgres";
import type { AccountStore } from "../../port.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import { accounts } from "../schema.ts";

const ACCOUNT = rowFormat(accounts);

const load = statement(
  `select ${ACCOUNT.list} from accounts where account = :account`,
  ACCOUNT.toRow,
);

const insert = statement(
  `insert into accounts (account, version, state) values (:account, :version, :state)
   on conflict do nothing returning version`,
);

const update = statement(
  `update accounts set version = :version, state = :state
   where account = :account and version = :expectedVersion returning version`,
);

const list = statement(`select ${ACCOUNT.list} from accounts order by account`, ACCOUNT.toRow);

export function accountSteps(client: Sql): AccountStore {
  return {
    async loadAccount(account) {
      const [stored] = await load(client, { account });
      return stored && { state: stored.state, version: stored.version };
    },

    async saveAccount(account, state, expectedVersion) {
      const row = { account, state, version: expectedVersion + 1 };
      const written = await (expectedVersion === 0
        ? insert(client, row)
        : update(client, { ...row, expectedVersion }));
      return written.length > 0;
    },

    async listAccounts() {
      const rows = await list(client, {});
      return rows.map(({ account, state }) => ({ account, state }));
    },
  };
}
