/**
 * What ten thousand branches leave behind: rows in each table, memory, and the time of a delivery
 * at the beginning and at the end, through receive, digest and dispatch on SQLite in one process.
 * The clock goes on by itself, so that cards come and leave as on a busy day.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import * as z from "zod";
import { createSqliteStore } from "../src/runtime/database/node-sqlite.ts";
import { httpFixture } from "../test/support/fixtures.ts";
import type { HttpFixture } from "../test/support/fixtures.ts";
import { endpointFor, send } from "../test/support/send.ts";
import { startGateway } from "../test/support/start-gateway.ts";
import type { TestGateway } from "../test/support/start-gateway.ts";
import type { Benchmark } from "./harness/report.ts";
import { newFolder, removeFolder } from "./harness/services.ts";

const PROVIDER = "vercel";
const RECORDED = httpFixture(PROVIDER, "deployment.created__preview");
const STAGES = ["created", "ready", "succeeded"] as const;
/** A branch comes so long after the one before, in ms: ten thousand of them in seven days. */
const APART_MS = 60_000;
const TABLES = z.array(z.object({ name: z.string() }));
const COUNT = z.object({ count: z.number() });

interface Look {
  readonly branches: number;
  /** Median of the branches since the look before, in ms a delivery. */
  readonly msADelivery: number;
  readonly heapMb: number;
  readonly rows: ReadonlyMap<string, number>;
}

export const branches: Benchmark = {
  name: "branches",
  run: async ({ quick }) => {
    const sizes = quick ? [100, 400] : [1_000, 5_000, 10_000];
    const looks = await looksAt(sizes);
    const tables = [...new Set(looks.flatMap(({ rows }) => [...rows.keys()]))].toSorted();
    const row = (name: string, of: (look: Look) => number | undefined) => [name, ...looks.map(of)];
    return [
      {
        title: "Ten thousand branches",
        notes: [
          "A preview a minute, each of a branch of its own, of three deliveries. Rows in each table that has any, and what a delivery takes through receive, " +
            "digest and dispatch, median of the branches since the column before. The day's housekeeping has run; nothing is older than the retention time.",
        ],
        columns: ["", ...sizes.map((size) => `${size.toLocaleString("en")} branches`)],
        rows: [
          row("ms a delivery", ({ msADelivery }) => msADelivery),
          row("heap, MB", ({ heapMb }) => heapMb),
          ...tables.map((name) => row(`rows in ${name}`, ({ rows }) => rows.get(name) ?? 0)),
        ],
        aims: [],
      },
    ];
  },
};

async function looksAt(sizes: readonly number[]): Promise<readonly Look[]> {
  const folder = newFolder("branches");
  const file = join(folder, "gateway.db");
  const gateway = await startGateway({ store: await createSqliteStore({ file }) });
  const endpoint = await endpointFor(gateway, PROVIDER);
  const looks: Look[] = [];
  let done = 0;
  for (const size of sizes) {
    const times: number[] = [];
    for (; done < size; done++) {
      for (const stage of STAGES) times.push(await timed(gateway, endpoint, done, stage));
      gateway.clock.advance(APART_MS);
      await gateway.settle();
      // The calls that were made are no part of the gateway.
      gateway.core.calls.length = 0;
    }
    globalThis.gc?.();
    looks.push({
      branches: size,
      msADelivery: times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0,
      heapMb: process.memoryUsage().heapUsed / 1_048_576,
      rows: rowsIn(file),
    });
  }
  await gateway.close();
  removeFolder(folder);
  return looks;
}

async function timed(
  gateway: TestGateway,
  endpoint: Awaited<ReturnType<typeof endpointFor>>,
  branch: number,
  stage: (typeof STAGES)[number],
): Promise<number> {
  gateway.clock.advance(5_000);
  const webhook = webhookOf(branch, stage, gateway.clock.now());
  const startedAt = performance.now();
  const { status } = await send(gateway, endpoint, webhook);
  if (status !== 200) throw new Error(`branch ${branch}, ${stage}: ${status}`);
  await gateway.settle();
  return performance.now() - startedAt;
}

function webhookOf(branch: number, stage: string, at: number): HttpFixture {
  const id = `dpl_${String(branch).padStart(8, "0")}`;
  const name = "web-shop";
  const body = {
    id: `evt_${id}_${stage}`,
    type: `deployment.${stage}`,
    createdAt: at,
    payload: {
      project: { id: "prj_shop" },
      target: null,
      deployment: {
        id,
        name,
        url: `${name}-${branch}.vercel.app`,
        meta: {
          githubCommitRef: `feature/${branch}`,
          githubCommitSha: branch.toString(16).padStart(40, "0"),
          githubCommitMessage: `Change ${branch}`,
          githubCommitAuthorLogin: "ada",
        },
      },
      links: { deployment: `https://vercel.com/ada/${name}/${id}` },
    },
  };
  return { ...RECORDED, name: `${id}-${stage}`, body: JSON.stringify(body) };
}

/** By table, those that have any. */
function rowsIn(file: string): ReadonlyMap<string, number> {
  const database = new DatabaseSync(file, { readOnly: true });
  const names = TABLES.parse(
    database.prepare("select name from sqlite_master where type = 'table'").all(),
  );
  const counts = names.map(({ name }) => {
    const { count } = COUNT.parse(
      database.prepare(`select count(*) as count from "${name}"`).get(),
    );
    return [name, count] as const;
  });
  database.close();
  return new Map(counts.filter(([, count]) => count > 0));
}
