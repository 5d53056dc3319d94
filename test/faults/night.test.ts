/**
 * A bad night: the core API away, the key expired, the database restarted, the disk full, a forger.
 * Each is named within a minute, with what to do, wherever an operator looks: on `/readyz`, in the
 * metrics, in the log and on the console's page.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import type { GatewayProcess } from "../support/gateway-process.ts";
import { ownCluster } from "../support/postgres.ts";
import { startFleet } from "../support/simulation/fleet.ts";
import type { Fleet } from "../support/simulation/fleet.ts";
import { sightOf } from "../support/simulation/operator-view.ts";
import type { Sight, Trouble } from "../support/simulation/operator-view.ts";
import { reportTable } from "../support/simulation/report.ts";
import type { Row } from "../support/simulation/report.ts";

const TOKEN = "admin-token-of-a-bad-night-0123";
const WITHIN = { timeout: 60_000, interval: 500 };
const FORGERIES_A_SECOND = 100;

const cluster = await ownCluster();
/** Mounting takes root. */
const canMount = process.getuid?.() === 0;
const FAULTS = 3 + (cluster ? 1 : 0) + (canMount ? 1 : 0);
const rows: Row[] = [];

afterAll(async () => {
  await cluster?.stop();
  const verdict = `Each of ${FAULTS} troubles of a night was named within a minute on /readyz, in the metrics, the log and the console.`;
  reportTable("A bad night", rows, rows.length === FAULTS ? verdict : undefined);
});

async function withFleet(use: (fleet: Fleet) => Promise<void>): Promise<void> {
  const fleet = await startFleet();
  try {
    await use(fleet);
  } finally {
    await fleet.close();
  }
}

/** Goes on making trouble until all places name it. */
async function named(
  fault: string,
  gateway: GatewayProcess,
  trouble: Trouble,
  goOn: () => Promise<unknown> = async () => undefined,
): Promise<Sight> {
  const since = Date.now();
  const sight = await vi.waitFor(async () => {
    await goOn();
    const seen = await sightOf(gateway, TOKEN, trouble);
    if (!seen) throw new Error(`${fault} is not named; the log: ${gateway.output().slice(-2_000)}`);
    return seen;
  }, WITHIN);
  const seconds = Math.round((Date.now() - since) / 1000);
  const { kind } = trouble;
  rows.push({ fault, "after s": seconds, kind, console: sight.console });
  return sight;
}

/** Fails another deployment. */
async function fail(fleet: Fleet, gateway: GatewayProcess, hook: string): Promise<Response> {
  return fleet.post(gateway, hook, {
    track: fleet.acknowledged.size,
    run: 1,
    stage: "failed",
    at: Date.now(),
  });
}

const withToken = { ADMIN_TOKEN: TOKEN };

describe.concurrent("a bad night", () => {
  test("the core API is away", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => {
      const gateway = await fleet.start(withToken);
      const hook = await fleet.createHook(gateway);
      fleet.core.answer(() => new Response("Bad gateway", { status: 502 }));
      const trouble = {
        kind: "core_api_away",
        log: /the core API does not answer/,
        console: /ActivitySmith does not answer/,
      };
      await named("the core API is away", gateway, trouble, () => fail(fleet, gateway, hook));
    });
  });

  test("the API key has expired", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => {
      const gateway = await fleet.start(withToken);
      const hook = await fleet.createHook(gateway);
      fleet.core.answer(() => Response.json({ error: "Unauthorized" }, { status: 401 }));
      const trouble = {
        kind: "api_key_refused",
        log: /refuses the API key/,
        console: /refuses the API key.*Set ACTIVITYSMITH_API_KEY/,
      };
      await named("the API key has expired", gateway, trouble, () => fail(fleet, gateway, hook));
    });
  });

  test.skipIf(!cluster)("the database is restarted", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => {
      if (!cluster) throw new Error("no cluster");
      const gateway = await fleet.start({ ...withToken, DATABASE_URL: cluster.url });
      const hook = await fleet.createHook(gateway);
      // An endpoint that was asked for since the start is known while the database is away.
      expect((await fail(fleet, gateway, hook)).status).toBe(200);
      cluster.crash();
      const trouble = {
        kind: "store_away",
        log: /did not take it|not ready|is away/,
        console: /The database does not answer.*nothing is lost/,
      };
      try {
        await named("the database is restarted", gateway, trouble, async () =>
          expect((await fail(fleet, gateway, hook)).status).toBe(200),
        );
      } finally {
        cluster.start();
      }
      const ready = async () => (await gateway.admin("GET", "/readyz")).json();
      await vi.waitFor(async () => expect(await ready()).toMatchObject({ status: "ok" }), WITHIN);
    });
  });

  test.skipIf(!canMount)("the disk is full", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => {
      const disk = join(fleet.folder, "disk");
      mkdirSync(disk);
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", disk]);
      try {
        const gateway = await fleet.start({ ...withToken, DATA_DIR: disk });
        const hook = await fleet.createHook(gateway);
        let last = 200;
        while (last === 200) ({ status: last } = await fail(fleet, gateway, hook));
        expect(last).toBe(503);
        const trouble = {
          kind: "intake_blocked",
          log: /ENOSPC|disk is full|no room|store_unavailable/,
          console: /Make room on the disk/,
        };
        await named("the disk is full", gateway, trouble, () => fail(fleet, gateway, hook));
      } finally {
        execFileSync("umount", ["-l", disk]);
      }
    });
  });

  test("a forger, a hundred times a second", async () => {
    expect.hasAssertions();
    await withFleet(async (fleet) => {
      const gateway = await fleet.start(withToken);
      const hook = await fleet.createHook(gateway);
      const headers = { "content-type": "application/json", "x-vercel-signature": "0".repeat(40) };
      const forge = async () =>
        (await fetch(gateway.url + hook, { method: "POST", headers, body: "{}" })).status;
      const aSecond = () => Promise.all(Array.from({ length: FORGERIES_A_SECOND }, forge));
      const trouble = {
        kind: "refused_flood",
        log: /verification_failed/,
        console: /requests to the endpoint are refused.*See them/,
      };
      await named("a forger, 100 a second", gateway, trouble, async () =>
        expect(new Set(await aSecond())).toEqual(new Set([401])),
      );
      const lines = gateway.output().match(/verification_failed/g) ?? [];
      expect(lines.length).toBeLessThan(FORGERIES_A_SECOND / 10);
    });
  });
});
