/** Drizzle over a postgres.js client, and what several steps share. Opens no connection of its own. */
import { drizzle } from "drizzle-orm/postgres-js";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { isConnectionLost, retrying } from "./retry.ts";

export type Database = PostgresJsDatabase;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/**
 * A transaction whose connection is lost rejects, and sends nothing more on it. postgres.js would send a ROLLBACK, which
 * ends the process: https://github.com/porsager/postgres/issues/1208
 */
export function openDatabase(client: Sql): Database {
  const db = drizzle(client);
  const transaction = db.transaction.bind(db);
  db.transaction = (step, config) =>
    transaction((tx) => step(tx).catch(unlessConnectionIsLost), config);
  return db;
}

/** The end of the connection itself rejects the transaction; there is nobody left to tell of a rollback. */
async function unlessConnectionIsLost(error: unknown): Promise<never> {
  if (isConnectionLost(error)) await new Promise(() => undefined);
  throw error;
}

/**
 * Runs a query of the hot path as a statement that each connection prepares once: one round trip, where drizzle's
 * default takes a second one to have the query described.
 */
export function prepared<Result>(query: {
  prepare(name: string): { execute(): Promise<Result> };
}): Promise<Result> {
  return query.prepare("hot").execute();
}

/** Reads of one moment: what is committed while they run shows in none of them. */
export function snapshot<Result>(
  db: Database,
  read: (tx: Transaction) => Promise<Result>,
): Promise<Result> {
  return retrying(() =>
    db.transaction(read, { isolationLevel: "repeatable read", accessMode: "read only" }),
  );
}

/** Thrown inside a transaction to undo it; says why. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: "conflict" | "claim_lost";

  constructor(reason: "conflict" | "claim_lost") {
    super(reason);
    this.reason = reason;
  }
}
