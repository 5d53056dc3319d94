/**
 * Where the CPU time of one delivery goes, by stage, from V8's own profiler. The profiler itself
 * costs some of it.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startGateway } from "./harness/contestants.ts";
import type { GatewaySteps } from "./harness/contestants.ts";
import { corpusFor } from "./harness/corpus.ts";
import { saturate } from "./harness/load.ts";
import { readProfile } from "./harness/profile.ts";
import type { StageTime } from "./harness/profile.ts";
import type { Benchmark, Section } from "./harness/report.ts";
import { newFolder, removeFolder, startPostgres } from "./harness/services.ts";
import { openWire } from "./harness/wire.ts";

const MOST_FUNCTIONS = 15;
const WARM_UP_MS = 5_000;
const WIRE_RATE = 50;
const WIRE_WARM_UP_MS = 15_000;

export const profile: Benchmark = {
  name: "profile",
  run: async ({ quick }) => {
    const ms = quick ? 2_000 : 4_000;
    const postgres = await startPostgres();
    const url = await postgres?.createDatabase("profile");
    const wireUrl = await postgres?.createDatabase("profile_wire");
    const sections = [
      await profileOf("null store", "verify", ms),
      await profileOf("SQLite, receiving", "receive", ms),
      ...(url === undefined ? [] : [await profileOf("Postgres, receiving", "receive", ms, url)]),
      await profileWire("SQLite", ms, {}),
      ...(wireUrl === undefined
        ? []
        : [await profileWire("Postgres", ms, { DATABASE_URL: wireUrl })]),
    ];
    postgres?.stop();
    return sections;
  },
};

async function profileOf(
  name: string,
  steps: GatewaySteps,
  ms: number,
  url?: string,
): Promise<Section> {
  const dataDir = newFolder("profile");
  const file = join(dataDir, "profile.json");
  const gateway = await startGateway({
    steps,
    dataDir,
    environment: { BENCH_PROFILE: file, ...(url !== undefined && { DATABASE_URL: url }) },
  });
  const { path, secret } = await gateway.createEndpoint();
  const load = { port: gateway.port, next: corpusFor(path, secret).next };
  await saturate({ ...load, ms: WARM_UP_MS });
  gateway.program.signal("SIGUSR2");
  const measured = await saturate({ ...load, ms });
  await gateway.program.end("SIGTERM");
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  removeFolder(dataDir);
  const rate = Math.round(measured.perSecond);
  return sectionOf(`CPU per delivery, ${name}`, json, measured.answered, rate);
}

/** From the webhook to its push, at a rate that leaves the process time to spare. */
async function profileWire(
  store: string,
  ms: number,
  environment: Readonly<Record<string, string>>,
): Promise<Section> {
  const folder = newFolder("profile");
  const file = join(folder, "profile.json");
  const wire = await openWire({ ...environment, BENCH_PROFILE: file });
  await wire.measure(WIRE_RATE, WIRE_WARM_UP_MS);
  wire.program.signal("SIGUSR2");
  const { arrived } = await wire.measure(WIRE_RATE, ms);
  await wire.close();
  const json: unknown = JSON.parse(readFileSync(file, "utf8"));
  removeFolder(folder);
  return sectionOf(`CPU from webhook to push, ${store}`, json, arrived, WIRE_RATE);
}

function sectionOf(title: string, json: unknown, deliveries: number, perSecond: number): Section {
  const { stages, functions } = readProfile(json);
  const row = ({ stage, us }: StageTime) => [stage, us / deliveries];
  return {
    title,
    notes: [`${deliveries} deliveries at ${perSecond} a second under the profiler.`],
    columns: ["stage, then the busiest functions", "µs a delivery"],
    rows: [...stages.map(row), ["", undefined], ...functions.slice(0, MOST_FUNCTIONS).map(row)],
    aims: [],
  };
}
