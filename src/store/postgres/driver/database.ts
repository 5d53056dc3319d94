/**
 * Drizzle over a postgres.js client, and what several steps share. Opens no connection of its own.
 */
import { drizzle } from "drizzle-orm/postgres-js";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Sql } from "postgres";
import { parametersOf } from "../../hot-statement.ts";
import type { Values } from "../../hot-statement.ts";
import type { Client } from "./statement.ts";
import { isConnectionLost } from "./retry.ts";

export type Database = PostgresJsDatabase;
export type Transaction = Parameters<Parameters<Database["transaction"]>[0]>[0];

/**
 * A transaction whose connection is lost rejects, and sends nothing more on it. postgres.js would
 * send a ROLLBACK, which ends the process: https://github.com/porsager/postgres/issues/1208. Its
 * mode is set in the step, for the same reason.
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

/**
 * The end of the connection itself rejects the transaction; there is nobody left to tell of a
 * rollback.
 */
async function unlessConnectionIsLost(error: unknown): Promise<never> {
  if (isConnectionLost(error)) await new Promise(() => undefined);
  throw error;
}

/**
 * Runs a query of the hot path as a statement that each connection prepares once: one round trip,
 * where drizzle's default takes a second one to have the query described.
 */
export function prepared<Result>(query: {
  prepare(name: string): { execute(): Promise<Result> };
}): Promise<Result> {
  return query.prepare("hot").execute();
}

/**
 * A hot statement, built at its first call and run where the call says, as `prepared`. Rejects
 * where an `arg` is missing.
 */
export function compiled<Result>(
  build: () => { prepare(name: string): { execute(): Promise<Result> } },
): (on: Database | Transaction, values: Values) => Promise<Result> {
  let built: HotStatement<Result> | undefined;
  return async (on, values) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- drizzle's types keep the rest to themselves
    built ??= build().prepare("hot") as HotStatement<Result>;
    const params = parametersOf(built.params, values);
    const bound: HotStatement<Result> = Object.assign(Object.create(built), {
      client: clientOf(on),
      params,
    });
    return bound.execute();
  };
}

/** What drizzle's prepared statements have, some of which their types keep to themselves. */
interface HotStatement<Result> {
  readonly client: unknown;
  readonly params: readonly unknown[];
  execute(): Promise<Result>;
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

/** Thrown inside a transaction to undo it; says why. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: "conflict" | "claim_lost";

  constructor(reason: "conflict" | "claim_lost") {
    super(reason);
    this.reason = reason;
  }
}
