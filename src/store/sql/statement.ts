/**
 * Statements as SQL text with named parameters, in both dialects: what stands here can be pasted
 * into EXPLAIN. Pure.
 */
import { getTableColumns, getTableName } from "drizzle-orm";
import type { Table } from "drizzle-orm";

/** Values by the names that the text has for them. */
export type Parameters = Readonly<Record<string, unknown>>;

export interface StatementText {
  /** With a placeholder of the dialect for each parameter. */
  readonly sql: string;
  /**
   * The parameters' names, in the order of the placeholders; one that stands twice is named twice.
   */
  readonly names: readonly string[];
}

/** `:name`, but not the second colon of a cast. */
const NAMED = /(?<![:\w]):([a-z]\w*)/gi;

/** @param placeholder what the dialect writes for the parameter of this number, from 1 */
export function parseStatement(
  text: string,
  placeholder: (number: number) => string,
): StatementText {
  const names: string[] = [];
  const sql = text.replace(NAMED, (_, name: string) => placeholder(names.push(name)));
  return { sql, names };
}

/**
 * The values of a statement in the order of its placeholders. Throws TypeError where one is
 * missing.
 */
export function bindParameters<Encoded>(
  { names }: StatementText,
  values: Parameters,
  encode: (value: unknown) => Encoded,
): Encoded[] {
  return names.map((name) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`The statement was given no ${name}.`);
    return encode(value);
  });
}

/** How the rows of a table are written down in SQL text, and read from what it answers. */
export interface RowFormat<Row> {
  readonly table: string;
  /** By the row's property. */
  readonly columns: Readonly<Record<string, string>>;
  /** All columns for a SELECT or RETURNING. */
  readonly list: string;
  /** `:name` for each column of the list, by the row's property. */
  readonly parameters: string;
  /** The same, some of them replaced by an expression. */
  readonly parametersWith: (expressions: Partial<Record<keyof Row & string, string>>) => string;
  /** The columns of the list, some of them replaced by an expression. */
  readonly listWith: (expressions: Partial<Record<keyof Row & string, string>>) => string;
  /** `column = excluded.column` for an upsert: every column but those of these properties. */
  readonly brought: (but: readonly (keyof Row & string)[]) => string;
  /** `column = :name` for an update: every column but those of these properties. */
  readonly assignments: (but: readonly (keyof Row & string)[]) => string;
  /** A row from the values of all columns, in order. */
  readonly toRow: (values: readonly unknown[]) => Row;
}

/** @param alias what the text calls the table, where it gives it another name */
export function rowFormat<Of extends Table>(
  table: Of,
  alias?: string,
): RowFormat<Of["$inferSelect"]> {
  const entries = Object.entries(getTableColumns(table));
  const prefix = alias === undefined ? "" : `${alias}.`;
  return {
    table: getTableName(table),
    columns: Object.fromEntries(entries.map(([key, column]) => [key, quoted(column.name)])),
    list: entries.map(([, column]) => prefix + quoted(column.name)).join(", "),
    parameters: entries.map(([key]) => `:${key}`).join(", "),
    parametersWith: (expressions: Readonly<Record<string, string | undefined>>) =>
      entries.map(([key]) => expressions[key] ?? `:${key}`).join(", "),
    listWith: (expressions: Readonly<Record<string, string | undefined>>) =>
      entries.map(([key, { name }]) => expressions[key] ?? prefix + quoted(name)).join(", "),
    assignments: (but) =>
      entries
        .filter(([key]) => !but.some((it) => it === key))
        .map(([key, { name }]) => `${quoted(name)} = :${key}`)
        .join(", "),
    brought: (but) =>
      entries
        .filter(([key]) => !but.some((it) => it === key))
        .map(([, { name }]) => `${quoted(name)} = excluded.${quoted(name)}`)
        .join(", "),
    toRow: (values) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its columns are the keys of what is inferred from it
      Object.fromEntries(
        entries.map(([key, column], at) => {
          const value = values[at] ?? null;
          return [key, value === null ? null : column.mapFromDriverValue(value)];
        }),
      ) as never,
  };
}

/** Some of our columns have the names of SQL's own words: `key`, `commit`. */
const quoted = (name: string): string => `"${name}"`;
