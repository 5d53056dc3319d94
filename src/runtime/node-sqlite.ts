/** The embedded store: SQLite in a file through node:sqlite. One process at a time; every commit is synced to disk. */
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import type { Store } from "../ports.ts";
import { blamesRow } from "../refused-row.ts";
import { batchDeliveries } from "../store/batcher.ts";
import type { SqliteDriver, SqliteRow, SqliteStatement } from "../store/sqlite/driver.ts";
import { migrateSqlite } from "../store/sqlite/migrate.ts";
import { sqliteStore } from "../store/sqlite/store.ts";
import { readMigrations } from "./migration-files.ts";

const MAX_PARAMETERS = 32_766;
/** Texts of statements are few (no value is ever written into one), so a bound only guards against a mistake. */
const MAX_PREPARED = 500;

const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA busy_timeout = 5000;
  PRAGMA foreign_keys = ON;
`;

/**
 * Opens the database, made where there is none, migrates it and puts a group commit before `storeDeliveries`. Throws
 * where the file cannot be opened or its schema is newer than this program.
 */
export async function createSqliteStore(options: { readonly file: string }): Promise<Store> {
  const driver = openSqlite(options.file);
  const migrations = readMigrations("sqlite");
  try {
    await migrateSqlite(driver, migrations);
  } catch (error) {
    await driver.close();
    throw error;
  }
  const store = sqliteStore(driver, migrations);
  return {
    ...store,
    commitDigest: async (digest) => {
      const result = await store.commitDigest(digest);
      // Nothing here waits for I/O, so that without a turn of the event loop requests would wait for a whole batch.
      await setImmediate();
      return result;
    },
    storeDeliveries: batchDeliveries((batch) => store.storeDeliveries(batch), {
      nextTick: (flush) => void setImmediate().then(flush),
      blamesRow,
    }),
  };
}

/** The driver alone, for a file path or `:memory:`. */
export function openSqlite(file: string): SqliteDriver {
  const database = new DatabaseSync(file);
  database.exec(PRAGMAS);
  const prepare = statementCache(database);
  return {
    maxParameters: MAX_PARAMETERS,
    batch: async (statements) => {
      // A statement that was prepared before would only say that it is finalized.
      if (!database.isOpen) throw new Error("the database is not open");
      return runBatch(database, prepare, statements);
    },
    close: async () => {
      if (database.isOpen) database.close();
    },
  };
}

function runBatch(
  database: DatabaseSync,
  prepare: (sql: string) => StatementSync,
  statements: readonly SqliteStatement[],
): SqliteRow[][] {
  const run = ({ sql, params }: SqliteStatement) =>
    prepare(sql)
      .all(...params)
      .map(toRow);
  // A statement alone is a transaction by itself; most are reads, which need no lock that way.
  if (statements.length === 1) return statements.map(run);
  prepare("BEGIN IMMEDIATE").run();
  try {
    const results = statements.map(run);
    prepare("COMMIT").run();
    return results;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

/** Statements answer arrays here (see below), which node:sqlite's types do not know. */
function toRow(row: unknown): SqliteRow {
  if (!Array.isArray(row)) throw new TypeError("node:sqlite answered a row that is no array.");
  return row;
}

function statementCache(database: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql);
    if (known) return known;
    const statement = database.prepare(sql);
    statement.setReturnArrays(true);
    if (prepared.size >= MAX_PREPARED) prepared.clear();
    prepared.set(sql, statement);
    return statement;
  };
}
