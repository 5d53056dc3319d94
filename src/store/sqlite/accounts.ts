/** The pacing state of accounts, changed by compare-and-swap, SQLite dialect. */
import { and, asc, eq } from "drizzle-orm";
import type { Store } from "../../ports.ts";
import type { Database } from "./database.ts";
import { accounts } from "./schema.ts";

const { account: name, state, version } = accounts;

export function accountSteps(
  db: Database,
): Pick<Store, "loadAccount" | "saveAccount" | "listAccounts"> {
  return {
    async loadAccount(account) {
      const [[stored]] = await db.batch([
        db.select({ state, version }).from(accounts).where(eq(name, account)),
      ]);
      return stored;
    },

    async saveAccount(account, state, expectedVersion) {
      const row = { account, state, version: expectedVersion + 1 };
      const insert = db.insert(accounts).values(row).onConflictDoNothing();
      const update = db
        .update(accounts)
        .set(row)
        .where(and(eq(name, account), eq(version, expectedVersion)));
      const [written] =
        expectedVersion === 0
          ? await db.batch([insert.returning({ version })])
          : await db.batch([update.returning({ version })]);
      return written.length > 0;
    },

    async listAccounts() {
      const [rows] = await db.batch([
        db.select({ account: name, state }).from(accounts).orderBy(asc(name)),
      ]);
      return rows;
    },
  };
}
