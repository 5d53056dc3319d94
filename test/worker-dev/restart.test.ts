/**
 * The Worker under `wrangler dev`: takes over what a gateway on Node had, outlives its sudden death,
 * and gives all of it back.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { admin, createEndpoint, deliver, SECRET } from "../contract/target.ts";
import type { Target } from "../contract/target.ts";
import { deliveriesOf, readLifecycle } from "../../src/cli/recordings.ts";
import { backUp, backupText, keepBackup, restore } from "../../src/runtime/backup/backup.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { ADMIN_TOKEN } from "../worker/secrets.ts";
import { postgresForTests } from "../support/postgres.ts";
import { startGateway } from "../support/start-gateway.ts";
import { devFolder } from "./dev-worker.ts";
import type { DevWorker } from "./dev-worker.ts";

/** Wake-ups wait this long for others, so that death comes between the queue and its consumer. */
const folder = await devFolder((toml) =>
  toml.replace(/^max_batch_timeout = .*/gm, "max_batch_timeout = 60"),
);
let worker: DevWorker | undefined;
const files = mkdtempSync(join(tmpdir(), "worker-backup-"));
const postgres = await postgresForTests();
const NOW = new Date("2026-11-20T10:00:00Z");

afterAll(async () => {
  await worker?.kill();
  folder.remove();
  rmSync(files, { recursive: true });
});

/** Rows only, in an order of their own: databases tell them as they find them. */
const rowsIn = (file: string): string[] =>
  readFileSync(file, "utf8").trimEnd().split("\n").slice(1, -1).toSorted();

/** A gateway on Node that has worked off a deployment, and the file that its backup is in. */
async function backupOfNode(): Promise<string> {
  const DATA_DIR = join(files, "origin");
  mkdirSync(DATA_DIR);
  const store = await createSqliteStore({ file: join(DATA_DIR, "gateway.db") });
  const gateway = await startGateway({ store });
  const endpoint = await gateway.createEndpoint("vercel", { secret: SECRET });
  const target = { ...gateway, adminToken: ADMIN_TOKEN };
  for (const { body } of deliveriesOf(readLifecycle("vercel", "production-failure")))
    expect((await deliver(target, endpoint, body)).status).toBe(200);
  await gateway.settle();
  await gateway.close();
  const file = join(files, "origin.backup");
  await backUp({ DATABASE_URL: undefined, DATA_DIR }, file, NOW);
  return file;
}

/** By Postgres where the machine has one. */
async function viaPostgres(from: string): Promise<string> {
  if (!postgres) return from;
  const DATABASE_URL = await postgres.createDatabase({ empty: true });
  const there = { DATABASE_URL, DATA_DIR: join(files, "unused") };
  await restore(there, from);
  const file = join(files, "postgres.backup.gz");
  await backUp(there, file, NOW);
  return file;
}

const targetOf = ({ url }: DevWorker): Target => ({
  fetch: (path, init) => fetch(url + path, init),
  adminToken: ADMIN_TOKEN,
  settle: async () => undefined,
});

const screenOf = async (running: DevWorker): Promise<unknown> =>
  (await admin(targetOf(running), "GET", "/preview/state")).json();

const post = (running: DevWorker, path: string, body: ReadableStream | null): Promise<Response> =>
  fetch(running.url + path, {
    method: "POST",
    headers: { authorization: `Bearer ${ADMIN_TOKEN}` },
    ...(body && { body, duplex: "half" as const }),
  });

test("SQLite → Postgres → D1 → SQLite: every row comes through", async () => {
  const origin = await backupOfNode();
  const moved = await viaPostgres(origin);
  const running = await folder.start();
  worker = running;
  const restored = await post(running, "/api/v1/restore", backupText(moved));
  expect(await restored.json()).toMatchObject({ rows: { endpoints: 1 }, left_out: 0 });
  const back = join(files, "d1.backup.gz");
  await keepBackup(await post(running, "/api/v1/backup", null), back);
  const DATA_DIR = join(files, "back");
  await restore({ DATABASE_URL: undefined, DATA_DIR }, back);
  const again = join(files, "again.backup");
  await backUp({ DATABASE_URL: undefined, DATA_DIR }, again, NOW);
  expect(rowsIn(again)).toEqual(rowsIn(origin));
  expect(rowsIn(again).length).toBeGreaterThan(10);
});

test("killed between queue and consumer", async () => {
  const first = worker ?? (await folder.start());
  worker = first;
  const endpoint = await createEndpoint(targetOf(first), {});
  for (const { body } of deliveriesOf(readLifecycle("vercel", "production-success"))) {
    expect((await deliver(targetOf(first), endpoint, body)).status).toBe(200);
  }
  expect(await screenOf(first)).toMatchObject({ activities: [] });
  await first.kill();

  const second = await folder.start();
  worker = second;
  expect(await screenOf(second)).toMatchObject({ activities: [] });
  const sweep = () => fetch(`${second.url}/cdn-cgi/local/scheduled`);
  await vi.waitFor(
    async () => {
      expect((await sweep()).ok).toBe(true);
      const green = { activities: [{ contentState: { color: "green" } }] };
      expect(await screenOf(second)).toMatchObject(green);
    },
    { timeout: 60_000, interval: 1_000 },
  );
});
