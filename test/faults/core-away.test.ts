/**
 * The core API away for an hour, in every way there is, while deployments go on: what is owed comes
 * afterwards, once and true.
 */
import { expect, test } from "vitest";
import { PROBE_STREAM_KEY } from "../../src/destinations/activitysmith/activitysmith.ts";
import type { DeploymentEvent } from "../support/simulation/deployments.ts";
import type { Fault } from "../support/simulation/limited-core.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import {
  expectHolds,
  expectPushesOnce,
  expectTruth,
  expectWithinLimits,
} from "../support/simulation/promises.ts";
import { randomness } from "../support/simulation/randomness.ts";
import { reportTable } from "../support/simulation/report.ts";
import { rage } from "../support/simulation/storm.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";

const MINUTE_MS = 60_000;
const STEP_MS = 5_000;
const SEED = 20_261_103;
const LIMITS = { callsPerMinute: 60, activities: 4 };
const TRACKS = 6;
const EVERY_MS = 5 * MINUTE_MS;
const DEPLOYMENTS = 14;

interface Phase {
  readonly name: string;
  /** Minutes from the start. */
  readonly from: number;
  readonly faults: readonly Fault[];
  /** The most calls that may be made in it: a probe now and then, not the budget of 900. */
  readonly mostCalls: number;
}

const PHASES: readonly Phase[] = [
  { name: "well", from: 0, faults: [], mostCalls: 300 },
  { name: "answers 500", from: 5, faults: ["error_500"], mostCalls: 50 },
  { name: "resets", from: 20, faults: ["reset_lost", "reset_done"], mostCalls: 50 },
  { name: "hangs", from: 35, faults: ["timeout_lost", "timeout_done"], mostCalls: 50 },
  { name: "answers 429", from: 50, faults: ["rate_429"], mostCalls: 200 },
  { name: "well again", from: 65, faults: [], mostCalls: 900 },
];

/**
 * Every few minutes a deployment on each track, a third of which fail; the last ones begin after
 * the core is back.
 */
const events: readonly DeploymentEvent[] = Array.from(
  { length: TRACKS * DEPLOYMENTS },
  (_, index) => {
    const track = index % TRACKS;
    const run = Math.floor(index / TRACKS);
    const at = STARTS_AT + run * EVERY_MS + track * 7_000;
    const stage = (track + run) % 3 === 0 ? ("failed" as const) : ("succeeded" as const);
    return [
      { track, run, stage: "created" as const, at },
      { track, run, stage: "ready" as const, at: at + MINUTE_MS },
      { track, run, stage, at: at + 2 * MINUTE_MS },
    ];
  },
)
  .flat()
  .toSorted((a, b) => a.at - b.at);

test(
  "an hour without the core API loses nothing and is hammered by nobody",
  { timeout: 120_000 },
  async () => {
    const random = randomness(SEED);
    const world = await createWorld({
      limits: LIMITS,
      endpoint: { notify: "outcomes" },
      latency: () => [40, 60],
      sweepMs: STEP_MS,
    });
    const phaseAt = (at: number) =>
      PHASES.findLast(({ from }) => at >= STARTS_AT + from * MINUTE_MS) ?? PHASES[0];
    world.core.fail(() => {
      const { faults } = phaseAt(world.now()) ?? { faults: [] };
      return faults[Math.floor(random() * faults.length)];
    });

    const { truth } = await rage(world, events, {
      stepMs: STEP_MS,
      limitMs: 180 * MINUTE_MS,
    });

    const commands = await allCommands(world.store);
    const pushes = commands.filter(({ intent }) => intent.kind === "push");
    const repeated = pushes.filter(({ possibleRepeat }) => possibleRepeat);
    const rows = PHASES.map(({ name, from, mostCalls }, index) => {
      const until = PHASES[index + 1]?.from ?? Infinity;
      const minuteOf = (at: number) => (at - STARTS_AT) / MINUTE_MS;
      const calls = world.core.calls.filter(
        ({ at }) => minuteOf(at) >= from && minuteOf(at) < until,
      ).length;
      return { phase: name, "from minute": from, calls, "most allowed": mostCalls };
    });
    reportTable(
      `Core away for an hour: ${events.length} webhooks, ${pushes.length} pushes (simulated clock)`,
      rows,
    );
    for (const row of rows)
      expectHolds(row.calls <= row["most allowed"], `${row.phase}: ${row.calls} calls`);
    expectWithinLimits(world.core, LIMITS);
    expectPushesOnce(world.core, commands);
    expect(commands.filter(({ status }) => status === "dead")).toEqual([]);
    const { told, untold } = expectTruth(world.core, truth, commands);
    reportTable(
      "Core away: afterwards",
      [
        {
          "pushes done": pushes.length,
          "marked as possible repeat": repeated.length,
          "given up": 0,
          probes: world.core.calls.filter(({ streamKey }) => streamKey === PROBE_STREAM_KEY).length,
          "tracks told": `${told}/${told + untold}`,
          "last call after min": Math.round(
            ((world.core.calls.at(-1)?.at ?? 0) - STARTS_AT) / MINUTE_MS,
          ),
        },
      ],
      "What was owed came afterwards, within the budget and in the right final states.",
    );
    await world.close();
  },
);
