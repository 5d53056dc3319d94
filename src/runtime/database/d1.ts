/**
 * The store in Cloudflare D1: the SQLite dialect, each atomic step one `batch()`. Applies no
 * migrations: wrangler does, and what it applied is compared with what this program knows.
 */
import { textOf } from "../../util/bytes.ts";
import type { Store } from "../../store/port.ts";
import { assertMigrated } from "../../store/migrations.ts";
import type {
  SqliteDriver,
  SqliteParameter,
  SqliteRow,
  SqliteValue,
} from "../../store/sqlite/driver/driver.ts";
import journal from "../../store/sqlite/migrations/meta/_journal.json" with { type: "json" };
import { sqliteStore } from "../../store/sqlite/store.ts";
import { withSteps } from "../../store/steps.ts";
import type { D1Database } from "../cloudflare-bindings.ts";

/** https://developers.cloudflare.com/d1/platform/limits/ */
const MAX_PARAMETERS = 100;
/**
 * A row holds 2,000,000 bytes: the body, and besides it headers (Cloudflare takes 128 KB of them)
 * and signals.
 */
export const D1_MAX_BODY_BYTES = 1_500_000;
/**
 * Of the 10 GB that a database may have on the paid plan; the rest is for what is not deliveries.
 */
export const D1_MAX_RETENTION_GB = 8;

export interface D1Options {
  /** Told of every batch: one call to D1. */
  readonly onBatch?: () => void;
}

/** The store over a database that `wrangler d1 migrations apply` has brought up to date. */
export function createD1Store(database: D1Database, options: D1Options = {}): Store {
  const driver = openD1(database, options);
  const store = sqliteStore(driver, []);
  return withSteps(store, { ping: () => assertD1Migrated(driver) });
}

/** The driver alone. D1 itself has nothing to close; a closed driver refuses, as any other. */
export function openD1(database: D1Database, { onBatch }: D1Options = {}): SqliteDriver {
  let isOpen = true;
  return {
    maxParameters: MAX_PARAMETERS,
    batch: async (statements) => {
      if (!isOpen) throw new Error("The database is not open.");
      if (statements.length === 0) return [];
      const prepared = statements.map(({ sql, params }) =>
        database.prepare(sql).bind(...params.map(toBound)),
      );
      onBatch?.();
      const results = await database.batch(prepared);
      return results.map(({ results: rows = [] }) => rows.map(toRow));
    },
    close: async () => {
      isOpen = false;
    },
  };
}

/** Bytes would go to D1 as a list of numbers. */
const toBound = (param: SqliteParameter): SqliteValue =>
  param instanceof Uint8Array ? textOf(param) : param;

/**
 * D1's batches answer objects only, whose keys keep the order of the columns; hence no two columns
 * may share a name.
 */
function toRow(row: Readonly<Record<string, unknown>>): SqliteRow {
  return Object.values(row).map(toValue);
}

function toValue(value: unknown): SqliteValue {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  throw new TypeError(`D1 answered a value of type ${typeof value}, which no column holds.`);
}

/** Throws unless the database has exactly the known migrations. */
async function assertD1Migrated(driver: SqliteDriver): Promise<void> {
  const [rows = []] = await driver.batch([
    { sql: "SELECT name FROM d1_migrations ORDER BY name", params: [] },
  ]);
  const known = journal.entries.map(({ tag }) => ({ name: tag, statements: [] }));
  assertMigrated(
    known,
    rows.map(([name]) => String(name).replace(/\.sql$/, "")),
  );
}
