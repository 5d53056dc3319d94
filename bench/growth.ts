/**
 * What becomes of the gateway's speed and memory as its store grows. A million deliveries only on
 * demand (`--million`).
 */
import { environmentOf, gatewayIn, newHome, startGateway } from "./harness/contestants.ts";
import type { Home, RunningGateway } from "./harness/contestants.ts";
import { countWaiting, preload } from "./harness/preload.ts";
import { aimOf } from "./harness/report.ts";
import type { Aim, Benchmark, Section } from "./harness/report.ts";
import { medianOf, ratioOf, runRounds } from "./harness/rounds.ts";
import type { Outcome } from "./harness/rounds.ts";
import { removeFolder, startPostgres } from "./harness/services.ts";
import type { PostgresService } from "./harness/services.ts";
import { median, quantile } from "./harness/stats.ts";

const FULL = { warmUpMs: 5_000, saturatedMs: 2_000, halfLoadMs: 500, rounds: 3 };
const QUICK = { warmUpMs: 200, saturatedMs: 400, halfLoadMs: 200, rounds: 3 };
const DIGEST_MS = 3_000;
const PAGE_REQUESTS = 15;

const PAGES: Readonly<Record<string, string>> = {
  "log page": "/api/v1/deliveries",
  "by status": "/api/v1/deliveries?status=processed",
  "by event": "/api/v1/deliveries?event=deployment_status",
  "search, found": "/api/v1/deliveries?q=web-shop",
  "search, nowhere": "/api/v1/deliveries?q=not-to-be-found-anywhere",
  tracks: "/api/v1/tracks",
};

export const growth: Benchmark = {
  name: "growth",
  run: async ({ quick }) => {
    const sizes = quick
      ? [0, 2_000]
      : [0, 10_000, 100_000, ...(process.argv.includes("--million") ? [1_000_000] : [])];
    const durations = quick ? QUICK : FULL;
    const sqlite = await growthOf("SQLite", sizes, durations);
    const service = await startPostgres();
    const postgres = service ? [await growthOf("Postgres", sizes, durations, service)] : [];
    service?.stop();
    return [sqlite, ...postgres];
  },
};

interface Grown {
  readonly size: number;
  readonly outcome: Outcome;
  readonly digestedPerSecond: number;
  /** p50 and p99 in ms, by name. */
  readonly pages: ReadonlyMap<string, readonly [number, number]>;
  readonly memoryMb: number;
}

async function growthOf(
  store: string,
  sizes: readonly number[],
  durations: typeof FULL,
  service?: PostgresService,
): Promise<Section> {
  const homes: { size: number; home: Home }[] = [];
  for (const size of sizes) {
    const home = await newHome(`growth_${size}`, service);
    console.error(`  ${store}: storing ${size} deliveries`);
    await preload(home, size);
    homes.push({ size, home });
  }
  const outcomes = await runRounds(
    homes.map(({ size, home }) => gatewayIn(home, String(size), "receive")),
    durations,
  );
  const grown: Grown[] = [];
  for (const [at, { size, home }] of homes.entries()) {
    const outcome = outcomes[at];
    if (!outcome) throw new Error(`${size} was not measured`);
    const digestedPerSecond = await digestRate(home);
    grown.push({ size, outcome, digestedPerSecond, ...(await measurePages(home)) });
  }
  for (const { home } of homes) removeFolder(home.dataDir);
  return sectionOf(store, grown);
}

function sectionOf(store: string, grown: readonly Grown[]): Section {
  const empty = grown[0]?.outcome;
  const ingest = ({ outcome }: Grown) => ratioOf(outcome, empty, (it) => it.saturated.perSecond);
  const page = (it: Grown, name: string, at: 0 | 1) => it.pages.get(name)?.[at];
  const row = (name: string, figure: (it: Grown) => number | undefined) => [
    name,
    ...grown.map(figure),
  ];
  return {
    title: `Growth, ${store}`,
    notes: [
      "The gateway with so many 10 KB deliveries in its store; the rounds are interleaved over the sizes.",
    ],
    columns: ["", ...grown.map(({ size }) => `${size.toLocaleString("en")} stored`)],
    rows: [
      row("ingest, deliveries/s", (it) => medianOf(it.outcome, (turn) => turn.saturated.perSecond)),
      row("ingest ÷ empty", ingest),
      row("digest, deliveries/s", (it) => it.digestedPerSecond),
      ...Object.keys(PAGES).flatMap((name) => [
        row(`${name}, p50 ms`, (it) => page(it, name, 0)),
        row(`${name}, p99 ms`, (it) => page(it, name, 1)),
      ]),
      row("MB at rest", (it) => it.outcome.memoryAtRestMb),
      row("MB after ingest", (it) => it.outcome.memoryAfterMb),
      row("MB after the pages", (it) => it.memoryMb),
    ],
    aims: aimsOf(store, grown, ingest),
  };
}

function aimsOf(store: string, grown: readonly Grown[], ingest: (it: Grown) => number): Aim[] {
  const largest = grown.at(-1);
  const atRest = median(grown.map(({ outcome }) => outcome.memoryAtRestMb));
  if (!largest) return [];
  const size = largest.size.toLocaleString("en");
  const [p50 = Number.NaN] = largest.pages.get("log page") ?? [];
  return [
    aimOf(`${store}, ${size} stored: ingest ≥ 0.9 of empty`, ingest(largest), { least: 0.9 }),
    aimOf(`${store}, ${size} stored: log page ≤ 50 ms`, p50, { most: 50 }),
    aimOf(`${store}: process at rest ≤ 120 MB`, atRest, { most: 120 }),
  ];
}

/** How many of the deliveries that the ingest left behind are digested a second. */
async function digestRate(home: Home): Promise<number> {
  const before = await countWaiting(home);
  const { program } = await startGateway({
    steps: "whole",
    dataDir: home.dataDir,
    environment: environmentOf(home),
  });
  const startedAt = performance.now();
  await new Promise((resolve) => setTimeout(resolve, DIGEST_MS));
  await program.end("SIGKILL");
  const seconds = (performance.now() - startedAt) / 1000;
  return (before - (await countWaiting(home))) / seconds;
}

async function measurePages(home: Home): Promise<Pick<Grown, "pages" | "memoryMb">> {
  const { dataDir } = home;
  const environment = environmentOf(home);
  const gateway = await startGateway({ steps: "receive", dataDir, environment });
  const pages = new Map<string, readonly [number, number]>();
  for (const [name, path] of Object.entries(PAGES)) pages.set(name, await timesOf(gateway, path));
  const memoryMb = gateway.program.memoryMb();
  await gateway.program.end("SIGTERM");
  return { pages, memoryMb };
}

async function timesOf(gateway: RunningGateway, path: string): Promise<readonly [number, number]> {
  await gateway.admin("GET", path);
  const times: number[] = [];
  for (let request = 0; request < PAGE_REQUESTS; request++) {
    const startedAt = performance.now();
    await gateway.admin("GET", path);
    times.push(performance.now() - startedAt);
  }
  return [quantile(times, 0.5), quantile(times, 0.99)];
}
