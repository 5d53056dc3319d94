/**
 * How fast webhooks are acknowledged once they are safe on disk, and whether everything
 * acknowledged is there.
 */
import {
  bullmqContestant,
  gatewayContestant,
  honoContestant,
  postgresQueueContestant,
} from "./harness/contestants.ts";
import { aimOf } from "./harness/report.ts";
import type { Aim, Benchmark } from "./harness/report.ts";
import { medianOf, ratioOf, runRounds } from "./harness/rounds.ts";
import type { Outcome, Turn } from "./harness/rounds.ts";
import { startPostgres, startRedis } from "./harness/services.ts";

const FULL = { warmUpMs: 5_000, saturatedMs: 2_500, halfLoadMs: 1_500, rounds: 3 };
const QUICK = { warmUpMs: 300, saturatedMs: 500, halfLoadMs: 300, rounds: 3 };

const BARE = "Hono, reads the body";
const PARSE = "Hono + HMAC + parse, stores nothing";
const OURS_SQLITE = "this gateway, SQLite";
const OURS_POSTGRES = "this gateway, Postgres";

export const durableAck: Benchmark = {
  name: "durable-ack",
  run: async ({ quick }) => {
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const outcomes = await runRounds(
      [
        honoContestant(BARE, []),
        honoContestant(PARSE, ["verify", "parse"]),
        gatewayContestant(OURS_SQLITE, "receive"),
        gatewayContestant(`${OURS_SQLITE}, digesting besides`, "whole"),
        ...(postgres
          ? [
              gatewayContestant(OURS_POSTGRES, "receive", postgres),
              gatewayContestant(`${OURS_POSTGRES}, digesting besides`, "whole", postgres),
            ]
          : []),
        bullmqContestant(redis),
        postgresQueueContestant(
          "Hono + pg-boss",
          "pg-boss.mjs",
          "select id from pgboss.job",
          postgres,
        ),
        postgresQueueContestant(
          "Hono + Graphile Worker",
          "graphile-worker.mjs",
          "select id from graphile_worker._private_jobs",
          postgres,
        ),
      ],
      quick ? QUICK : FULL,
    );
    postgres?.stop();
    await redis?.stop();
    return [
      {
        title: "Durable acknowledgement",
        notes: [
          "Answered only when the delivery is synced to disk. Acknowledged ids are looked up in the store after the server was killed. " +
            "Peers and the first line of each of ours only receive; their workers do not run.",
        ],
        columns: [
          "receiver",
          "deliveries/s",
          "÷ bare Hono",
          "÷ Hono + HMAC + parse",
          "p50 ms",
          "p99 ms",
          "p99 ms at half load",
          "CPU µs",
          "MB after",
          "acknowledged",
          "of these lost",
          "failed",
        ],
        rows: outcomes.map((it) => rowOf(it, outcomes)),
        aims: aimsOf(outcomes),
      },
    ];
  },
};

const throughput = (turn: Turn) => turn.saturated.perSecond;
const named = (outcomes: readonly Outcome[], name: string) =>
  outcomes.find((it) => it.name === name);

const rowOf = (it: Outcome, outcomes: readonly Outcome[]) => [
  it.name,
  medianOf(it, throughput),
  ratioOf(it, named(outcomes, BARE), throughput),
  ratioOf(it, named(outcomes, PARSE), throughput),
  medianOf(it, (turn) => turn.saturated.p50Ms),
  medianOf(it, (turn) => turn.saturated.p99Ms),
  medianOf(it, (turn) => turn.halfLoad.p99Ms),
  medianOf(it, (turn) => turn.cpuUs),
  it.memoryAfterMb,
  it.acknowledged,
  it.lost,
  it.failed,
];

function aimsOf(outcomes: readonly Outcome[]): Aim[] {
  const parse = named(outcomes, PARSE);
  const sqlite = named(outcomes, OURS_SQLITE);
  const postgres = named(outcomes, OURS_POSTGRES);
  const bare = named(outcomes, BARE);
  const peers = outcomes.filter(
    ({ name, lost }) => name.startsWith("Hono +") && lost !== undefined,
  );
  const best = peers.toSorted((a, b) => medianOf(b, throughput) - medianOf(a, throughput))[0];
  const halfLoad = (turn: Turn) => turn.halfLoad.p99Ms;
  const lost = outcomes.reduce(
    (sum, it) => sum + (it.name.startsWith("this") ? (it.lost ?? 0) : 0),
    0,
  );
  return [
    ...(sqlite
      ? [
          aimOf("SQLite ≥ 0.8 × Hono + HMAC + parse", ratioOf(sqlite, parse, throughput), {
            least: 0.8,
          }),
          aimOf("SQLite's p99 at half load ≤ 3 × bare Hono's", ratioOf(sqlite, bare, halfLoad), {
            most: 3,
          }),
        ]
      : []),
    ...(postgres
      ? [
          aimOf("Postgres ≥ 0.6 × Hono + HMAC + parse", ratioOf(postgres, parse, throughput), {
            least: 0.6,
          }),
          aimOf(
            `Postgres ≥ 2 × the best durable peer (${best?.name ?? "none ran"})`,
            ratioOf(postgres, best, throughput),
            { least: 2 },
          ),
          aimOf("Postgres' p99 at half load ≤ 3 × bare Hono's", ratioOf(postgres, bare, halfLoad), {
            most: 3,
          }),
        ]
      : []),
    aimOf("nothing acknowledged is lost", lost, { most: 0 }),
  ];
}
