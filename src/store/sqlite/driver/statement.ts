/** Statements as SQL text for a SqliteDriver. */
import type { Durability } from "../../port.ts";
import { bindParameters, parseStatement } from "../../sql/statement.ts";
import type { Parameters } from "../../sql/statement.ts";
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

/** What a query's rows are read as. */
type RowOf<Of> = Of extends Query<infer Row> ? Row : never;

/** The rows of several statements, run in order as one batch. */
export async function runBatch<const Queries extends readonly Query<unknown>[]>(
  driver: SqliteDriver,
  queries: Queries,
  durability?: Durability,
): Promise<{ readonly [At in keyof Queries]: RowOf<Queries[At]>[] }> {
  const found = await driver.batch(queries, durability);
  const read = queries.map((query, at) => (found[at] ?? []).map(query.toRow));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one list for each query, read as that query reads it
  return read as never;
}

/** A statement that undoes the batch it stands in where the condition does not hold. */
export const refuseUnless = (reason: Refusal, condition: string): Statement<Parameters, unknown> =>
  statement(`insert into refusals (reason) select '${reason}' where not (${condition})`);

export type Refusal = "conflict" | "claim_lost";

/** The reason of a batch's refusal, undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  const message = error instanceof Error ? error.message : "";
  return (["conflict", "claim_lost"] as const).find((reason) =>
    message.includes(`CHECK constraint failed: ${reason}`),
  );
}

function encode(value: unknown): SqliteParameter {
  if (typeof value === "string" || typeof value === "number" || value === null) return value;
  if (value instanceof Uint8Array) return value;
  return typeof value === "boolean" ? Number(value) : JSON.stringify(value);
}
