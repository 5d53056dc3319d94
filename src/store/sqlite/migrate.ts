/**
 * Brings a SQLite database to the schema of this program, and says whether it is there. Reads no
 * files.
 */
import { assertMigrated, pendingMigrations } from "../migrations.ts";
import type { Migration } from "../migrations.ts";
import type { SqliteDriver, SqliteStatement } from "./driver/driver.ts";

const MIGRATIONS_TABLE = "CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)";

/**
 * Applies what is missing in one transaction. Two processes may try at once: the second one's
 * transaction fails at the first one's names, and it finds nothing left to do. Throws where the
 * database is newer than the program.
 */
export async function migrateSqlite(
  driver: SqliteDriver,
  migrations: readonly Migration[],
): Promise<void> {
  const pending = pendingMigrations(migrations, await appliedMigrations(driver));
  if (pending.length === 0) return;
  try {
    await driver.batch(pending.flatMap(statementsOf));
  } catch (error) {
    if (pendingMigrations(migrations, await appliedMigrations(driver)).length > 0) throw error;
  }
}

/** Throws unless the database has exactly the known migrations. */
export async function assertSqliteMigrated(
  driver: SqliteDriver,
  migrations: readonly Migration[],
): Promise<void> {
  assertMigrated(migrations, await appliedMigrations(driver));
}

async function appliedMigrations(driver: SqliteDriver): Promise<string[]> {
  const [, rows = []] = await driver.batch([
    { sql: MIGRATIONS_TABLE, params: [] },
    { sql: "SELECT name FROM schema_migrations ORDER BY name", params: [] },
  ]);
  return rows.map(([name]) => String(name));
}

function statementsOf({ name, statements }: Migration): SqliteStatement[] {
  return [
    { sql: "INSERT INTO schema_migrations (name) VALUES (?)", params: [name] },
    ...statements.map((sql) => ({ sql, params: [] })),
  ];
}
