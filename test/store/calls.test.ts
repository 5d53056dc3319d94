/** In SQLite commands and streams name their calls; what they do not name is found by its time. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSqlite } from "../../src/runtime/database/node-sqlite.ts";
import { readMigrations } from "../../src/runtime/database/migration-files.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/port.ts";
import {
  allRows,
  claimCommands,
  deliveryOf,
  NOON,
  settlementOf,
  updateOf,
  writeCommands,
} from "./records.ts";

const driver = openSqlite(":memory:");
const migrations = readMigrations("sqlite");
const OK = { durationMs: 9, status: 200, outcome: "ok", answer: null };
let texts: Set<string>;
let store: Store;

beforeEach(async () => {
  await migrateSqlite(driver, migrations);
  texts = new Set();
  const batch: typeof driver.batch = (statements, durability) => {
    for (const { sql } of statements) texts.add(sql);
    return driver.batch(statements, durability);
  };
  store = sqliteStore({ ...driver, batch }, migrations);
});

afterEach(async () => {
  await run("delete from commands", "delete from command_attempts", "delete from streams");
});

const run = (...statements: string[]) =>
  driver.batch(statements.map((sql) => ({ sql, params: [] })));

async function callsStored(): Promise<number> {
  const [rows] = await run("select id from command_attempts");
  return rows?.length ?? 0;
}

/** As a former version left its rows. */
const forgetLists = () =>
  run("update commands set call_ids = null", "update streams set call_ids = null");

/** Sends one command of a stream, a call each at these times; all but the last one fail. */
async function call(times: readonly number[], deliveryId: string | null = null): Promise<string> {
  const command = updateOf("s", { deliveryId, notBefore: 0, createdAt: times[0] ?? 0 });
  await writeCommands(store, command);
  for (const at of times) {
    const [claimed] = await claimCommands(store, at);
    if (!claimed) throw new Error("There is nothing to send.");
    const result =
      at === times.at(-1)
        ? ({ status: "done" } as const)
        : ({ status: "pending", notBefore: at, reason: "no", possibleRepeat: false } as const);
    await store.settleCommand(settlementOf(claimed, { attempt: { ...OK, at }, result, now: at }));
  }
  return command.id;
}

const timesOf = async (page: Parameters<Store["listCalls"]>[1]) =>
  (await store.listCalls("s", page)).rows.map(({ at }) => at);

/** What other streams called at the same time. */
const addOthers = (count: number, from: number) =>
  run(`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${count})
    insert into command_attempts (id, command_id, "at", duration_ms, outcome, stream_key)
    select (${from} + i) * 1000, 'cmd_other', ${from} + i, 1, 'ok', 'other' from n`);

test("a call that failed is listed before the one that went well", async () => {
  await call([NOON, NOON + 5]);
  expect(await timesOf({ limit: 9 })).toEqual([NOON + 5, NOON]);
  expect(await timesOf({ limit: 9, since: NOON + 1 })).toEqual([NOON + 5]);
});

test("of a stream that was called more often than its row names, every call is listed once", async () => {
  const times = Array.from({ length: 450 }, (_, at) => NOON + at);
  for (const at of times) await call([at]);
  const calls = await allRows((cursor) => store.listCalls("s", { limit: 70, cursor }));
  expect(calls.map(({ at }) => at)).toEqual(times.toReversed());
  expect(await timesOf({ limit: 9, since: NOON + 100, until: NOON + 103 })).toEqual(
    [102, 101, 100].map((at) => NOON + at),
  );
});

test("a command that was called more often than its row names has every attempt", async () => {
  const times = Array.from({ length: 230 }, (_, at) => NOON + at);
  const id = await call(times);
  const found = await store.findCommand({ id });
  expect(found?.attemptLog.map(({ at }) => at)).toEqual(times);
});

test("what a former version called is found, and the calls that were made since with it", async () => {
  const delivery = deliveryOf();
  await store.storeDeliveries([delivery]);
  const id = await call([NOON, NOON + 5], delivery.id);
  await forgetLists();
  await call([NOON + 60_000]);
  await addOthers(100, NOON + 90_000);
  expect(await timesOf({ limit: 9 })).toEqual([NOON + 60_000, NOON + 5, NOON]);
  const found = await store.findCommand({ id });
  expect(found?.attemptLog).toHaveLength(2);
  const detail = await store.findDelivery(delivery.id);
  expect(detail?.commands.map((it) => it.attemptLog)).toEqual([found?.attemptLog]);
});

test("calls whose ids were counted are found as well", async () => {
  const id = await call([NOON]);
  await forgetLists();
  await run("update command_attempts set id = 7");
  expect((await store.findCommand({ id }))?.attemptLog).toHaveLength(1);
  expect(await timesOf({ limit: 9, since: NOON })).toEqual([NOON]);
  expect(await timesOf({ limit: 9, since: NOON + 1 })).toEqual([]);
});

test("a page of old calls looks through no more than so many, and the next one goes on", async () => {
  await call([NOON]);
  await addOthers(7_000, NOON + 1);
  await forgetLists();
  const first = await store.listCalls("s", { limit: 9 });
  expect(first.rows).toEqual([]);
  expect((await store.listCalls("s", { limit: 9, cursor: first.next })).rows).toHaveLength(1);
  const bounded = await store.listCalls("s", { limit: 9, since: NOON + 6_000 });
  expect(bounded).toEqual({ rows: [], next: undefined });
});

test("calls go with their command, whether it names them or not", async () => {
  const trim = () => store.trim({ before: NOON + 1_000_000, limit: 10 });
  await call([NOON, NOON + 5]);
  await trim();
  expect(await callsStored()).toBe(0);
  await call([NOON + 9]);
  await forgetLists();
  await call([NOON + 2_000_000]);
  await trim();
  expect(await callsStored()).toBe(1);
});

test("no statement that looks for calls reads the whole table", async () => {
  const delivery = deliveryOf();
  await store.storeDeliveries([delivery]);
  const id = await call([NOON], delivery.id);
  await forgetLists();
  await store.findDelivery(delivery.id);
  await store.findCommand({ id });
  await store.listCalls("s", { limit: 9 });
  await store.trim({ before: NOON, limit: 9 });
  const ofCalls = [...texts].filter((it) => it.includes("command_attempts"));
  expect(ofCalls.length).toBeGreaterThan(8);
  for (const sql of ofCalls) {
    const params = Array.from(sql.matchAll(/\?/g), () => null);
    const [plan = []] = await driver.batch([{ sql: `EXPLAIN QUERY PLAN ${sql}`, params }]);
    const details = plan.map((row) => String(row[3]));
    expect([sql, details.filter((it) => /^SCAN (command_attempts|commands)\b/.test(it))]).toEqual([
      sql,
      [],
    ]);
  }
});
