/**
 * A backup of a Postgres database and into it. Reads one moment of it while processes go on
 * writing.
 */
import type { Sql, TransactionSql } from "postgres";
import * as schema from "../../store/postgres/schema.ts";
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

const SHAPES = shapesOf(schema);
const ROWS_AT_ONCE = 200;
/** A statement has at most 65,535 parameters, and bodies are up to 25 MB. */
const CHARACTERS_AT_ONCE = 4_000_000;

/** Hands every row to `take`, all as of one moment. */
export async function postgresRows(
  client: Sql,
  take: (rows: AsyncIterable<TableRow>) => Promise<void>,
): Promise<void> {
  await client.begin("isolation level repeatable read read only", async (tx) => {
    await take(rowsOf(tx));
  });
}

async function* rowsOf(tx: TransactionSql): AsyncGenerator<TableRow> {
  for (const { name, columns } of SHAPES) {
    const select = tx.unsafe(`select ${columnList(columns)} from ${quoted(name)}`);
    for await (const batch of select.cursor(ROWS_AT_ONCE)) {
      for (const row of batch) {
        const values = columns.map((column): unknown => row[column.name]);
        yield { table: name, row: fromDatabase(columns, values) };
      }
    }
  }
}

/** Any number that no other program on the same database uses. */
const LOCK = 7_203_114_966;

/**
 * All rows, or none where one is refused. Throws ConfigError where the database, which is migrated,
 * is not empty, or another restore has it.
 */
export async function loadPostgres(client: Sql, rows: AsyncIterable<TableRow>): Promise<void> {
  await client.begin(async (tx) => {
    const [lock] = await tx`select pg_try_advisory_xact_lock(${LOCK}) as taken`;
    if (lock?.["taken"] !== true) throw underWay();
    for (const shape of SHAPES) {
      const first = await tx.unsafe(`select 1 from ${quoted(shape.name)} limit 1`);
      demandEmpty(shape, first.length > 0);
    }
    for await (const batch of batches(rows)) await insert(tx, batch);
    // The next attempt is counted on from the last one.
    await tx.unsafe(
      `select setval(pg_get_serial_sequence('command_attempts', 'id'), max(id)) from command_attempts having max(id) is not null`,
    );
  });
}

/** Rows of one table with the same columns, as many as make one statement. */
async function* batches(rows: AsyncIterable<TableRow>): AsyncGenerator<readonly TableRow[]> {
  let batch: TableRow[] = [];
  let characters = 0;
  for await (const it of rows) {
    const [first] = batch;
    const isFull = batch.length >= ROWS_AT_ONCE || characters > CHARACTERS_AT_ONCE;
    if (first && (isFull || kindOf(first) !== kindOf(it))) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(it);
    characters += Object.values(it.row).reduce<number>((sum, value) => sum + lengthOf(value), 0);
  }
  if (batch.length > 0) yield batch;
}

const kindOf = ({ table, row }: TableRow): string => [table, ...Object.keys(row)].join(" ");
const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 8);

async function insert(tx: TransactionSql, batch: readonly TableRow[]): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const columns = columnsOf(shapeNamed(SHAPES, first.table), first.row);
  let place = 0;
  const places = batch.map(() => `(${columns.map(() => `$${++place}`).join(", ")})`).join(", ");
  const head = `insert into ${quoted(first.table)} (${columnList(columns)})`;
  const parameters = batch.flatMap(({ row }) => toDatabase(columns, row).map(parameter));
  await tx.unsafe(`${head} overriding system value values ${places}`, parameters);
}

/** What drizzle's columns make of a value for Postgres. */
function parameter(value: unknown): string | number | boolean | null {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string" || typeof value === "number") return value;
  throw new TypeError(`Postgres takes no ${typeof value}.`);
}
