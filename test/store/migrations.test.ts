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
import type { Store } from "../../src/store/port.ts";
import { migratePostgres } from "../../src/store/postgres/migrate.ts";
import { postgresStore } from "../../src/store/postgres/store.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { postgresForTests } from "../support/postgres.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const NEWER = /has the migration "9999_from_the_future".*upgrade the gateway.*another database/;

const server = await postgresForTests();

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
  });
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

/** What a former version left in mid-run: a stream on the screen, a push and an end that wait. */
const FORMER_ROWS = [
  `insert into streams values ('s', 'default', true, 'h', null, 5)`,
  ...[
    `'cmd_1', 's', 'stream_update', 'done', 7, null, null`,
    `'cmd_2', 's', 'stream_end', 'pending', null, null, null`,
    `'cmd_3', null, 'push', 'sending', null, 'a dead process', 10`,
    `'cmd_4', 's', 'stream_update', 'dead', null, null, null`,
  ].map(
    (values, at) => `insert into commands
      (id, stream_key, kind, status, settled_at, claim, claim_expires_at,
       endpoint_id, account, delivery_id, priority, not_before, created_at, attempts, possible_repeat, "call")
      values (${values}, 'ep', 'default', 'dlv_1', ${at}, 1, ${at}, 0, false,
        '{"kind":"show","streamKey":"s","picture":{"title":"web-shop","segments":[],"completed":0,"color":"blue"}}')`,
  ),
  `insert into command_attempts (command_id, "at", duration_ms, outcome) values ('cmd_1', 6, 1, 'ok')`,
];

/** Sends what waits; answers what is pending when the stream has then given way. */
async function goOn(store: Store): Promise<string[]> {
  const claim = { limit: 9, leaseMs: 10, account: "default" };
  const claimed = await store.claimCommands({ ...claim, now: 100 });
  expect(claimed.map((it) => it.id)).toEqual(["cmd_2", "cmd_3"]);
  expect(claimed[1]).toMatchObject({ possibleRepeat: true });
  expect((await store.listCommands({ limit: 9, status: "dead" })).rows).toHaveLength(1);
  const [call, ...more] = (await store.listCalls("s", { limit: 9 })).rows;
  expect([call?.commandId, more]).toEqual(["cmd_1", []]);
  const [end] = claimed;
  if (!end) throw new Error("unreachable");
  const attempt = { at: 101, durationMs: 1, status: 200, outcome: "ok", answer: null };
  const settlement = { commandId: end.id, claim: end.claim, attempt, stream: null, now: 101 };
  await store.settleCommand({ ...settlement, result: { status: "done" } });
  expect((await store.listCalls("s", { limit: 9 })).rows.map((it) => it.commandId)).toEqual([
    "cmd_2",
    "cmd_1",
  ]);
  const displaced = { streamKey: "s", account: "default", alive: false, confirmedHash: null };
  const resume = { id: "cmd_9", reason: "no slot", notBefore: 103, createdAt: 103 };
  await store.displaceStream({ ...displaced, confirmedState: null, confirmedAt: null }, resume);
  return (await store.listCommands({ limit: 9, status: "pending" })).rows.map((it) => it.id);
}

describe("a store of a former version", () => {
  const before = (folder: "sqlite" | "postgres") => {
    const migrations = readMigrations(folder);
    return migrations.slice(
      0,
      migrations.findIndex(({ name }) => name.endsWith("_lean")),
    );
  };

  test("in SQLite goes on where it stood", async () => {
    const driver = openSqlite(":memory:");
    await migrateSqlite(driver, before("sqlite"));
    await driver.batch(FORMER_ROWS.map((sql) => ({ sql, params: [] })));
    await migrateSqlite(driver, readMigrations("sqlite"));
    expect(await goOn(sqliteStore(driver, readMigrations("sqlite")))).toEqual(["cmd_9"]);
    await driver.close();
  });

  test.skipIf(!server)("in Postgres goes on where it stood", async () => {
    const url = (await server?.createDatabase({ empty: true })) ?? "";
    const client = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
    await migratePostgres(client, before("postgres"));
    for (const row of FORMER_ROWS) await client.unsafe(row);
    await migratePostgres(client, readMigrations("postgres"));
    const store = postgresStore(client, readMigrations("postgres"), () => undefined);
    expect(await goOn(store)).toEqual(["cmd_9"]);
    await client.end();
  });
});

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
