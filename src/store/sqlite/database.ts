/** Drizzle over a SqliteDriver, and what several steps share. Every step is one batch: nothing runs outside of one. */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import type { SqliteDriver } from "./driver.ts";
import { refusals } from "./schema.ts";

export type Database = SqliteRemoteDatabase;
export type Statement = BatchItem<"sqlite">;
export type Refusal = "conflict" | "claim_lost";

export function openDatabase(driver: SqliteDriver): Database {
  return drizzle(
    () => Promise.reject(new Error("A step of the SQLite store is one batch.")),
    async (queries) => (await driver.batch(queries)).map((rows) => ({ rows })),
  );
}

/** A statement that undoes the batch it stands in unless the condition holds. */
export function refuseUnless(db: Database, reason: Refusal, condition: SQL): Statement {
  return db.insert(refusals).select(sql`select ${reason} where not (${condition})`);
}

/** The reason of a batch's refusal, undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  const message = error instanceof Error ? error.message : "";
  return (["conflict", "claim_lost"] as const).find((reason) =>
    message.includes(`CHECK constraint failed: ${reason}`),
  );
}
