/**
 * How long each page of the console takes on a store that has grown for years. A million deliveries
 * only on demand (`--million`); with `--home=FOLDER` (SQLite) or `--database=URL` (Postgres) they
 * are made once and stay there, and only that store is measured.
 */
import { existsSync, mkdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { deliveriesOf, readLifecycle } from "../src/cli/recordings.ts";
import type { HttpFixture } from "../src/cli/recordings.ts";
import { sign } from "../src/verify/sign.ts";
import { adapters } from "../adapters/index.ts";
import { databasePath } from "../src/runtime/node/data-dir.ts";
import { environmentOf, newHome, startGateway } from "./harness/contestants.ts";
import type { Home, RunningGateway } from "./harness/contestants.ts";
import { fillStore } from "./harness/full-store.ts";
import { postgresRows, sqliteRows } from "./harness/row-store.ts";
import { aimOf } from "./harness/report.ts";
import type { Benchmark, Section } from "./harness/report.ts";
import { newFolder, removeFolder, startPostgres } from "./harness/services.ts";
import type { PostgresService } from "./harness/services.ts";
import { median, quantile } from "./harness/stats.ts";

const HOME = "--home=";
const DATABASE = "--database=";
const PROVIDER = "vercel";
const SECRET = "secret-of-the-provider";
const LIFECYCLES = ["production-success", "production-failure"];
const MOST_MS = 150;
const REQUESTS = 9;
const SETTLED_POLL_MS = 200;
/** What is repeated must not be trimmed while it is looked at. */
const KEEPS = { RETENTION_DAYS: "3650" };

/** What people look for, each as the address of its page. */
const SEARCHES = [
  "project:web-shop-7",
  "project:nowhere",
  "outcome:failed",
  "branch:main has:push",
  "provider:github",
  "event:deployment.error",
  "status:ignored",
  "status:unknown",
  "has:error",
  "has:replay",
  "before:2026-09-01 project:web-shop-7",
  "not-to-be-found-anywhere",
];

export const consolePages: Benchmark = {
  name: "console-pages",
  run: async ({ quick }) => {
    const size = quick ? 2_000 : process.argv.includes("--million") ? 1_000_000 : 100_000;
    const kept = keptHome();
    if (kept !== undefined) return [await measure(await filled(kept, size), size)];
    return [...(await measuredIn(undefined, size)), ...(await measuredOnPostgres(size))];
  },
};

/** The home that is to stay, where one was named. */
function keptHome(): Home | undefined {
  const named = (option: string) =>
    process.argv.find((it) => it.startsWith(option))?.slice(option.length);
  const [dataDir, url] = [named(HOME), named(DATABASE)];
  if (dataDir === undefined && url === undefined) return undefined;
  return { dataDir: dataDir ?? newFolder("gateway"), url };
}

async function measuredOnPostgres(size: number): Promise<Section[]> {
  const service = await startPostgres();
  if (!service) return [];
  try {
    return await measuredIn(service, size);
  } finally {
    service.stop();
  }
}

async function measuredIn(service: PostgresService | undefined, size: number): Promise<Section[]> {
  const home = await newHome("console", service);
  try {
    return [await measure(await filled(home, size), size)];
  } finally {
    removeFolder(home.dataDir);
  }
}

const storeOf = ({ url }: Home): string => (url === undefined ? "SQLite" : "Postgres");

/** A home that holds something is left as it is. */
async function filled(home: Home, size: number): Promise<Home> {
  const { dataDir, url } = home;
  if (url === undefined && existsSync(databasePath(dataDir))) return home;
  mkdirSync(dataDir, { recursive: true });
  if (url !== undefined && (await holdsDeliveries(home))) return home;
  await playInto(home);
  console.error(`  ${storeOf(home)}: storing ${size} deliveries`);
  await fillStore(url === undefined ? sqliteRows(dataDir) : postgresRows(url), size);
  return home;
}

async function holdsDeliveries(home: Home): Promise<boolean> {
  const gateway = await start(home);
  const { data } = deliveryList.parse(await gateway.admin("GET", "/api/v1/deliveries?limit=1"));
  await gateway.program.end("SIGTERM");
  return data.length > 0;
}

const start = (home: Home): Promise<RunningGateway> =>
  startGateway({
    steps: "whole",
    dataDir: home.dataDir,
    environment: { ...KEEPS, ...environmentOf(home) },
  });

const deliveryList = z.object({
  data: z.array(z.object({ id: z.string(), status: z.string() })),
});
const trackList = z.object({ data: z.array(z.object({ id: z.string() })) });
const commandList = z.object({ data: z.array(z.object({ not_before: z.string() })) });
const endpointList = z.object({ data: z.array(z.object({ id: z.string() })) });
const runList = z.object({ data: z.array(z.object({ id: z.string() })) });

/** Plays recorded lifecycles, for rows to repeat. */
async function playInto(home: Home): Promise<void> {
  const gateway = await start(home);
  const { path } = await gateway.createEndpoint({ provider: PROVIDER, secret: SECRET });
  const url = `http://127.0.0.1:${gateway.port}${path}`;
  for (const name of LIFECYCLES)
    for (const recorded of deliveriesOf(readLifecycle(PROVIDER, name))) await post(url, recorded);
  await waitUntilSent(gateway);
  await gateway.program.end("SIGTERM");
}

async function post(url: string, recorded: HttpFixture): Promise<void> {
  const adapter = adapters.find(({ name }) => name === PROVIDER);
  if (!adapter) throw new Error(`There is no adapter ${PROVIDER}.`);
  const body = new TextEncoder().encode(recorded.body);
  const { headers } = sign(adapter.verify, SECRET, { body, nowMs: Date.now() });
  const answer = await fetch(url, {
    method: "POST",
    headers: { ...recorded.headers, ...headers },
    body,
  });
  if (!answer.ok) throw new Error(`${recorded.name}: ${answer.status} ${await answer.text()}`);
}

/** Endings of cards are due later and are not waited for. */
async function waitUntilSent(gateway: RunningGateway): Promise<void> {
  const soon = Date.now() + 60_000;
  for (;;) {
    const { data } = deliveryList.parse(await gateway.admin("GET", "/api/v1/deliveries"));
    const pending = await gateway.admin("GET", "/api/v1/commands?status=pending");
    const owed = commandList.parse(pending).data.filter((it) => Date.parse(it.not_before) < soon);
    if (owed.length === 0 && data.every(({ status }) => status !== "received")) return;
    await sleep(SETTLED_POLL_MS);
  }
}

async function measure(home: Home, size: number): Promise<Section> {
  const gateway = await start(home);
  const rows: (readonly [string, number, number, number])[] = [];
  for (const path of await pathsOf(gateway)) {
    const before = gateway.program.cpuMs();
    const times = await timesOf(gateway, path);
    const cpu = (gateway.program.cpuMs() - before) / (1 + REQUESTS);
    const name = path.replaceAll(/[a-z]{2,3}_\w{20,}/g, "…");
    rows.push([name, median(times), quantile(times, 0.99), cpu]);
  }
  await gateway.program.end("SIGTERM");
  const slowest = Math.max(...rows.map(([, p50]) => p50));
  const title = `The console's pages, ${storeOf(home)}, ${size.toLocaleString("en")} deliveries`;
  return {
    title,
    notes: [
      "Each page whole, as a browser gets it: asked for one after the other, nothing cached.",
    ],
    columns: ["page", "p50 ms", "slowest ms", "CPU ms"],
    rows,
    aims: [aimOf(`${title}: every page ≤ ${MOST_MS} ms`, slowest, { most: MOST_MS })],
  };
}

/** Every list with its filters and second page, and a page of each kind. */
async function pathsOf(gateway: RunningGateway): Promise<string[]> {
  const { data: endpoints } = endpointList.parse(await gateway.admin("GET", "/api/v1/endpoints"));
  const endpoint = endpoints[0]?.id ?? "";
  const { data: deliveries } = deliveryList.parse(await gateway.admin("GET", "/api/v1/deliveries"));
  const { data: tracks } = trackList.parse(await gateway.admin("GET", "/api/v1/tracks"));
  const track = tracks[0]?.id ?? "";
  const { data: runs } = runList.parse(await gateway.admin("GET", `/api/v1/tracks/${track}/runs`));
  const delivery = deliveries.at(-1)?.id ?? "";
  return [
    "/",
    "/projects",
    `/projects/${track}`,
    `/projects/${track}/runs/${encodeURIComponent(runs[0]?.id ?? "")}`,
    "/deliveries",
    `/deliveries?cursor=${delivery}`,
    ...SEARCHES.map((words) => `/deliveries?q=${encodeURIComponent(words)}`),
    `/deliveries/${delivery}`,
    "/why?branch=main",
    "/why?commit=not-to-be-found",
    "/why?at=2026-09-01T12%3A00",
    "/outbox",
    ...["done", "dead", "superseded"].map((status) => `/outbox?status=${status}`),
    "/incidents",
    "/endpoints",
    `/endpoints/${endpoint}`,
    `/try?endpoint=${endpoint}`,
    "/settings",
  ];
}

async function timesOf(gateway: RunningGateway, path: string): Promise<number[]> {
  await gateway.page(path);
  const times: number[] = [];
  for (let request = 0; request < REQUESTS; request++) {
    const startedAt = performance.now();
    await gateway.page(path);
    times.push(performance.now() - startedAt);
  }
  return times;
}
