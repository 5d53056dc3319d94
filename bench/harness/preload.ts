/**
 * Fills a gateway's home with deliveries that were digested long ago, and looks how many are not
 * digested yet.
 */
import { DatabaseSync } from "node:sqlite";
import postgres from "postgres";
import { httpFixture } from "../../src/cli/recordings.ts";
import { newId } from "../../src/util/id.ts";
import type { NewDelivery } from "../../src/model/delivery.ts";
import type { Store } from "../../src/store/port.ts";
import { databasePath } from "../../src/runtime/node/data-dir.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { bytesOf } from "../../src/util/bytes.ts";
import type { Home } from "./contestants.ts";

const BATCH = 200;
const ENDPOINTS = 20;
const AGE_MS = 20 * 24 * 3_600_000;
const DIGESTED = "update deliveries set status = 'processed', digested_at = received_at";

const recorded = httpFixture("github", "deployment_status__preview-success");

/**
 * `count` deliveries of about 10 KB, received one a second since twenty days ago at the earliest.
 */
export async function preload(home: Home, count: number): Promise<void> {
  const store = await openStore(home);
  const startsAt = Date.now() - AGE_MS;
  for (let stored = 0; stored < count; stored += BATCH) {
    const size = Math.min(BATCH, count - stored);
    await store.storeDeliveries(
      Array.from({ length: size }, (_, index) => deliveryOf(stored + index, startsAt)),
    );
  }
  await store.close();
  await execute(home, DIGESTED);
  if (home.url !== undefined) await execute(home, "vacuum analyze deliveries");
}

function deliveryOf(n: number, startsAt: number): NewDelivery {
  const at = startsAt + n * 1_000;
  return {
    id: newId("dlv", at),
    endpointId: `ep_preloaded${n % ENDPOINTS}`,
    provider: "github",
    event: "deployment_status",
    providerDeliveryId: `preloaded-${n}`,
    receivedAt: at,
    contentType: "application/json",
    headers: recorded.headers,
    body: bytesOf(`${recorded.body} ${" ".repeat(n % 7)}`),
    bodyRedacted: false,
    verification: { scheme: "hmac", secretId: null },
  };
}

function openStore({ dataDir, url }: Home): Promise<Store> {
  return url === undefined
    ? createSqliteStore({ file: databasePath(dataDir) })
    : createPostgresStore({ url, max: 1 });
}

/** How many deliveries are stored and not digested. */
export async function countWaiting(home: Home): Promise<number> {
  const [row] = await execute(
    home,
    "select count(*) as n from deliveries where status = 'received'",
  );
  return Number(row?.["n"] ?? Number.NaN);
}

async function execute({ dataDir, url }: Home, sql: string): Promise<Record<string, unknown>[]> {
  if (url === undefined) {
    const database = new DatabaseSync(databasePath(dataDir));
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  }
  const client = postgres(url, { max: 1 });
  try {
    return [...(await client.unsafe(sql))];
  } finally {
    await client.end();
  }
}
