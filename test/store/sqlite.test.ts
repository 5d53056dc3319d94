/** The embedded store: SQLite in a file of its own for each test. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Durability, Store } from "../../src/store/port.ts";
import { DEFAULT_LIMITS, newAccount } from "../../src/pacing/account.ts";
import { createLedger } from "../../src/pacing/ledger.ts";
import { createSqliteStore, openSqlite } from "../../src/runtime/database/node-sqlite.ts";
import { readMigrations } from "../../src/runtime/database/migration-files.ts";
import type { SqliteDriver } from "../../src/store/sqlite/driver/driver.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { storeConformance } from "./conformance.ts";
import type { OpenedStore } from "./conformance.ts";
import {
  claimCommands,
  claimDeliveries,
  deliveryOf,
  NOON,
  pushOf,
  updateOf,
  writeCommands,
} from "./records.ts";

async function open(): Promise<OpenedStore & { readonly file: string }> {
  const folder = mkdtempSync(join(tmpdir(), "gateway-sqlite-"));
  const file = join(folder, "gateway.db");
  const stores: Store[] = [];
  const another = async () => {
    const store = await createSqliteStore({ file });
    stores.push(store);
    return store;
  };
  return {
    file,
    store: await another(),
    another,
    dispose: async () => {
      for (const store of stores) await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

storeConformance("SQLite", open);

test("SQLite frees the claims of a dead process, and its pushes may repeat", async () => {
  const { store, dispose } = await open();
  await store.storeDeliveries([deliveryOf()]);
  const [push, update] = [pushOf(), updateOf("s")];
  await writeCommands(store, push, update);
  await claimDeliveries(store);
  await claimCommands(store);
  await store.releaseClaims();
  expect(await claimDeliveries(store)).toMatchObject([{ attempts: 2 }]);
  expect(await claimCommands(store)).toMatchObject([
    { id: push.id, possibleRepeat: true },
    { id: update.id, possibleRepeat: false },
  ]);
  await dispose();
});

test("SQLite knows that no call of a dead process is under way on a stream", async () => {
  const { store, dispose } = await open();
  const [shown, called] = ["shown", "called"].map((streamKey, at) => ({
    streamKey,
    importance: at,
    since: NOON,
  }));
  if (!shown || !called) throw new Error("There are two.");
  const state = newAccount(DEFAULT_LIMITS, NOON);
  const slots = [shown, { ...called, busyUntil: NOON + 20_000 }];
  await store.saveAccount("idle", state, 0);
  await store.saveAccount("busy", { ...state, slots }, 0);
  await store.releaseClaims();
  expect(await store.listAccounts()).toEqual([
    { account: "busy", state: { ...state, slots: [shown, called] } },
    { account: "idle", state },
  ]);
  // Whoever loaded it before must load it again.
  expect(await store.saveAccount("busy", state, 1)).toBe(false);
  await dispose();
});

test("SQLite is set to sync what it commits to disk", async () => {
  const driver = openSqlite(":memory:");
  const pragmas = ["synchronous", "foreign_keys", "busy_timeout"];
  const rows = await driver.batch(pragmas.map((it) => ({ sql: `PRAGMA ${it}`, params: [] })));
  expect(rows).toEqual([[[2]], [[1]], [[5000]]]);
  await driver.close();
});

const statement = (sql: string) => ({ sql, params: [] });

test("SQLite syncs a group of commits where one of them is to be synced, and else need not", async () => {
  const driver = openSqlite(":memory:");
  const synchronous = [statement("PRAGMA synchronous")];
  expect(await driver.batch(synchronous, "unsynced")).toEqual([[[1]]]);
  const group = [driver.batch(synchronous, "unsynced"), driver.batch(synchronous, "synced")];
  expect(await Promise.all(group)).toEqual([[[[2]]], [[[2]]]]);
  for (const [durability, mode] of [
    ["unsynced", 1],
    ["unsynced", 1],
    ["synced", 2],
    ["unsynced", 1],
    ["synced", 2],
  ] as const)
    expect(await driver.batch(synchronous, durability)).toEqual([[[mode]]]);
  await driver.close();
});

/** A store whose statements are noted, with how safe each batch of them was to be. */
async function notingStore() {
  const driver = openSqlite(":memory:");
  const migrations = readMigrations("sqlite");
  await migrateSqlite(driver, migrations);
  const noted: { readonly sql: string; readonly durability: Durability }[] = [];
  const noting: SqliteDriver = {
    ...driver,
    batch: (statements, durability = "synced") => {
      noted.push(...statements.map(({ sql }) => ({ sql, durability })));
      return driver.batch(statements, durability);
    },
  };
  return { store: sqliteStore(noting, migrations), noted };
}

test("no hot statement has a LIMIT for which SQLite would compile it at every call", async () => {
  const { store, noted } = await notingStore();
  await claimDeliveries(store);
  await claimCommands(store);
  await store.dueAccounts(NOON);
  await store.nextCommandDue(NOON);
  await store.loadTrack("ep_shop", "key", "run");
  await store.dueChecks({ now: NOON, limit: 10 });
  const limits = noted.flatMap(({ sql }) => sql.match(/limit [^)]*/gi) ?? []);
  expect(limits.length).toBeGreaterThan(5);
  expect(limits.filter((it) => /limit \?(?! \+ 0)/.test(it))).toEqual([]);
  await store.close();
});

test("what is taken out of a budget is written after the claim, and synced before its call", async () => {
  const { store, noted } = await notingStore();
  const limits = {
    notifications: DEFAULT_LIMITS,
    "live-activities": DEFAULT_LIMITS,
    metrics: DEFAULT_LIMITS,
    badges: DEFAULT_LIMITS,
  };
  const ledger = createLedger(store, limits, { now: () => NOON });
  await ledger.update("a", (state) => ({ ...state, slots: [] }));
  noted.length = 0;
  const taken = await ledger.reserve("a", "live-activities", { urgent: 0, other: 1 });
  expect(noted).toEqual([]);
  await claimCommands(store);
  noted.length = 0;
  await ledger.begin("a", taken);
  expect(noted.map(({ sql, durability }) => [sql.slice(0, 15), durability])).toEqual([
    ["update accounts", "synced"],
  ]);
  await store.close();
});

test("a batch that fails takes none of those down that share its commit", async () => {
  const driver = openSqlite(":memory:");
  await driver.batch([statement("CREATE TABLE t (a UNIQUE)")]);
  const insert = (...values: number[]) =>
    driver.batch(values.map((value) => statement(`INSERT INTO t VALUES (${value})`)));
  const results = await Promise.allSettled([insert(1), insert(2, 1), insert(3), insert(4, 4)]);
  expect(results.map(({ status }) => status)).toEqual([
    "fulfilled",
    "rejected",
    "fulfilled",
    "rejected",
  ]);
  expect(await driver.batch([statement("select a from t order by a")])).toEqual([[[1], [3]]]);
  await driver.close();
});

test("what waits for its commit is written when SQLite is closed", async () => {
  const { file, store, dispose } = await open();
  const delivery = deliveryOf();
  const driver = openSqlite(file);
  const stored = sqliteStore(driver, readMigrations("sqlite")).storeDeliveries([delivery]);
  await driver.close();
  expect(await stored).toMatchObject([{ status: "accepted" }]);
  expect(await claimDeliveries(store)).toMatchObject([{ id: delivery.id }]);
  await dispose();
});

test("a batch of SQLite that fails leaves nothing behind", async () => {
  const driver = openSqlite(":memory:");
  const run = (...texts: string[]) => driver.batch(texts.map((sql) => ({ sql, params: [] })));
  await run("CREATE TABLE t (a UNIQUE)");
  await expect(run("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (1)")).rejects.toThrow(
    "UNIQUE",
  );
  expect(await run("SELECT * FROM t")).toEqual([[]]);
  await driver.close();
});

test("SQLite with D1's limit of 100 parameters stores a large batch in one step", async () => {
  const { file, dispose } = await open();
  const driver = { ...openSqlite(file), maxParameters: 100 };
  const store = sqliteStore(driver, readMigrations("sqlite"));
  const batch = Array.from({ length: 50 }, () => deliveryOf({ receivedAt: NOON }));
  const results = await store.storeDeliveries(batch);
  expect(results).toEqual(batch.map((it) => ({ status: "accepted", id: it.id })));
  await driver.close();
  await dispose();
});
