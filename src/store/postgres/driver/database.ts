/**
 * Drizzle over a postgres.js client, for what is not on the hot path: lists, admin writes,
 * maintenance. Opens no connection of its own.
 */
import { drizzle } from "drizzle-orm/postgres-js";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import type { Client } from "./statement.ts";
import { unlessConnectionIsLost } from "./transaction.ts";

export type Database = PostgresJsDatabase;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/**
 * Its transactions end as those of `inTransaction` do; their mode is set in the step, so that this
 * holds for it too.
 */
export function openDatabase(client: Sql): Database {
  const db = drizzle(client);
  const transaction = db.transaction.bind(db);
  db.transaction = (step, config) => {
    const begun = async (tx: Transaction) => {
      if (config) await tx.setTransaction(config);
      return step(tx);
    };
    return transaction((tx) => begun(tx).catch(unlessConnectionIsLost));
  };
  return db;
}

/** The connection that a transaction has to itself, or the pool. */
export const clientOf = (on: Database | Transaction): Client =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every session of drizzle over postgres.js has it
  (on._.session as unknown as { client: Client }).client;

/** Reads of one moment: what is committed while they run shows in none of them. */
export function snapshot<Result>(
  db: Database,
  read: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return db.transaction(read, { isolationLevel: "repeatable read", accessMode: "read only" });
}
