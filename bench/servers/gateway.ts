/**
 * The gateway as `npm start` runs it, or with the steps after receiving held back, as BENCH_STEPS
 * says.
 */
import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";
import { parseConfig } from "../../src/config.ts";
import { createJsonLogger } from "../../src/observability/log.ts";
import type { Store } from "../../src/store/port.ts";
import { lineWriter } from "../../src/runtime/node/line-writer.ts";
import { batchDeliveries } from "../../src/store/group-commit.ts";
import { startNodeGateway } from "../../src/runtime/node/node.ts";

const receiving = (store: Store): Store => ({
  ...store,
  claimDeliveries: async () => [],
  dueChecks: async () => [],
});

/**
 * `whole`: everything. `receive`: stores, and nothing is digested. `verify`: as that, but a commit
 * of a group stores nothing.
 */
const WRAPPERS: Readonly<Record<string, (store: Store) => Store>> = {
  whole: (store) => store,
  receive: receiving,
  verify: (store) => ({
    ...receiving(store),
    storeDeliveries: batchDeliveries(
      async (batch) => batch.map(({ id }) => ({ status: "accepted" as const, id })),
      { nextTick: setImmediate },
    ),
  }),
};

const wrapStore = WRAPPERS[process.env["BENCH_STEPS"] ?? ""];
if (!wrapStore) throw new Error("BENCH_STEPS must be whole, receive or verify.");
const log = createJsonLogger(lineWriter(process.stdout), Date.now);
const gateway = await startNodeGateway(parseConfig(process.env), log, { wrapStore });

/** SIGUSR2 begins a CPU profile, so that start and warm-up are not in it; SIGTERM writes it. */
const session = new Session();
const PROFILE_INTERVAL_US = 200;
process.on("SIGUSR2", () => void startProfile());
async function startProfile(): Promise<void> {
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: PROFILE_INTERVAL_US });
  await session.post("Profiler.start");
}
async function end(): Promise<void> {
  const file = process.env["BENCH_PROFILE"];
  if (file !== undefined) {
    const { profile } = await session.post("Profiler.stop");
    writeFileSync(file, JSON.stringify(profile));
  }
  await gateway.stop();
  process.exit(0);
}
process.on("SIGTERM", () => void end());
process.send?.({ url: gateway.url, adminToken: gateway.adminToken });
