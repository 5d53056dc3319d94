/** How fast webhooks are verified and answered where nothing is stored. */
import {
  honoContestant,
  gatewayContestant,
  peerContestant,
  webhookContestant,
} from "./harness/contestants.ts";
import { aimOf } from "./harness/report.ts";
import type { Benchmark } from "./harness/report.ts";
import { medianOf, ratioOf, runRounds } from "./harness/rounds.ts";
import type { Outcome } from "./harness/rounds.ts";

const FULL = { warmUpMs: 5_000, saturatedMs: 2_500, halfLoadMs: 1_500, rounds: 3 };
const QUICK = { warmUpMs: 300, saturatedMs: 500, halfLoadMs: 300, rounds: 3 };

const BARE = "Hono, reads the body";
const HMAC = "Hono + HMAC";
const OURS = "this gateway, null store";

export const verifyOnly: Benchmark = {
  name: "verify-only",
  run: async ({ quick }) => {
    const outcomes = await runRounds(
      [
        honoContestant(BARE, []),
        honoContestant(HMAC, ["verify"]),
        honoContestant("Hono + HMAC + parse", ["verify", "parse"]),
        gatewayContestant(OURS, "verify"),
        peerContestant("@octokit/webhooks", "octokit.mjs"),
        peerContestant("Probot", "probot.mjs"),
        webhookContestant(),
      ],
      quick ? QUICK : FULL,
    );
    const byName = new Map(outcomes.map((outcome) => [outcome.name, outcome]));
    const bare = byName.get(BARE);
    const ours = byName.get(OURS);
    const hmac = byName.get(HMAC);
    return [
      {
        title: "Verify only",
        notes: ["Requests a second of 10 KB signed bodies on one core; nothing is stored."],
        columns: [
          "receiver",
          "deliveries/s",
          "÷ bare Hono",
          "p50 ms",
          "p99 ms",
          "p99 ms at half load",
          "CPU µs",
          "MB at rest",
          "failed",
        ],
        rows: outcomes.map((it) => [it.name, ...figures(it, bare)]),
        aims: ours
          ? [
              aimOf(
                "verify only ≥ 0.9 × Hono + HMAC",
                ratioOf(ours, hmac, (it) => it.saturated.perSecond),
                { least: 0.9 },
              ),
              aimOf(
                "p99 at half load ≤ 3 × bare Hono's",
                ratioOf(ours, bare, (it) => it.halfLoad.p99Ms),
                { most: 3 },
              ),
            ]
          : [],
      },
    ];
  },
};

const figures = (it: Outcome, bare: Outcome | undefined) => [
  medianOf(it, (turn) => turn.saturated.perSecond),
  ratioOf(it, bare, (turn) => turn.saturated.perSecond),
  medianOf(it, (turn) => turn.saturated.p50Ms),
  medianOf(it, (turn) => turn.saturated.p99Ms),
  medianOf(it, (turn) => turn.halfLoad.p99Ms),
  medianOf(it, (turn) => turn.cpuUs),
  it.memoryAtRestMb,
  it.failed,
];
