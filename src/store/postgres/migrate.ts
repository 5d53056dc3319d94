/**
 * Brings a Postgres database to the schema of this program, and says whether it is there. Reads no
 * files.
 */
import type { Sql, TransactionSql } from "postgres";
import { assertMigrated, pendingMigrations } from "../migrations.ts";
import type { Migration } from "../migrations.ts";

/** Any number that no other program on the same database uses. */
const LOCK = 7_203_114_965;

/**
 * Applies what is missing in one transaction, under a lock that lets one process at a time through;
 * the others find nothing left to do. Throws where the database is newer than the program.
 */
export async function migratePostgres(
  client: Sql,
  migrations: readonly Migration[],
): Promise<void> {
  await client.begin(async (tx) => {
    await tx`select pg_advisory_xact_lock(${LOCK})`;
    await tx`create table if not exists schema_migrations (name text primary key)`;
    for (const { name, statements } of pendingMigrations(migrations, await appliedMigrations(tx))) {
      for (const statement of statements) await tx.unsafe(statement);
      await tx`insert into schema_migrations (name) values (${name})`;
    }
  });
}

/** Throws unless the database has exactly the known migrations. */
export async function assertPostgresMigrated(
  client: Sql,
  migrations: readonly Migration[],
): Promise<void> {
  assertMigrated(migrations, await appliedMigrations(client));
}

async function appliedMigrations(client: Sql | TransactionSql): Promise<string[]> {
  const rows = await client<{ name: string }[]>`select name from schema_migrations order by name`;
  return rows.map((row) => row.name);
}
