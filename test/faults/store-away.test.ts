/**
 * Postgres goes away or stalls under load: what was acknowledged is stored and forwarded
 * afterwards.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { GatewayProcess } from "../support/gateway-process.ts";
import { ownCluster, postgresForTests, standbyOf } from "../support/postgres.ts";
import type { Cluster } from "../support/postgres.ts";
import type { DeploymentEvent, Stage } from "../support/simulation/deployments.ts";
import { IS_FULL } from "../support/simulation/extent.ts";
import {
  callsByTrack,
  haveEnded,
  lostIn,
  startFleet,
  tearTail,
} from "../support/simulation/fleet.ts";
import type { Fleet } from "../support/simulation/fleet.ts";
import { reportTable } from "../support/simulation/report.ts";
import type { Row } from "../support/simulation/report.ts";
import { startProxy } from "../support/simulation/stalling-proxy.ts";

const TRACKS = IS_FULL ? 60 : 12;
const STARTED_AT = Date.now();
const FAULTS = 5;
const LOST_ONE_IN = 25;
/** How long Postgres is stopped under load at least. */
const STOPPED_MS = IS_FULL ? 60_000 : 0;
const postgres = await postgresForTests();
const clusters = [await ownCluster(), await ownCluster(), await ownCluster()] as const;
const [stopped, stoppedToo, followed] = clusters;
const rows: Row[] = [];

afterAll(async () => {
  for (const cluster of clusters) await cluster?.stop();
  const acknowledged = rows.reduce((sum, row) => sum + Number(row["acknowledged"]), 0);
  const verdict = `Nothing acknowledged was lost while the store was away: ${acknowledged} deliveries in ${rows.length} faults.`;
  reportTable("The store away under load", rows, rows.length === FAULTS ? verdict : undefined);
});

const event = (track: number, stage: Stage, run = 1): DeploymentEvent => ({
  track,
  run,
  stage,
  at: STARTED_AT + ["created", "ready", "succeeded", "failed"].indexOf(stage) * 1000,
});

async function withFleet(use: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await startFleet();
  try {
    await use(fleet);
  } finally {
    await fleet.close();
  }
}

/** Posts this stage of every track, over so many ms; answers the statuses that it got. */
async function postAll(
  fleet: Fleet,
  gateway: GatewayProcess,
  hook: string,
  stage: Stage,
  tracks = range(0, TRACKS),
  overMs = 0,
): Promise<ReadonlySet<number>> {
  const answers = await Promise.all(
    tracks.map(async (track, at) => {
      await sleep((at * overMs) / tracks.length);
      return fleet.post(gateway, hook, event(track, stage));
    }),
  );
  return new Set(answers.map(({ status }) => status));
}

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at);

const ALL_TAKEN = new Set([200]);

async function readiness(gateway: GatewayProcess) {
  const answer = await gateway.admin("GET", "/readyz");
  return { status: answer.status, body: await answer.json() };
}

/** Claims that were held when the store went away run out first. */
const DIGESTED_WITHIN = { timeout: 60_000, interval: 250 };

interface Outage {
  readonly fault: string;
  readonly awayMs: number;
}

/** Nothing acknowledged is missing, now or a little later. */
async function countLost(fleet: Fleet, gateway: GatewayProcess, outage: Outage): Promise<void> {
  const nothingIsLost = async () => expect(await lostIn(fleet, gateway)).toEqual([]);
  await vi.waitFor(nothingIsLost, DIGESTED_WITHIN);
  const acknowledged = fleet.acknowledged.size;
  const { fault, awayMs } = outage;
  const calls = fleet.core.calls.length;
  rows.push({ fault, "away s": awayMs / 1000, acknowledged, calls, lost: 0 });
}

/** Every track ended last on the screen, in its true state, and was pushed once. */
async function judge(fleet: Fleet, gateway: GatewayProcess, outage: Outage): Promise<void> {
  await fleet.core.until(haveEnded(TRACKS));
  await countLost(fleet, gateway, outage);
  const byTrack = callsByTrack(fleet.core.calls);
  expect(byTrack.size).toBe(TRACKS);
  for (const own of byTrack.values()) {
    const stream = own.filter(({ method }) => method !== "POST");
    expect(stream.at(-1)?.method).toBe("DELETE");
    expect(stream.at(-1)?.body["content_state"]).toMatchObject({ color: "green" });
    expect(own.filter(({ method }) => method === "POST")).toHaveLength(1);
  }
}

const spoolOf = (fleet: Fleet) => join(fleet.folder, "data", "spool-0.log");

async function stopUnderLoad(fleet: Fleet, cluster: Cluster): Promise<void> {
  const gateway = await fleet.start({ DATABASE_URL: cluster.url });
  const hook = await fleet.createHook(gateway);
  expect(await postAll(fleet, gateway, hook, "created")).toEqual(ALL_TAKEN);
  cluster.crash();
  const goneAt = Date.now();
  try {
    const [all, first] = [range(0, TRACKS), range(0, TRACKS / 2)];
    expect(await postAll(fleet, gateway, hook, "ready", all, STOPPED_MS)).toEqual(ALL_TAKEN);
    expect(await postAll(fleet, gateway, hook, "succeeded", first)).toEqual(ALL_TAKEN);
    expect(await readiness(gateway)).toMatchObject({
      status: 200,
      body: { status: "degraded", store: "unreachable", spooled: TRACKS * 1.5 },
    });
  } finally {
    cluster.start();
  }
  const awayMs = Date.now() - goneAt;
  const rest = range(TRACKS / 2, TRACKS);
  expect(await postAll(fleet, gateway, hook, "succeeded", rest)).toEqual(ALL_TAKEN);
  await judge(fleet, gateway, { fault: "Postgres stopped under load", awayMs });
  expect(statSync(spoolOf(fleet)).size).toBe(0);
  expect(await readiness(gateway)).toMatchObject({ body: { status: "ok", spooled: 0 } });
}

async function killWhileSpooled(fleet: Fleet, cluster: Cluster): Promise<void> {
  const first = await fleet.start({ DATABASE_URL: cluster.url });
  const hook = await fleet.createHook(first);
  expect(await postAll(fleet, first, hook, "created")).toEqual(ALL_TAKEN);
  await fleet.core.until((calls) => calls.length >= TRACKS);
  cluster.crash();
  const goneAt = Date.now();
  try {
    expect(await postAll(fleet, first, hook, "succeeded")).toEqual(ALL_TAKEN);
    await first.end("SIGKILL");
    tearTail(spoolOf(fleet));
  } finally {
    cluster.start();
  }
  const awayMs = Date.now() - goneAt;
  const second = await fleet.start({ DATABASE_URL: cluster.url });
  await judge(fleet, second, { fault: "… and the gateway killed, its spool torn", awayMs });
  expect(statSync(spoolOf(fleet)).size).toBe(0);
}

async function stallUnderLoad(fleet: Fleet, databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const proxy = await startProxy(Number(url.port || "5432"), url.hostname);
  try {
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    const gateway = await fleet.start({ DATABASE_URL: url.href });
    const hook = await fleet.createHook(gateway);
    expect(await postAll(fleet, gateway, hook, "created")).toEqual(ALL_TAKEN);
    proxy.stall();
    const goneAt = Date.now();
    expect(await postAll(fleet, gateway, hook, "ready")).toEqual(ALL_TAKEN);
    expect(await postAll(fleet, gateway, hook, "succeeded")).toEqual(ALL_TAKEN);
    expect(await readiness(gateway)).toMatchObject({ body: { status: "degraded" } });
    proxy.resume();
    const awayMs = Date.now() - goneAt;
    await judge(fleet, gateway, { fault: "Postgres stalled under load", awayMs });
  } finally {
    await proxy.close();
  }
}

/**
 * Of what the gateway asks the server every so manieth answer is lost, with its connection: whether it
 * was done only the server knows.
 */
async function loseAnswers(fleet: Fleet, databaseUrl: string): Promise<void> {
  const url = new URL(databaseUrl);
  const proxy = await startProxy(Number(url.port || "5432"), url.hostname);
  try {
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    const gateway = await fleet.start({ DATABASE_URL: url.href });
    const hook = await fleet.createHook(gateway);
    proxy.loseOneIn(LOST_ONE_IN);
    const begunAt = Date.now();
    for (const stage of ["created", "ready", "succeeded"] as const)
      expect(await postAll(fleet, gateway, hook, stage)).toEqual(ALL_TAKEN);
    proxy.loseOneIn(0);
    await judge(fleet, gateway, { fault: "answers lost under load", awayMs: Date.now() - begunAt });
  } finally {
    await proxy.close();
  }
}

/** The hosts of both in one URL, as libpq has it. */
const hostsOf = (first: Cluster, second: Cluster): string =>
  first.url.replace(/(127\.0\.0\.1:\d+)/, `$1,${new URL(second.url).host}`);

/** Between the end of the one and the promotion of the other only a server that takes no write is there. */
async function failOver(fleet: Fleet, primary: Cluster): Promise<void> {
  const standby = await standbyOf(primary.url);
  try {
    const gateway = await fleet.start({ DATABASE_URL: hostsOf(primary, standby) });
    const hook = await fleet.createHook(gateway);
    expect(await postAll(fleet, gateway, hook, "created")).toEqual(ALL_TAKEN);
    primary.crash();
    const goneAt = Date.now();
    expect(await postAll(fleet, gateway, hook, "ready")).toEqual(ALL_TAKEN);
    standby.promote();
    const awayMs = Date.now() - goneAt;
    const made = await gateway.createEndpoint({ provider: "github" });
    expect(await postAll(fleet, gateway, hook, "succeeded")).toEqual(ALL_TAKEN);
    await judge(fleet, gateway, { fault: "a standby promoted under load", awayMs });
    expect((await gateway.admin("GET", `/api/v1/endpoints/${made.id}`)).status).toBe(200);
  } finally {
    await standby.stop();
    primary.start();
  }
}

/** Most of it is waiting for claims that were held when the store went away. */
describe.concurrent("Postgres", { timeout: IS_FULL ? 240_000 : 90_000 }, () => {
  test.skipIf(!stopped)("stopped under load and started again", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => stopped && stopUnderLoad(fleet, stopped));
  });

  test.skipIf(!stoppedToo)("stopped, and the gateway killed while deliveries wait", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => stoppedToo && killWhileSpooled(fleet, stoppedToo));
  });

  test.skipIf(!postgres)("stalled: connections stay open and nothing answers", async () => {
    expect.hasAssertions();
    const url = (await postgres?.createDatabase()) ?? "";
    await withFleet((fleet) => stallUnderLoad(fleet, url));
  });
});

/** After the others, which wait most of their time: all at once are too much for a small machine. */
describe("Postgres", { timeout: IS_FULL ? 240_000 : 90_000 }, () => {
  test.skipIf(!postgres)("reached over a line that breaks: answers are lost", async () => {
    expect.hasAssertions();
    const url = (await postgres?.createDatabase()) ?? "";
    await withFleet((fleet) => loseAnswers(fleet, url));
  });

  test.skipIf(!followed)("crashed, and its standby promoted", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => followed && failOver(fleet, followed));
  });
});
