/**
 * Drizzle over a SqliteDriver, for what is not on the hot path: lists, admin writes, maintenance.
 * Every step is one batch: nothing runs outside of one.
 */
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import type { SqliteDriver, SqliteStatement } from "./driver.ts";

export type Database = SqliteRemoteDatabase;
export type Statement = BatchItem<"sqlite">;

export function openDatabase(driver: SqliteDriver): Database {
  return drizzle(
    () => Promise.reject(new Error("A step of the SQLite store is one batch.")),
    async (queries) => (await driver.batch(queries)).map((rows) => ({ rows })),
  );
}

/** SQL text as one of the statements of a drizzle batch. */
export const asStatement = ({ sql, params }: SqliteStatement): Statement =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that drizzle's `batch` asks of a statement
  ({
    _prepare: () => ({
      getQuery: () => ({ sql, params }),
      mapResult: ({ rows }: { readonly rows: readonly unknown[] }) => rows,
    }),
  }) as never;
