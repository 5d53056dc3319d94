/**
 * The embedded store: SQLite in a file through node:sqlite. One process at a time. Commits of one
 * turn of the event loop are made as one, and synced to disk unless all of them can be made again.
 */
import { DatabaseSync } from "node:sqlite";
import type { StatementSync } from "node:sqlite";
import type { Durability, Store } from "../../store/port.ts";
import { isRowError } from "../../model/errors/row-rejected-error.ts";
import { batchDeliveries } from "../../store/group-commit.ts";
import type { SqliteDriver, SqliteRow, SqliteStatement } from "../../store/sqlite/driver/driver.ts";
import { migrateSqlite } from "../../store/sqlite/migrate.ts";
import { sqliteStore } from "../../store/sqlite/store.ts";
import { withSteps } from "../../store/steps.ts";
import { readMigrations } from "./migration-files.ts";

const MAX_PARAMETERS = 32_766;
/**
 * Texts of statements are few (no value is ever written into one), so a bound only guards against a
 * mistake.
 */
const MAX_PREPARED = 500;

/**
 * Webhooks are about 10 KB: pages of 8 KB (of new files only) take less work for each than SQLite's
 * default of 4. A checkpoint every 8 MB stays the default: rarer ones spare nothing that can be
 * measured, and each holds up everything longer.
 */
const PRAGMAS = `
  PRAGMA page_size = 8192;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  PRAGMA cache_size = -32000;
  PRAGMA busy_timeout = 5000;
  PRAGMA foreign_keys = ON;
`;

/**
 * Opens the database, made where there is none, migrates it and puts a group commit before
 * `storeDeliveries`. Throws where the file cannot be opened or its schema is newer than this
 * program.
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
  return withSteps(store, {
    storeDeliveries: batchDeliveries((batch) => store.storeDeliveries(batch), {
      nextTick: setImmediate,
      isRowError,
    }),
  });
}

/** The driver alone, for a file path or `:memory:`. */
export function openSqlite(file: string): SqliteDriver {
  const database = new DatabaseSync(file);
  database.exec(PRAGMAS);
  const prepare = statementCache(database);
  const commit = groupCommit(database, prepare);
  const waiting: WaitingBatch[] = [];
  const flush = (): void => {
    if (waiting.length > 0) commit(waiting.splice(0));
  };
  return {
    maxParameters: MAX_PARAMETERS,
    batch: async (statements, durability = "synced") => {
      // A statement that was prepared before would only say that it is finalized.
      if (!database.isOpen) throw new Error("the database is not open");
      // Nothing else can come between them here.
      if (statements.every(isRead)) return statements.map((it) => rowsOf(prepare, it));
      return new Promise((resolve, reject) => {
        if (waiting.push({ statements, durability, resolve, reject }) === 1) setImmediate(flush);
      });
    },
    close: async () => {
      if (!database.isOpen) return;
      flush();
      database.close();
    },
  };
}

type Prepare = (sql: string) => StatementSync;

interface WaitingBatch {
  readonly statements: readonly SqliteStatement[];
  readonly durability: Durability;
  readonly resolve: (rows: SqliteRow[][]) => void;
  readonly reject: (error: unknown) => void;
}

const isRead = ({ sql }: SqliteStatement): boolean => sql.startsWith("select");

const rowsOf = (prepare: Prepare, { sql, params }: SqliteStatement): SqliteRow[] =>
  prepare(sql)
    .all(...params)
    .map(toRow);

/**
 * Group commit: the batches of one turn of the event loop share one transaction and so one sync to
 * disk, each in a savepoint of its own. Settles every one of them, and only after the commit.
 */
function groupCommit(database: DatabaseSync, prepare: Prepare) {
  let current: Durability = "synced";

  /** Between transactions only. Not prepared: a pragma takes effect when it is compiled. */
  function setDurability(wanted: Durability): void {
    if (wanted === current) return;
    database.exec(`PRAGMA synchronous = ${wanted === "synced" ? "FULL" : "NORMAL"}`);
    current = wanted;
  }

  return (batches: readonly WaitingBatch[]): void => {
    try {
      const isSynced = batches.some(({ durability }) => durability === "synced");
      setDurability(isSynced ? "synced" : "unsynced");
      prepare("BEGIN IMMEDIATE").run();
      const isShared = batches.length > 1;
      const settlements = batches.map((batch) => runBatch(database, prepare, batch, isShared));
      prepare("COMMIT").run();
      for (const settle of settlements) settle();
    } catch (error) {
      for (const { reject } of batches) reject(error);
      if (database.isTransaction) database.exec("ROLLBACK");
    }
  };
}

/**
 * Returns how to settle the batch once all is committed. Throws where it takes the others down with
 * it.
 */
function runBatch(
  database: DatabaseSync,
  prepare: Prepare,
  { statements, resolve, reject }: WaitingBatch,
  isShared: boolean,
): () => void {
  if (isShared) prepare("SAVEPOINT batch").run();
  try {
    const rows = statements.map((statement) => rowsOf(prepare, statement));
    if (isShared) prepare("RELEASE batch").run();
    return () => resolve(rows);
  } catch (error) {
    // A full disk, among others, makes SQLite undo the whole transaction by itself.
    if (!isShared || !database.isTransaction) throw error;
    prepare("ROLLBACK TO batch").run();
    prepare("RELEASE batch").run();
    return () => reject(error);
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
