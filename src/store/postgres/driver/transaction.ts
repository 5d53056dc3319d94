/** Transactions of statements as SQL text. */
import type { Sql, TransactionSql } from "postgres";
import { isConnectionLost } from "./retry.ts";

/** Thrown inside a transaction to undo it; says why. */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly reason: "conflict" | "claim_lost";

  constructor(reason: "conflict" | "claim_lost") {
    super(reason);
    this.reason = reason;
  }
}

/**
 * Runs a step in one transaction, which is undone where it rejects. One whose connection is lost
 * sends nothing more on it: postgres.js would send a ROLLBACK, which ends the process
 * (https://github.com/porsager/postgres/issues/1208).
 */
export async function inTransaction(
  client: Sql,
  step: (tx: TransactionSql) => Promise<unknown>,
): Promise<void> {
  await client.begin((tx) => step(tx).catch(unlessConnectionIsLost));
}

/**
 * The end of the connection itself rejects the transaction; there is nobody left to tell of a
 * rollback.
 */
export async function unlessConnectionIsLost(error: unknown): Promise<never> {
  if (isConnectionLost(error)) await new Promise(() => undefined);
  throw error;
}
