/** Statements as SQL text for postgres.js. */
import type { Sql, TransactionSql } from "postgres";
import { bindParameters, parseStatement } from "../../sql/statement.ts";
import type { Parameters } from "../../sql/statement.ts";
import { toStoredText } from "./columns.ts";

/** The pool, or the connection that a transaction has to itself. */
export type Client = Sql | TransactionSql;

/** A statement that waits for its values, and for where to run. */
export type Statement<Values, Row> = (client: Client, values: Values) => Promise<Row[]>;

/**
 * A statement with `:name` for each value. Objects and lists become JSON.
 *
 * @param toRow reads a row from its values in column order
 */
export function statement<Row, Values extends Parameters = Parameters>(
  text: string,
  toRow: (values: readonly unknown[]) => Row,
): Statement<Values, Row>;
export function statement<Values extends Parameters = Parameters>(
  text: string,
): Statement<Values, readonly unknown[]>;
export function statement(
  text: string,
  toRow: (values: readonly unknown[]) => unknown = (values) => values,
): Statement<Parameters, unknown> {
  const parsed = parseStatement(text, (number) => `$${number}`);
  return async (client, values) => {
    const params = bindParameters(parsed, values, encode);
    const rows = await client.unsafe(parsed.sql, params, { prepare: true }).values();
    return rows.map(toRow);
  };
}

function encode(value: unknown): string | number | boolean | null {
  if (typeof value === "string") return toStoredText(value);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return JSON.stringify(value);
}
