/** The pacing state of accounts, changed by compare-and-swap, SQLite dialect. */
import { and, asc, eq } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { arg, argsOf } from "../../hot-statement.ts";
import { compiled } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { accounts } from "../schema.ts";

const { account: name, state, version } = accounts;

export function accountSteps(
  db: Database,
  unsynced: Database,
): Pick<Store, "loadAccount" | "saveAccount" | "listAccounts"> {
  const load = compiled(() =>
    db
      .select({ state, version })
      .from(accounts)
      .where(eq(name, arg("account"))),
  );
  const insert = compiled(() =>
    db.insert(accounts).values(argsOf(accounts)).onConflictDoNothing().returning({ version }),
  );
  const update = compiled(() =>
    db
      .update(accounts)
      .set(argsOf(accounts))
      .where(and(eq(name, arg("account")), eq(version, arg("expectedVersion"))))
      .returning({ version }),
  );
  return {
    async loadAccount(account) {
      const [[stored]] = await db.batch([load({ account })]);
      return stored;
    },

    async saveAccount(account, state, expectedVersion, durability = "synced") {
      const row = { account, state, version: expectedVersion + 1 };
      const [written] = await (durability === "synced" ? db : unsynced).batch([
        expectedVersion === 0 ? insert(row) : update({ ...row, expectedVersion }),
      ]);
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
