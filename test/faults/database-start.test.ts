/**
 * A gateway that starts while its Postgres is away, behind a pooler, or in front of a server that
 * hangs: it listens, says so, and ends when told to.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import { runToEnd, startProcess } from "../support/gateway-process.ts";
import type { GatewayProcess } from "../support/gateway-process.ts";
import { findPooler, startPooler } from "../support/pooler.ts";
import { ownCluster, postgresForTests } from "../support/postgres.ts";
import { startFleet } from "../support/simulation/fleet.ts";
import { startProxy } from "../support/simulation/stalling-proxy.ts";

const ADMIN_TOKEN = "test-admin-token-0123456789";
const ENCRYPTION_KEY = Buffer.alloc(32, 7).toString("base64");
/** What service managers grant. */
const STOP_MS = 10_000;

const postgres = await postgresForTests();
const cluster = await ownCluster();
const program = findPooler();
afterAll(() => cluster?.stop());

let dataDir: string;
const started: GatewayProcess[] = [];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "gateway-"));
});
afterEach(async () => {
  for (const gateway of started.splice(0)) {
    const { child } = gateway;
    if (child.exitCode === null && child.signalCode === null) await gateway.end("SIGKILL");
  }
  rmSync(dataDir, { recursive: true, force: true });
});

const environment = (url: string) => ({
  DATA_DIR: dataDir,
  DATABASE_URL: url,
  ADMIN_TOKEN,
  ENCRYPTION_KEY,
});

async function start(url: string): Promise<GatewayProcess> {
  const gateway = await startProcess(environment(url));
  started.push(gateway);
  return gateway;
}

const statusOf = async (gateway: GatewayProcess, path: string) =>
  (await gateway.admin("GET", path)).status;

async function stopMs(gateway: GatewayProcess): Promise<number> {
  const begun = performance.now();
  expect(await gateway.end("SIGTERM")).toBe(0);
  return performance.now() - begun;
}

describe.skipIf(!cluster)("while the database is away", () => {
  test("a start listens, says 503, and goes on by itself when the database is there", async () => {
    if (!cluster) return;
    cluster.crash();
    const gateway = await start(cluster.url);
    expect(await statusOf(gateway, "/readyz")).toBe(503);
    const hook = await fetch(`${gateway.url}/hooks/ep_unknown`, { method: "POST", body: "{}" });
    expect([hook.status, hook.headers.get("retry-after")]).toEqual([503, "5"]);
    const list = await gateway.admin("GET", "/api/v1/endpoints");
    expect([list.status, list.headers.get("retry-after")]).toEqual([503, "5"]);
    cluster.start();
    await expect.poll(() => statusOf(gateway, "/readyz")).toBe(200);
    await gateway.createEndpoint({ provider: "github" });
    expect(await stopMs(gateway)).toBeLessThan(STOP_MS);
  });

  test("a stop before the database ever answered ends at once", async () => {
    if (!cluster) return;
    cluster.crash();
    const gateway = await start(cluster.url);
    // Nothing is begun that the eight seconds for work could be for.
    expect(await stopMs(gateway)).toBeLessThan(7_500);
    cluster.start();
  });
});

describe.skipIf(!postgres)("what waiting does not cure", () => {
  test("a database that is not there stops the start with a sentence", async () => {
    const url = new URL((await postgres?.createDatabase({ empty: true })) ?? "");
    url.pathname = "there_is_none";
    const { code, output } = await runToEnd(environment(url.href));
    expect(code).toBe(1);
    expect(output).toMatch(/The store cannot be opened: database "there_is_none" does not exist/);
  });
});

describe.skipIf(!postgres)("a server that hangs", () => {
  test("does not keep the process from ending, and readiness says so meanwhile", async () => {
    const url = new URL((await postgres?.createDatabase()) ?? "");
    const proxy = await startProxy(Number(url.port || "5432"), url.hostname);
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    const gateway = await start(url.href);
    expect(await statusOf(gateway, "/readyz")).toBe(200);
    proxy.stall();
    const readiness = await gateway.admin("GET", "/readyz");
    expect(await readiness.json()).toMatchObject({ status: "degraded", store: "unreachable" });
    expect(await stopMs(gateway)).toBeLessThan(STOP_MS);
    await proxy.close();
  });
});

describe.skipIf(!postgres || !program)("behind a pooler in transaction mode", () => {
  test("everything acknowledged is digested and sent by two processes, which end when told to", async () => {
    const pooler = await startPooler(program ?? "", (await postgres?.createDatabase()) ?? "");
    const fleet = await startFleet();
    const shared = { DATABASE_URL: pooler.url, ADMIN_TOKEN, ENCRYPTION_KEY };
    const gateways = [
      await fleet.start({ ...shared, DATA_DIR: join(dataDir, "one") }),
      await fleet.start({ ...shared, DATA_DIR: join(dataDir, "two") }),
    ] as const;
    const hook = await fleet.createHook(gateways[0]);
    const at = Date.now();
    for (const stage of ["created", "succeeded"] as const) {
      const answers = await Promise.all(
        Array.from({ length: 30 }, (_, track) =>
          fleet.post(gateways[track % 2 === 0 ? 0 : 1], hook, { track, run: 1, stage, at }),
        ),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
    const undigested = async () => {
      const list = await gateways[0].admin("GET", "/api/v1/deliveries?status=received");
      return (await list.json()) as unknown;
    };
    await expect.poll(undigested).toMatchObject({ data: [] });
    for (const gateway of gateways) expect(await stopMs(gateway)).toBeLessThan(STOP_MS);
    await fleet.close();
    await pooler.stop();
  });
});
