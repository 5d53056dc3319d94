/**
 * No statement of the pipeline reads a whole table: what SQLite and Postgres say of the plans of what
 * the store really runs, while deliveries go through all stages.
 */
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import { readMigrations } from "../../src/runtime/database/migration-files.ts";
import { openSqlite } from "../../src/runtime/database/node-sqlite.ts";
import { connect } from "../../src/runtime/database/postgres-client.ts";
import type { Store } from "../../src/store/port.ts";
import { migratePostgres } from "../../src/store/postgres/migrate.ts";
import { postgresStore } from "../../src/store/postgres/store.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import type { SqliteDriver } from "../../src/store/sqlite/driver/driver.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import { postgresForTests } from "../support/postgres.ts";
import {
  claimCommands,
  claimDeliveries,
  commitOf,
  deliveryOf,
  dueOf,
  cardGroupOf,
  foldOf,
  incidentOf,
  LEASE_MS,
  NOON,
  pushOf,
  runOf,
  servingOf,
  settlementOf,
  standingOf,
  toldOf,
  trackOf,
  updateOf,
} from "./records.ts";

/** Receive, digest and dispatch, by the store's own steps. */
async function runPipeline(store: Store): Promise<void> {
  await store.storeDeliveries([deliveryOf(), deliveryOf()]);
  const [claimed] = await claimDeliveries(store);
  if (!claimed) throw new Error("There is nothing to digest.");
  await store.findEndpoint(claimed.endpointId);
  const track = trackOf();
  const run = runOf(track.id, "run");
  await store.loadTrack(track.endpointId, track.key, "run");
  await store.findRun(track.endpointId, "run");
  await store.findRuns([{ endpointId: track.endpointId, runId: "run" }]);
  await store.recentDurations(track.id, 30);
  const line = { endpointId: track.endpointId, keyPrefix: "key", environmentKind: null };
  await store.lineDurations(line, 30, "default branch");
  await store.lineDurations(line, 30, "all branches");
  await store.lastRunOfLine(line);
  await store.lastConclusion(track.id, NOON);
  await store.dueChecks({ now: NOON, limit: 10 });
  const memory = {
    incidents: [incidentOf()],
    standings: [standingOf()],
    servings: [servingOf()],
    told: [toldOf()],
    folds: [foldOf()],
    cardGroups: [cardGroupOf()],
    due: [dueOf()],
  };
  await store.loadMemory(memory);
  await store.openIncidents("ep_shop", "line");
  const { id, claim } = claimed;
  const delivery = { id, claim, status: "processed", detail: null, signals: null } as const;
  const push = pushOf({ dedupeKey: "once" });
  const commands = [updateOf("s"), updateOf("s", { dedupeKey: "stream" }), push];
  await store.commitDigest(commitOf({ delivery, tracks: [{ track, run }], commands, memory }));
  const moved = { ...track, version: track.version + 1 };
  const later = { ...run, checkAt: NOON + 1 };
  const ended = { ...later, endedAt: NOON, checkAt: null };
  const writes = [
    { track: moved, run: later, before: run },
    { track: moved, run: later, before: later },
    { track: moved, run: ended, before: later },
  ];
  await store.commitDigest(commitOf({ tracks: writes }));
  await store.claimDue({ now: NOON, limit: 10, leaseMs: LEASE_MS });
  await store.nextDue();
  await dispatch(store);
}

async function dispatch(store: Store): Promise<void> {
  await store.dueAccounts(NOON);
  await store.loadAccount("default");
  const [stream, push] = (await claimCommands(store)).toSorted((a, b) => b.priority - a.priority);
  if (!stream || !push) throw new Error("There is nothing to send.");
  await store.nextCommandDue(NOON);
  await store.findStream("s");
  const confirmed = {
    streamKey: "s",
    account: "default",
    alive: true,
    confirmedHash: "h",
    confirmedState: null,
    confirmedAt: NOON,
  };
  const next = updateOf("s", { priority: 1 });
  await store.settleCommand(settlementOf(stream, { stream: confirmed, next }));
  const again = {
    status: "pending",
    notBefore: NOON,
    reason: "no",
    possibleRepeat: false,
  } as const;
  await store.settleCommand(settlementOf(push, { result: again }));
  const [end] = await claimCommands(store);
  if (end) await store.settleCommand(settlementOf(end));
}

describe("SQLite", () => {
  /** What is read from end to end and is small: values, and indexes of nothing but what is open. */
  const SMALL = [
    /^SCAN (\d+ )?CONSTANT ROWS?$/,
    /^SCAN (k|names|open|\(subquery-\d+\)) VIRTUAL TABLE INDEX|^SCAN (k|names|open|\(subquery-\d+\))$/,
    /^SCAN \w+ USING (COVERING )?INDEX (commands_to_claim|commands_open_on_streams|commands_sending)$/,
    /^SCAN \w+ USING (COVERING )?INDEX deliveries_to_digest$/,
  ];
  const isScan = (detail: string) =>
    detail.startsWith("SCAN") && !SMALL.some((small) => small.test(detail));

  test("no statement of the pipeline scans a table", async () => {
    const { driver, store, texts } = await openNoted();
    await runPipeline(store);
    expect(texts.size).toBeGreaterThan(40);
    const scans: Record<string, string[]> = {};
    for (const sql of texts) {
      const found = (await planOf(driver, sql)).filter(isScan);
      if (found.length > 0) scans[sql] = found;
    }
    expect(scans).toEqual({});
    await driver.close();
  });

  test.each(["pending", "sending", "dead"] as const)(
    "commands that are %s are listed by an index that has few others",
    async (status) => {
      const { driver, store, texts } = await openNoted();
      await store.listCommands({ limit: 10, status });
      const plans = await Promise.all([...texts].map((sql) => planOf(driver, sql)));
      expect(plans.flat().join()).toMatch(/INDEX commands_(to_claim|sending|dead)/);
      expect(plans.flat().join()).not.toContain("PRIMARY KEY");
      await driver.close();
    },
  );
});

/** An empty store, and the texts of all that it runs from now on. */
async function openNoted() {
  const driver = openSqlite(":memory:");
  const migrations = readMigrations("sqlite");
  await migrateSqlite(driver, migrations);
  const texts = new Set<string>();
  const batch: typeof driver.batch = (statements, durability) => {
    for (const { sql } of statements) texts.add(sql);
    return driver.batch(statements, durability);
  };
  return { driver, texts, store: sqliteStore({ ...driver, batch }, migrations) };
}

async function planOf(driver: Pick<SqliteDriver, "batch">, sql: string): Promise<string[]> {
  const params = Array.from(sql.matchAll(/\?/g), () => null);
  const [plan = []] = await driver.batch([{ sql: `EXPLAIN QUERY PLAN ${sql}`, params }]);
  return plan.map((row) => String(row[3]));
}

const server = await postgresForTests();

describe.skipIf(!server)("Postgres", () => {
  test("no statement of the pipeline scans a table, where there is another way", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const client = connect({ url, max: 1, prepare: true });
    await migratePostgres(client, readMigrations("postgres"));
    const texts = new Set<string>();
    const logging = postgres(url, {
      max: 1,
      fetch_types: false,
      debug: (_connection, text) => void texts.add(text),
    });
    const store = postgresStore(logging, readMigrations("postgres"), () => undefined);
    await runPipeline(store);
    const statements = [...texts].filter((it) =>
      /^\s*(select|insert|update|delete|with)\b/i.test(it),
    );
    expect(statements.length).toBeGreaterThan(30);
    await client.unsafe("set enable_seqscan = off");
    const scans: Record<string, string[]> = {};
    for (const sql of statements) {
      const plan = await client
        .unsafe(`explain (generic_plan) ${sql}`)
        .values()
        .catch(() => explained(client, sql));
      const found = plan.map(([line]) => String(line)).filter((it) => /Seq Scan on/.test(it));
      if (found.length > 0) scans[sql] = found;
    }
    expect(scans).toEqual({});
    await store.close();
    await client.end();
  });
});

/** The generic plan, where the server is too old to explain a text with parameters by itself. */
async function explained(client: ReturnType<typeof connect>, sql: string) {
  const count = Math.max(0, ...Array.from(sql.matchAll(/\$(\d+)/g), ([, at]) => Number(at)));
  await client.unsafe("set plan_cache_mode = force_generic_plan");
  await client.unsafe(`prepare explained as ${sql}`);
  const values = Array.from({ length: count }, () => "null").join(", ");
  const call = count > 0 ? `explained(${values})` : "explained";
  const plan = await client.unsafe(`explain execute ${call}`).values();
  await client.unsafe("deallocate explained");
  return plan;
}
