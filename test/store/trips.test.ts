/**
 * Round trips to the database by stage, of one production success of Vercel: four deliveries at
 * their recorded times, of the second deployment of a project. On D1 a batch is a trip; on Postgres
 * they are counted on the wire. `src/store/schema.md` has the table.
 */
import { afterEach, expect, test } from "vitest";
import { readMigrations } from "../../src/runtime/database/migration-files.ts";
import { openSqlite } from "../../src/runtime/database/node-sqlite.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { migrateSqlite } from "../../src/store/sqlite/migrate.ts";
import { sqliteStore } from "../../src/store/sqlite/store.ts";
import type { Store } from "../../src/store/port.ts";
import { startCountingRelay } from "../support/counting-relay.ts";
import { httpFixture } from "../support/fixtures.ts";
import type { HttpFixture } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { postgresForTests } from "../support/postgres.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";

/** When each was recorded, in ms after the first. */
const LIFECYCLE = [
  { name: "deployment.created__production", at: 0 },
  { name: "deployment.ready__production", at: 34_120 },
  { name: "deployment.succeeded__production", at: 36_050 },
  { name: "deployment.promoted__production", at: 38_240 },
];
const RECORDED_AT = 1_793_610_000_000;
const HOUR_MS = 3_600_000;
/** Longer than a success stays on the screen. */
const AFTERWARDS_MS = 12 * 60_000;

const STAGES = ["receive", "digest", "dispatch"] as const;
type Trips = Record<(typeof STAGES)[number], number>;

interface Counted {
  readonly store: Store;
  readonly isBilledByRows: boolean;
  readonly trips: () => number;
  readonly reset: () => void;
  readonly stop: () => Promise<unknown>;
}

/** The store of D1, each batch of which is a trip. */
async function likeD1(): Promise<Counted> {
  const driver = openSqlite(":memory:");
  const migrations = readMigrations("sqlite");
  await migrateSqlite(driver, migrations);
  let trips = 0;
  const batch: typeof driver.batch = (statements, durability) => {
    trips += 1;
    return driver.batch(statements, durability);
  };
  const store = sqliteStore({ ...driver, batch, maxParameters: 100 }, migrations);
  const reset = () => void (trips = 0);
  return { store, isBilledByRows: true, trips: () => trips, reset, stop: async () => undefined };
}

async function onPostgres(url: string): Promise<Counted> {
  const { hostname, port } = new URL(url);
  const relay = await startCountingRelay({ hostname, port: Number(port || "5432") });
  const through = new URL(url);
  through.host = `127.0.0.1:${relay.port}`;
  const store = await createPostgresStore({ url: through.href, max: 1 });
  return { ...relay, store, isBilledByRows: false };
}

let stopAll: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const stop of stopAll.toReversed()) await stop();
  stopAll = [];
});

/** The deployment of that number, with ids and times of its own. */
function nth(fixture: HttpFixture, number: number): HttpFixture {
  const body = fixture.body
    .replaceAll(/\b(evt|dpl)_/g, `$1_${number}`)
    .replaceAll(/\b17936\d{8}\b/g, (at) => String(Number(at) + number * HOUR_MS));
  return { ...fixture, body };
}

/** Each stage until it finds nothing, as the loops of a process would. */
async function workOff(gateway: TestGateway, counted: Counted, trips: Trips): Promise<void> {
  const { steps } = gateway;
  for (let done = 1; done > 0;) {
    counted.reset();
    done = await steps.digest();
    trips.digest += done > 0 ? counted.trips() : 0;
    counted.reset();
    const begun = await steps.dispatch();
    await steps.idle();
    trips.dispatch += begun > 0 ? counted.trips() : 0;
    done += begun;
  }
}

async function deploy(
  gateway: TestGateway,
  endpoint: TestEndpoint,
  counted: Counted,
  number: number,
): Promise<Trips> {
  const trips: Trips = { receive: 0, digest: 0, dispatch: 0 };
  const begin = RECORDED_AT + number * HOUR_MS;
  const until = async (at: number) => {
    gateway.clock.advance(at - gateway.clock.now());
    await workOff(gateway, counted, trips);
  };
  for (const { name, at } of LIFECYCLE) {
    await until(begin + at);
    counted.reset();
    const fixture = nth(httpFixture("vercel", name), number);
    expect((await send(gateway, endpoint, fixture)).status).toBe(200);
    trips.receive += counted.trips();
    await workOff(gateway, counted, trips);
  }
  for (let minute = 0; minute * 60_000 < AFTERWARDS_MS; minute++)
    await until(begin + 40_000 + minute * 60_000);
  return trips;
}

async function tripsADelivery(counted: Counted): Promise<Trips> {
  const { store, isBilledByRows } = counted;
  const gateway = await startGateway({ store, isBilledByRows, startsAt: RECORDED_AT });
  stopAll.push(counted.stop, () => gateway.close());
  const endpoint = await endpointFor(gateway, "vercel", { name: "web-shop" });
  await deploy(gateway, endpoint, counted, 1);
  const calls = gateway.core.calls.length;
  const trips = await deploy(gateway, endpoint, counted, 2);
  expect(gateway.core.calls.length - calls).toBe(LIFECYCLE.length);
  for (const stage of STAGES) trips[stage] /= LIFECYCLE.length;
  return trips;
}

/** A delivery. The quarter is the endpoint, looked up once. */
const MOST = {
  d1: { receive: 1.25, digest: 8, dispatch: 7.25 },
  postgres: { receive: 1.25, digest: 12.5, dispatch: 11.25 },
} as const;

/** Stages that take more trips than that, or none, as nothing would be counted then. */
const unlike = (trips: Trips, most: Trips) =>
  STAGES.filter((stage) => trips[stage] === 0 || trips[stage] > most[stage]);

test("on D1", async () => {
  expect(unlike(await tripsADelivery(await likeD1()), MOST.d1)).toEqual([]);
});

const server = await postgresForTests();

test.skipIf(!server)("on Postgres", async () => {
  const url = (await server?.createDatabase()) ?? "";
  expect(unlike(await tripsADelivery(await onPostgres(url)), MOST.postgres)).toEqual([]);
});
