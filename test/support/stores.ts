/** The stores that a suite runs on: a fresh one at each call. */
import { describe } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { postgresForTests } from "./postgres.ts";

const postgres = await postgresForTests();

/**
 * The same suite on every store, of which it is told the name; on Postgres only where the machine
 * has one, else it counts as skipped.
 */
export function describeOnStores(
  suite: (openStore: () => Promise<Store>, name: string) => void,
): void {
  describe("on SQLite", () => {
    suite(() => createSqliteStore({ file: ":memory:" }), "SQLite");
  });
  describe.skipIf(!postgres)("on Postgres", () => {
    suite(async () => {
      if (!postgres) throw new Error("no Postgres");
      return createPostgresStore({ url: await postgres.createDatabase(), max: 4 });
    }, "Postgres");
  });
}
