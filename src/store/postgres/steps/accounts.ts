/** The pacing state of accounts, changed by compare-and-swap, Postgres dialect. */
import { and, asc, eq } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { arg, argsOf } from "../../hot-statement.ts";
import { compiled } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commitsUnsynced } from "../driver/durability.ts";
import { accounts } from "../schema.ts";

const { account: name, state, version } = accounts;

export function accountSteps(
  db: Database,
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
  const updateAnd = (condition?: SQL) =>
    compiled(() =>
      db
        .update(accounts)
        .set(argsOf(accounts))
        .where(and(eq(name, arg("account")), eq(version, arg("expectedVersion")), condition))
        .returning({ version }),
    );
  const update = { synced: updateAnd(), unsynced: updateAnd(commitsUnsynced) };
  return {
    async loadAccount(account) {
      const [stored] = await load(db, { account });
      return stored;
    },

    async saveAccount(account, state, expectedVersion, durability = "synced") {
      const row = { account, state, version: expectedVersion + 1 };
      const written = await (expectedVersion === 0
        ? insert(db, row)
        : update[durability](db, { ...row, expectedVersion }));
      return written.length > 0;
    },

    async listAccounts() {
      return db.select({ account: name, state }).from(accounts).orderBy(asc(name));
    },
  };
}
