/**
 * The SQL of what a digest remembers, the same text in both dialects: rows with a key and a
 * version. Pure.
 */
import type { RowFormat } from "./statement.ts";

export interface MemoryTable<Row> {
  readonly format: RowFormat<Row>;
  /** Properties that make the key, in the primary key's order. */
  readonly key: readonly (keyof Row & string)[];
  /** Properties to load by, where that is not the whole key. */
  readonly loadBy?: readonly (keyof Row & string)[];
}

/** What differs between the dialects in the text below. */
export interface MemoryDialect {
  /** Rows of a JSON array of arrays that the parameter `keys` holds, under the name `k`. */
  readonly keyRows: string;
  /** The nth value of `k`. */
  readonly keyValue: (at: number, isNumber: boolean) => string;
}

const NUMBERS: ReadonlySet<string> = new Set(["windowStart"]);

export type MemoryTexts = ReturnType<typeof memoryTexts>;

/**
 * The texts of a table's statements; parameters are named as the row's properties, and `loaded` is
 * the version it was loaded with.
 */
export function memoryTexts<Row>(
  { format, key, loadBy = key }: MemoryTable<Row>,
  dialect: MemoryDialect,
) {
  const { table, columns, list } = format;
  const all = Object.entries(columns);
  const equal = key.map((name) => `${columns[name]} = :${name}`).join(" and ");
  const changed = all.filter(([name]) => !key.some((it) => it === name));
  const assignments = changed.map(([name, column]) => `${column} = :${name}`).join(", ");
  const loadColumns = loadBy.map((name) => columns[name]).join(", ");
  const loadValues = loadBy.map((name, at) => dialect.keyValue(at, NUMBERS.has(name))).join(", ");
  const names = all.map(([name]) => `:${name}`).join(", ");
  return {
    load: `select ${list} from ${table} where (${loadColumns}) in (select ${loadValues} from ${dialect.keyRows})`,
    insert: `insert into ${table} (${list}) values (${names}) on conflict do nothing returning 1`,
    update: `update ${table} set ${assignments} where ${equal} and version = :loaded returning 1`,
    remove: `delete from ${table} where ${equal} and version = :loaded returning 1`,
    isThere: `select 1 from ${table} where ${equal}`,
    isUnmoved: `select 1 from ${table} where ${equal} and version = :loaded`,
  };
}

/** One row's write: what is done, and with which values. */
export interface MemoryWrite {
  readonly step: "insert" | "update" | "remove";
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * How a row is written. A new row's version is the time, so that a row that went and came back
 * never has a version that somebody still holds.
 */
export function memoryWrite(row: object, now: number): MemoryWrite {
  const values: Record<string, unknown> = { ...row };
  const loaded = typeof values["version"] === "number" ? values["version"] : 0;
  if (values["dueAt"] === null) return { step: "remove", values: { ...values, loaded } };
  return loaded === 0
    ? { step: "insert", values: { ...values, version: now } }
    : { step: "update", values: { ...values, version: loaded + 1, loaded } };
}

/** The key as one text, to write rows in an order that no two commits cross. */
export const keyText = (row: object, key: readonly string[]): string => {
  const values: Record<string, unknown> = { ...row };
  return JSON.stringify(key.map((name) => values[name]));
};
