/**
 * Statements of the hot path, in both dialects: built once and given new values by each call, as
 * building one takes longer than running it. Pure.
 */
import { getTableColumns, is, Param, Placeholder, sql } from "drizzle-orm";
import type { Table } from "drizzle-orm";

/** What a call brings, by the names of the statement's `arg`s. */
export type Values = Readonly<Record<string, unknown>>;

/** Stands in a statement for the value of this name, and is typed as that value is. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters, typescript/no-unsafe-type-assertion -- drizzle takes a placeholder wherever it takes a value, its types do so in some places only
export const arg = <Value>(name: string): Value => sql.placeholder(name) as never;

/** One `arg` for every column of a table, by the columns' names in the schema. */
export const argsOf = <Of extends Table>(table: Of): Of["$inferSelect"] =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its columns are the keys of what is inferred from it
  Object.fromEntries(Object.keys(getTableColumns(table)).map((name) => [name, arg(name)])) as never;

/**
 * A built statement's parameters, with these values in the places of its `arg`s. Throws TypeError
 * where one is missing.
 */
export function parametersOf(params: readonly unknown[], values: Values): unknown[] {
  return params.map((param) => {
    if (is(param, Placeholder)) return valueOf(values, param.name);
    if (!is(param, Param) || !is(param.value, Placeholder)) return param;
    const value = valueOf(values, param.value.name);
    return value === null ? null : param.encoder.mapToDriverValue(value);
  });
}

function valueOf(values: Values, name: string): unknown {
  const value = values[name];
  if (value === undefined) throw new TypeError(`The statement was given no ${name}.`);
  return value;
}
