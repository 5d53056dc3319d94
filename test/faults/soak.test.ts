/**
 * Two gateways on one Postgres behind PgBouncer in transaction mode, under steady traffic, while each
 * of them is restarted in turn, and the server and the pooler too: what was acknowledged, deliveries
 * and admin writes, is there in the end. Runs for as long as it is told (`npm run selftest -- --soak`).
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { GatewayProcess } from "../support/gateway-process.ts";
import { findPooler, startPooler } from "../support/pooler.ts";
import { ownCluster } from "../support/postgres.ts";
import { SOAK_MINUTES } from "../support/simulation/extent.ts";
import { lostIn, startFleet } from "../support/simulation/fleet.ts";
import { reportTable } from "../support/simulation/report.ts";

const FAULT_EVERY_MS = 15_000;
const POST_EVERY_MS = 100;
const ADMIN_EVERY_MS = 1_000;
const TRACKS = 50;
/** What service managers grant. */
const STOP_MS = 10_000;
const AFTERWARDS_MS = 180_000;

const program = SOAK_MINUTES > 0 ? findPooler() : undefined;
const cluster = program === undefined ? undefined : await ownCluster();
afterAll(() => cluster?.stop());

const created = z.object({ id: z.string() });
const page = z.object({ data: z.array(created), next_cursor: z.string().nullish() });
const rest = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const memoryMb = ({ child }: GatewayProcess): number => {
  const [, kb] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, "utf8")) ?? [];
  return Math.round(Number(kb) / 1024);
};

/** Ids of all endpoints. */
async function endpointsOf(gateway: GatewayProcess): Promise<Set<string>> {
  const ids = new Set<string>();
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
    const answer = await gateway.admin("GET", `/api/v1/endpoints?limit=100${query}`);
    const { data, next_cursor: next } = page.parse(await answer.json());
    for (const { id } of data) ids.add(id);
    cursor = next ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** Does a step again and again until the time is over; one that is refused is for its sender to repeat. */
async function steadily(until: number, everyMs: number, step: (turn: number) => Promise<unknown>) {
  for (let turn = 0; performance.now() < until;) {
    const done = await step(turn).then(
      () => true,
      () => false,
    );
    if (done) turn += 1;
    await rest(everyMs);
  }
}

describe.skipIf(!cluster)("a soak behind a pooler", () => {
  test(
    "loses nothing that was acknowledged, whatever is restarted",
    { timeout: SOAK_MINUTES * 60_000 + AFTERWARDS_MS + 60_000 },
    async () => {
      if (!cluster || program === undefined) return;
      const pooler = await startPooler(program, cluster.url);
      const fleet = await startFleet();
      const start = (name: string) =>
        fleet.start({ DATABASE_URL: pooler.url, DATA_DIR: join(fleet.folder, name) });
      const names = ["one", "two"] as const;
      const gateways = { one: await start("one"), two: await start("two") };
      const hook = await fleet.createHook(gateways.one);
      const memoryAtStart = memoryMb(gateways.one);
      const written: string[] = [];
      const stops: number[] = [];
      const of = (turn: number) => gateways[turn % 2 === 0 ? "one" : "two"];

      const end = async (name: "one" | "two", signal: "SIGTERM" | "SIGKILL") => {
        const begun = performance.now();
        await gateways[name].end(signal);
        if (signal === "SIGTERM") stops.push(performance.now() - begun);
        gateways[name] = await start(name);
      };
      const faults = [
        () => end("one", "SIGTERM"),
        async () => {
          cluster.crash();
          await rest(3_000);
          cluster.start();
        },
        () => end("two", "SIGKILL"),
        () => pooler.restart(),
        () => end("two", "SIGTERM"),
        () => end("one", "SIGKILL"),
      ];

      const until = performance.now() + SOAK_MINUTES * 60_000;
      let attempts = 0;
      await Promise.all([
        steadily(until, POST_EVERY_MS, async (turn) => {
          const [track, number] = [turn % TRACKS, Math.floor(turn / TRACKS)];
          const stage = number % 2 === 0 ? "created" : "succeeded";
          const event = { track, run: Math.floor(number / 2), stage, at: Date.now() } as const;
          const answer = await fleet.post(of(attempts++), hook, event);
          if (answer.status !== 200) throw new Error(`${answer.status}: it comes again`);
        }),
        steadily(until, ADMIN_EVERY_MS, async (turn) => {
          const settings = { provider: "github", name: `soak ${turn}` };
          const answer = await of(attempts++).admin("POST", "/api/v1/endpoints", settings);
          if (answer.status === 201) written.push(created.parse(await answer.json()).id);
        }),
        (async () => {
          for (let turn = 0; performance.now() + FAULT_EVERY_MS < until; turn++) {
            await rest(FAULT_EVERY_MS);
            await faults[turn % faults.length]?.();
          }
        })(),
      ]);

      await expect
        .poll(() => lostIn(fleet, gateways.one).catch(() => ["not there yet"]), {
          timeout: AFTERWARDS_MS,
          interval: 2_000,
        })
        .toEqual([]);
      const stored = await endpointsOf(gateways.one);
      expect(written.filter((id) => !stored.has(id))).toEqual([]);
      const memoryAtEnd = memoryMb(gateways.one);
      for (const name of names) await end(name, "SIGTERM");
      // Before what may fail: half an hour is told of all the same.
      reportTable(
        "A soak behind PgBouncer in transaction mode",
        [
          {
            minutes: SOAK_MINUTES,
            deliveries: fleet.acknowledged.size,
            digested: fleet.acknowledged.size,
            "admin writes": written.length,
            calls: fleet.core.calls.length,
            lost: 0,
            stops: stops.length,
            "in time": stops.filter((ms) => ms < STOP_MS).length,
            "slowest stop ms": Math.round(Math.max(...stops)),
            "MB at start": memoryAtStart,
            "MB at end": memoryAtEnd,
          },
        ],
        `Nothing acknowledged was lost in ${SOAK_MINUTES} minutes behind a pooler, whatever was restarted.`,
      );
      await fleet.close();
      await pooler.stop();
      expect(Math.max(...stops)).toBeLessThan(STOP_MS);
    },
  );
});
