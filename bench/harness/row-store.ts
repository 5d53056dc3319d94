/**
 * Rows behind the gateway's back, read and written in bulk: what both dialects store alike, as text
 * or numbers. No gateway may run on the store meanwhile.
 */
import { DatabaseSync } from "node:sqlite";
import type { SQLInputValue } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import postgres from "postgres";
import * as z from "zod";
import { databasePath } from "../../src/runtime/node/data-dir.ts";

/** By column; Postgres' client gives whole numbers beyond 2^31 as text. */
export type Row = Readonly<Record<string, string | number | null>>;

export interface RowStore {
  /** @param from a table, with a condition where not all of it is wanted */
  rows(from: string): Promise<Row[]>;
  /** Kept until the batch is full. Columns that the table lacks are left out. */
  insert(table: string, row: Row): void;
  /** Writes what was kept. */
  flush(): Promise<void>;
  /** Writes the rest, gathers statistics and lets go of the store. */
  close(): Promise<void>;
}

export function sqliteRows(dataDir: string): RowStore {
  const database = new DatabaseSync(databasePath(dataDir));
  database.exec("pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000");
  database.exec("begin");
  const statements = new Map<string, readonly [string[], ReturnType<DatabaseSync["prepare"]>]>();
  return {
    rows: async (from) => rowsSchema.parse(database.prepare(`select * from ${from}`).all()),
    insert(table, row) {
      const known = statements.get(table) ?? prepareInsert(database, table, row);
      statements.set(table, known);
      const [columns, statement] = known;
      statement.run(...columns.map((column): SQLInputValue => row[column] ?? null));
    },
    flush: async () => database.exec("commit; begin"),
    async close() {
      database.exec("commit; pragma journal_mode = wal; analyze");
      database.close();
    },
  };
}

const rowsSchema = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null()])));

/** Inserts the columns that a table has. */
function prepareInsert(database: DatabaseSync, table: string, row: Row) {
  const columns = database
    .prepare(`select name from pragma_table_info('${table}')`)
    .all()
    .map(({ name }) => String(name))
    .filter((name) => name in row);
  const places = columns.map(() => "?").join(", ");
  const text = `insert into ${table} (${columns.map((it) => `"${it}"`).join(", ")}) values (${places})`;
  return [columns, database.prepare(text)] as const;
}

export function postgresRows(url: string): RowStore {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  const kept = new Map<string, Row[]>();
  const flush = async () => {
    for (const [table, rows] of kept) await copyInto(client, table, rows);
    kept.clear();
  };
  return {
    rows: async (from) => pgRows.parse([...(await client.unsafe(`select * from ${from}`))]),
    insert(table, row) {
      const rows = kept.get(table) ?? [];
      kept.set(table, rows);
      rows.push(row);
    },
    flush,
    async close() {
      await flush();
      await client.unsafe("vacuum analyze");
      await client.end();
    },
  };
}

/** `t` and `f` are what COPY takes for flags. */
const flag = z.boolean().transform((it) => (it ? "t" : "f"));
const pgRows = z.array(z.record(z.string(), z.union([z.string(), z.number(), z.null(), flag])));

async function copyInto(client: postgres.Sql, table: string, rows: readonly Row[]): Promise<void> {
  const known = await client.unsafe(
    `select column_name as name from information_schema.columns where table_name = '${table}'`,
  );
  const columns = known.map(({ name }) => String(name)).filter((name) => name in (rows[0] ?? {}));
  const names = columns.map((it) => `"${it}"`).join(", ");
  const target = await client.unsafe(`copy ${table} (${names}) from stdin`).writable();
  const lines = rows.map((row) => `${columns.map((it) => copyText(row[it])).join("\t")}\n`);
  await pipeline(Readable.from(lines), target);
}

const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

/** A value in COPY's text format. */
const copyText = (value: Row[string] | undefined): string =>
  value === null || value === undefined
    ? "\\N"
    : String(value).replaceAll(/[\\\n\r\t]/g, (it) => ESCAPES[it] ?? it);
