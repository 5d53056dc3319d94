/** Statements as SQL text for a SqliteDriver. */
import type { Durability } from "../../port.ts";
import { bindParameters, parseStatement } from "../../statement.ts";
import type { Parameters } from "../../statement.ts";
import type { SqliteDriver, SqliteParameter, SqliteRow, SqliteStatement } from "./driver.ts";

/** A statement with its values, and how its rows are read. */
export interface Query<Row> extends SqliteStatement {
  readonly toRow: (values: SqliteRow) => Row;
}

/** A statement that waits for its values. */
export type Statement<Values, Row> = (values: Values) => Query<Row>;

/**
 * A statement with `:name` for each value. Objects and lists become JSON, booleans 0 and 1.
 *
 * @param toRow reads a row from its values in column order
 */
export function statement<Row = SqliteRow, Values extends Parameters = Parameters>(
  text: string,
  toRow: (values: SqliteRow) => Row,
): Statement<Values, Row>;
export function statement<Values extends Parameters = Parameters>(
  text: string,
): Statement<Values, SqliteRow>;
export function statement(
  text: string,
  toRow: (values: SqliteRow) => unknown = (values) => values,
): Statement<Parameters, unknown> {
  const parsed = parseStatement(text, () => "?");
  return (values) => ({
    sql: parsed.sql,
    params: bindParameters(parsed, values, encode),
    toRow,
  });
}

/** The rows of one statement, run as a batch of its own. */
export async function runQuery<Row>(
  driver: SqliteDriver,
  query: Query<Row>,
  durability?: Durability,
): Promise<Row[]> {
  const [rows = []] = await driver.batch([query], durability);
  return rows.map(query.toRow);
}

function encode(value: unknown): SqliteParameter {
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  if (value instanceof Uint8Array) return value;
  return typeof value === "boolean" ? Number(value) : JSON.stringify(value);
}
