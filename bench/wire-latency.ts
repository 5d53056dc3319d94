/**
 * How long after a webhook was sent to the gateway its call on the core API begins: received,
 * stored, digested, dispatched.
 */
import { aimOf } from "./harness/report.ts";
import type { Benchmark } from "./harness/report.ts";
import { startPostgres } from "./harness/services.ts";
import { median } from "./harness/stats.ts";
import { ENDPOINTS, openWire } from "./harness/wire.ts";
import type { WireTimes } from "./harness/wire.ts";

const RATES = [10, 100, 500];
const ROUNDS = 3;
/**
 * A thousand events: a gateway runs for weeks, and before that its code is compiled while it runs.
 */
const WARM_UP_RATE = 125;
const WARM_UP_MS = 8_000;

export const wireLatency: Benchmark = {
  name: "wire-latency",
  run: async ({ quick }) => {
    const ms = quick ? 1_000 : 4_000;
    const postgres = await startPostgres();
    const url = await postgres?.createDatabase("wire");
    const stores: (readonly [string, Record<string, string>])[] = [["SQLite", {}]];
    if (url !== undefined) stores.push(["Postgres", { DATABASE_URL: url }]);
    const measured: { store: string; rate: number; rounds: WireTimes[] }[] = [];
    for (const [store, environment] of stores) {
      const byRate = await measureStore(environment, ms);
      for (const [rate, rounds] of byRate) measured.push({ store, rate, rounds });
    }
    postgres?.stop();
    const at100 = measured.filter(({ rate }) => rate === 100);
    return [
      {
        title: "Wire latency",
        notes: [
          `From the webhook's first byte sent to the core API call's arrival at a local stand-in; a release on one of ${ENDPOINTS} endpoints, each becomes one push. Unthrottled.`,
        ],
        columns: ["store", "events/s", "p50 ms", "p99 ms", "sent", "arrived once"],
        rows: measured.map(({ store, rate, rounds }) => [
          store,
          rate,
          median(rounds.map((it) => it.p50Ms)),
          median(rounds.map((it) => it.p99Ms)),
          rounds.reduce((sum, it) => sum + it.sent, 0),
          rounds.reduce((sum, it) => sum + it.arrived, 0),
        ]),
        aims: at100.flatMap(({ store, rounds }) => [
          aimOf(`${store}: p50 ≤ 10 ms at 100/s`, median(rounds.map((it) => it.p50Ms)), {
            most: 10,
          }),
          aimOf(`${store}: p99 ≤ 50 ms at 100/s`, median(rounds.map((it) => it.p99Ms)), {
            most: 50,
          }),
        ]),
      },
    ];
  },
};

async function measureStore(
  environment: Readonly<Record<string, string>>,
  ms: number,
): Promise<Map<number, WireTimes[]>> {
  const wire = await openWire(environment);
  await wire.measure(WARM_UP_RATE, WARM_UP_MS);
  const byRate = new Map<number, WireTimes[]>(RATES.map((rate) => [rate, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const rate of RATES) byRate.get(rate)?.push(await wire.measure(rate, ms));
  await wire.close();
  return byRate;
}
