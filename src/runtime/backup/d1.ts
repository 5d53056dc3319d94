/**
 * A backup of a D1 database and into it, through the binding that its Worker has: no other program
 * can open it. What still moves is read and written in one transaction, and history by pages.
 */
import { ConfigError } from "../../util/config-error.ts";
import * as schema from "../../store/sqlite/schema.ts";
import type { SqliteDriver, SqliteStatement } from "../../store/sqlite/driver/driver.ts";
import { D1_MAX_BODY_BYTES } from "../database/d1.ts";
import type { TableRow } from "./format.ts";
import {
  columnList,
  columnsOf,
  demandEmpty,
  fromDatabase,
  quoted,
  shapeNamed,
  shapesOf,
  toDatabase,
  underWay,
} from "./tables.ts";
import type { Shape } from "./tables.ts";

type Driver = Pick<SqliteDriver, "batch">;
type Value = string | number | null;

const SHAPES = shapesOf(schema);

interface History {
  /** What of the table still moves, in SQL. */
  readonly moves: string;
  readonly isMoving: (row: TableRow["row"]) => boolean;
  /** Rows that are read at once; one may have 1.5 MB. */
  readonly page: number;
}

/** Tables of which most rows have come to rest; each has an `id`, which grows. */
const HISTORY: Readonly<Record<string, History>> = {
  deliveries: {
    moves: `"status" = 'received'`,
    isMoving: (row) => row["status"] === "received",
    page: 50,
  },
  commands: {
    moves: `"settled_at" IS NULL`,
    isMoving: (row) => row["settled_at"] === null,
    page: 500,
  },
  command_attempts: { moves: "FALSE", isMoving: () => false, page: 500 },
};

const isMoving = ({ table, row }: TableRow): boolean => HISTORY[table]?.isMoving(row) ?? true;

/**
 * Every row. All that still moves is of one moment; history that is deleted meanwhile, because it is
 * too old, may be left out.
 */
export async function* d1Rows(driver: Driver): AsyncGenerator<TableRow> {
  const history = SHAPES.filter(({ name }) => HISTORY[name]);
  const results = await driver.batch([
    ...SHAPES.map(({ name, columns }) =>
      plain(`SELECT ${columnList(columns)} FROM ${quoted(name)} WHERE ${movesIn(name)}`),
    ),
    ...history.map(({ name }) => plain(`SELECT max("id") FROM ${quoted(name)}`)),
  ]);
  const told = new Set<string>();
  for (const [at, shape] of SHAPES.entries())
    for (const values of results[at] ?? []) {
      const it = { table: shape.name, row: fromDatabase(shape.columns, values) };
      if (HISTORY[shape.name]) told.add(keyOf(it));
      yield it;
    }
  for (const [at, shape] of history.entries()) {
    const last = results[SHAPES.length + at]?.[0]?.[0] ?? null;
    for await (const it of historyOf(driver, shape, last)) if (!told.has(keyOf(it))) yield it;
  }
}

const movesIn = (table: string): string => HISTORY[table]?.moves ?? "TRUE";
const plain = (sql: string): SqliteStatement => ({ sql, params: [] });
const keyOf = ({ table, row }: TableRow): string => `${table}\n${String(row["id"])}`;

/** By its ids, up to the one that was the last at the moment of the rest. */
async function* historyOf(
  driver: Driver,
  { name, columns }: Shape,
  last: Value,
): AsyncGenerator<TableRow> {
  const { page = 1 } = HISTORY[name] ?? {};
  const isAfter = `"id" > ? AND "id" <= ?`;
  const sql = `SELECT ${columnList(columns)} FROM ${quoted(name)} WHERE ${isAfter} ORDER BY "id" LIMIT ${page}`;
  // Texts sort behind all numbers.
  let after: Value = typeof last === "number" ? Number.MIN_SAFE_INTEGER : "";
  if (last === null) return;
  for (;;) {
    const [rows = []] = await driver.batch([{ sql, params: [after, last] }]);
    for (const values of rows) {
      const row = fromDatabase(columns, values);
      const { id } = row;
      after = typeof id === "number" || typeof id === "string" ? id : last;
      yield { table: name, row };
    }
    if (rows.length < page) return;
  }
}

/** Characters of JSON that go into one parameter, of which D1 takes 2 MB. */
const MAX_PARAMETER = 400_000;
const MAX_WAITING = 4_000_000;

/**
 * All rows, or none where one is refused; returns how many deliveries were left out because D1 holds
 * none so large. History goes first, and what still moves last and at once, so that nothing is worked
 * off before all is there. Throws ConfigError where the database is not empty, or another restore has
 * it.
 */
export async function loadD1(
  driver: Driver,
  rows: AsyncIterable<TableRow>,
  now: number,
): Promise<number> {
  await take(driver, now);
  try {
    return await load(driver, rows);
  } catch (error) {
    const history = Object.keys(HISTORY).map((table) => plain(`DELETE FROM ${quoted(table)}`));
    await driver.batch([...history, GIVEN_BACK]);
    throw error;
  }
}

/** A row that no account can have, in a table of which one insert wins. */
const MARK = { account: "#restore", toldKey: "#restore", audience: "" };
const IS_MARK = `"account" = '${MARK.account}'`;
const GIVEN_BACK = plain(`DELETE FROM "told" WHERE ${IS_MARK}`);

/** One statement looks and takes, so of two restores only one goes on. */
async function take(driver: Driver, now: number): Promise<void> {
  const isEmpty = SHAPES.map(({ name }) => `NOT EXISTS (SELECT 1 FROM ${quoted(name)})`);
  const sql = `INSERT INTO "told" ("account", "told_key", "audience", "endpoint_id", "at")
    SELECT ?, ?, ?, 'none', ? WHERE ${isEmpty.join(" AND ")} RETURNING 1`;
  const params = [MARK.account, MARK.toldKey, MARK.audience, now];
  const [taken = [], marks = [], ...firsts] = await driver.batch([
    { sql, params },
    plain(`SELECT 1 FROM "told" WHERE ${IS_MARK}`),
    ...SHAPES.map(({ name }) => plain(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)),
  ]);
  if (taken.length > 0) return;
  if (marks.length > 0) throw underWay();
  for (const [at, shape] of SHAPES.entries()) demandEmpty(shape, (firsts[at] ?? []).length > 0);
}

async function load(driver: Driver, rows: AsyncIterable<TableRow>): Promise<number> {
  const moving: TableRow[] = [];
  let waiting: TableRow[] = [];
  let characters = 0;
  let leftOut = 0;
  for await (const it of rows) {
    if (isTooLarge(it)) leftOut += 1;
    else if (isMoving(it)) moving.push(it);
    else {
      waiting.push(it);
      characters += JSON.stringify(it.row).length;
    }
    if (characters < MAX_WAITING) continue;
    await driver.batch(inserts(waiting));
    waiting = [];
    characters = 0;
  }
  await driver.batch([...inserts(waiting), ...inserts(moving), GIVEN_BACK]);
  return leftOut;
}

/** Throws ConfigError for one that is still to be digested: it must not be lost unseen. */
function isTooLarge(it: TableRow): boolean {
  const { body, id } = it.row;
  if (it.table !== "deliveries" || typeof body !== "string") return false;
  if (new TextEncoder().encode(body).length <= D1_MAX_BODY_BYTES) return false;
  if (!isMoving(it)) return true;
  throw new ConfigError(
    `The delivery ${String(id)} is larger than D1 can hold and not digested yet: start the gateway that was backed up until it is, then back it up again.`,
  );
}

/** As few statements as can be: D1 counts them, and each has a hundred parameters at most. */
function inserts(rows: readonly TableRow[]): SqliteStatement[] {
  const groups = Map.groupBy(rows, ({ table, row }) => [table, ...Object.keys(row)].join(" "));
  return [...groups.values()].flatMap(insertsOf);
}

function insertsOf(rows: readonly TableRow[]): SqliteStatement[] {
  const [first] = rows;
  if (!first) return [];
  const columns = columnsOf(shapeNamed(SHAPES, first.table), first.row);
  const head = `INSERT INTO ${quoted(first.table)} (${columnList(columns)})`;
  const places = columns.map(() => "?").join(", ");
  const fields = columns.map((_, at) => `json_extract("value", '$[${at}]')`).join(", ");
  const alone: SqliteStatement[] = [];
  const texts: string[] = [];
  for (const { row } of rows) {
    const values = toDatabase(columns, row).map(parameter);
    const text = JSON.stringify(values);
    // SQLite ends a text of its JSON at a NUL.
    if (text.length > MAX_PARAMETER || text.includes("\\u0000"))
      alone.push({ sql: `${head} VALUES (${places})`, params: values });
    else texts.push(text);
  }
  const sql = `${head} SELECT ${fields} FROM json_each(?)`;
  return [...alone, ...packed(texts).map((text) => ({ sql, params: [text] }))];
}

/** Lists in JSON of so many values as make a parameter. */
function packed(texts: readonly string[]): string[] {
  const lists: string[][] = [[]];
  let length = 0;
  for (const text of texts) {
    if (length + text.length > MAX_PARAMETER) {
      lists.push([]);
      length = 0;
    }
    lists.at(-1)?.push(text);
    length += text.length + 1;
  }
  return lists.filter((list) => list.length > 0).map((list) => `[${list.join(",")}]`);
}

/** What drizzle's columns make of a value for SQLite. */
function parameter(value: unknown): Value {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new TypeError(`SQLite takes no ${typeof value}.`);
}
