/**
 * A backup of the embedded database and into it. Reads beside a running gateway; writes only where
 * none runs.
 */
import { DatabaseSync } from "node:sqlite";
import * as schema from "../../store/sqlite/schema.ts";
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
} from "./tables.ts";

const SHAPES = shapesOf(schema);

/** Every row as of one moment, whatever is written meanwhile. */
export function* sqliteRows(file: string): Generator<TableRow> {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.exec("BEGIN");
    for (const { name, columns } of SHAPES) {
      const statement = database.prepare(`SELECT ${columnList(columns)} FROM ${quoted(name)}`);
      for (const values of statement.iterate())
        yield { table: name, row: fromDatabase(columns, Object.values(values)) };
    }
  } finally {
    database.close();
  }
}

/**
 * All rows, or none where one is refused. Throws ConfigError where the database, which is migrated,
 * is not empty.
 */
export async function loadSqlite(file: string, rows: AsyncIterable<TableRow>): Promise<void> {
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN IMMEDIATE");
    for (const shape of SHAPES) {
      const first = database.prepare(`SELECT 1 FROM ${quoted(shape.name)} LIMIT 1`).get();
      demandEmpty(shape, first !== undefined);
    }
    for await (const { table, row } of rows) insert(database, { table, row });
    database.exec("COMMIT");
  } finally {
    // What was not committed is undone.
    database.close();
  }
}

function insert(database: DatabaseSync, { table, row }: TableRow): void {
  const columns = columnsOf(shapeNamed(SHAPES, table), row);
  const places = columns.map(() => "?").join(", ");
  const sql = `INSERT INTO ${quoted(table)} (${columnList(columns)}) VALUES (${places})`;
  database.prepare(sql).run(...toDatabase(columns, row).map(parameter));
}

/** What drizzle's columns make of a value for SQLite. */
function parameter(value: unknown): string | number | null {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new TypeError(`SQLite takes no ${typeof value}.`);
}
