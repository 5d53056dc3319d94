/** The pacing state of accounts, changed by compare-and-swap, Postgres dialect. */
import { and, asc, eq } from "drizzle-orm";
import type { Store } from "../../ports.ts";
import { prepared } from "./database.ts";
import type { Database } from "./database.ts";
import { retrying } from "./retry.ts";
import { accounts } from "./schema.ts";

const { account: name, state, version } = accounts;

export function accountSteps(
  db: Database,
): Pick<Store, "loadAccount" | "saveAccount" | "listAccounts"> {
  return {
    async loadAccount(account) {
      const [stored] = await retrying(() =>
        prepared(db.select({ state, version }).from(accounts).where(eq(name, account))),
      );
      return stored;
    },

    async saveAccount(account, state, expectedVersion) {
      const row = { account, state, version: expectedVersion + 1 };
      const insert = db.insert(accounts).values(row).onConflictDoNothing();
      const update = db
        .update(accounts)
        .set(row)
        .where(and(eq(name, account), eq(version, expectedVersion)));
      const written = await retrying(() =>
        expectedVersion === 0
          ? prepared(insert.returning({ version }))
          : prepared(update.returning({ version })),
      );
      return written.length > 0;
    },

    async listAccounts() {
      return retrying(() => db.select({ account: name, state }).from(accounts).orderBy(asc(name)));
    },
  };
}
