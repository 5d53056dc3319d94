/**
 * Schemas and migrations agree, migrations apply once however many start, and a newer database is
 * refused.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { readMigrations } from "../../src/runtime/database/migration-files.ts";
import { createSqliteStore, openSqlite } from "../../src/runtime/database/node-sqlite.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { postgresForTests } from "../support/postgres.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const NEWER = /has the migration "9999_from_the_future".*upgrade the gateway.*another database/;

describe.each([
  { folder: "sqlite", dialect: "sqlite" },
  { folder: "postgres", dialect: "postgresql" },
])("$folder", ({ folder, dialect }) => {
  test("drizzle-kit finds nothing in the schema that the migrations lack", () => {
    const temporary = mkdtempSync(join(tmpdir(), "gateway-migrations-"));
    const home = join(ROOT, "src", "store", folder);
    // Relative, as drizzle-kit reads no snapshots from an absolute path, and exits with 0 all the
    // same.
    const out = relative(ROOT, join(temporary, "migrations"));
    cpSync(join(home, "migrations"), join(temporary, "migrations"), { recursive: true });
    const config = join(temporary, "drizzle.config.json");
    writeFileSync(config, JSON.stringify({ dialect, schema: join(home, "schema.ts"), out }));
    const said = execFileSync("npx", ["drizzle-kit", "generate", "--config", config], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(said).toContain("No schema changes, nothing to migrate");
    expect(readdirSync(join(temporary, "migrations"))).toEqual(
      readdirSync(join(home, "migrations")),
    );
    rmSync(temporary, { recursive: true });
  }, 60_000);
});

describe("SQLite", () => {
  test("migrates once and finds nothing to do later", async () => {
    const driver = openSqlite(":memory:");
    await migrateSqlite(driver, readMigrations("sqlite"));
    await migrateSqlite(driver, readMigrations("sqlite"));
    const sql = "SELECT name FROM schema_migrations ORDER BY name";
    const [rows] = await driver.batch([{ sql, params: [] }]);
    expect(rows).toEqual(readMigrations("sqlite").map((it) => [it.name]));
    await driver.close();
  });

  test("applies no migration of which a part fails", async () => {
    const driver = openSqlite(":memory:");
    const broken = [{ name: "0000_broken", statements: ["CREATE TABLE a (b)", "NONSENSE"] }];
    await expect(migrateSqlite(driver, broken)).rejects.toThrow("NONSENSE");
    const fixed = [{ name: "0000_broken", statements: ["CREATE TABLE a (b)"] }];
    await migrateSqlite(driver, fixed);
    await driver.close();
  });

  test("refuses a database that is newer than the program", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gateway-newer-"));
    const file = join(folder, "gateway.db");
    const store = await createSqliteStore({ file });
    const driver = openSqlite(file);
    const sql = "INSERT INTO schema_migrations (name) VALUES ('9999_from_the_future')";
    await driver.batch([{ sql, params: [] }]);
    await driver.close();
    await expect(store.ping()).rejects.toThrow(NEWER);
    await store.close();
    await expect(createSqliteStore({ file })).rejects.toThrow(NEWER);
    rmSync(folder, { recursive: true });
  });
});

const server = await postgresForTests();

describe.skipIf(!server)("Postgres", () => {
  const createDatabase = async () => (await server?.createDatabase({ empty: true })) ?? "";

  test("migrates once where several processes start at the same moment", async () => {
    const url = await createDatabase();
    const stores = await Promise.all(
      Array.from({ length: 4 }, () => createPostgresStore({ url, max: 2 })),
    );
    for (const store of stores) {
      await store.ping();
      await store.close();
    }
    const client = postgres(url, { max: 1 });
    const rows = await client`select name from schema_migrations order by name`;
    expect(rows.map((row) => row["name"])).toEqual(readMigrations("postgres").map((it) => it.name));
    await client.end();
  });

  test("refuses a database that is newer than the program", async () => {
    const url = await createDatabase();
    const store = await createPostgresStore({ url, max: 1 });
    const client = postgres(url, { max: 1 });
    await client`insert into schema_migrations (name) values ('9999_from_the_future')`;
    await client.end();
    await expect(store.ping()).rejects.toThrow(NEWER);
    await store.close();
    await expect(createPostgresStore({ url, max: 1 })).rejects.toThrow(NEWER);
  });
});
