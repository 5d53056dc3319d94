/** A disk that takes no more: what cannot be stored is refused, what was acknowledged stays. */
import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { Spool } from "../../src/runtime/node/spool/spool.ts";
import { withSpool } from "../../src/runtime/node/spool/spooled-store.ts";
import { httpFixture } from "../support/fixtures.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { lostIn, startFleet } from "../support/simulation/fleet.ts";
import type { Fleet } from "../support/simulation/fleet.ts";
import { reportTable } from "../support/simulation/report.ts";

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

test("where neither store nor spool can take it, the sender is to come again", async () => {
  const diskFull = () => Promise.reject(new Error("ENOSPC: no space left on device"));
  const store = await createSqliteStore({ file: ":memory:" });
  const spool: Spool = {
    size: 0,
    damaged: 0,
    append: diskFull,
    probe: diskFull,
    drain: async () => undefined,
    close: async () => undefined,
  };
  const setAside = { size: 0, keep: diskFull, close: async () => undefined };
  const broken = withSpool({ ...store, storeDeliveries: diskFull }, spool, setAside, silent);
  const gateway = await startGateway({ store: broken });
  const endpoint = await endpointFor(gateway, "vercel");
  const answer = await send(
    gateway,
    endpoint,
    httpFixture("vercel", "deployment.created__production"),
  );
  expect(answer.status).toBe(503);
  expect(answer.headers.get("retry-after")).toBe("5");
  await gateway.close();
});

/** Mounting takes root; elsewhere the test above has to do. */
describe.skipIf(process.getuid?.() !== 0)("a small disk", () => {
  let fleet: Fleet;
  let disk: string;
  const mount = (options: string) =>
    execFileSync("mount", ["-t", "tmpfs", "-o", options, "tmpfs", disk]);
  beforeEach(async () => {
    fleet = await startFleet();
    disk = join(fleet.folder, "disk");
    mkdirSync(disk);
    mount("size=1m");
  });
  afterEach(async () => {
    execFileSync("umount", ["-l", disk]);
    await fleet.close();
  });

  test("refuses when it is full, and keeps what it took", async () => {
    const gateway = await fleet.start({ DATA_DIR: disk });
    const hook = await fleet.createHook(gateway);
    const post = (run: number, stage: Stage) =>
      fleet.post(gateway, hook, { track: 0, run, stage, at: Date.now() });
    let taken = 0;
    let answer = await post(taken, "created");
    while (answer.status === 200 && taken < 2_000) {
      taken += 1;
      answer = await post(taken, "created");
    }
    expect(answer.status).toBe(503);
    expect(answer.headers.get("retry-after")).toBe("5");
    const readiness = async () => (await gateway.admin("GET", "/readyz")).status;
    expect(await readiness()).toBe(503);
    mount("remount,size=64m");
    await expect.poll(readiness).toBe(200);
    expect((await post(taken, "created")).status).toBe(200);
    expect((await post(taken, "succeeded")).status).toBe(200);
    await gateway.end("SIGKILL");
    const again = await fleet.start({ DATA_DIR: disk });
    await fleet.core.until((calls) => calls.some(({ method }) => method === "DELETE"));
    await expect.poll(() => lostIn(fleet, again), { interval: 250 }).toEqual([]);
    reportTable(
      "A full disk",
      [{ acknowledged: fleet.acknowledged.size, "refused with 503": 1, lost: 0 }],
      "Nothing acknowledged was lost by a full disk: what it could not take was refused.",
    );
  });
});
