/**
 * Dispatch over a real store against its promises: generated interleavings of webhooks, answers,
 * breakdowns, jumps of the clock and deaths of the process. A failure prints the seed and the
 * shortest script that shows it.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { markIn } from "../support/simulation/deployments.ts";
import type { DeploymentEvent, End, Stage } from "../support/simulation/deployments.ts";
import type { LimitedCore } from "../support/simulation/limited-core.ts";
import { allCommands, lastWanted } from "../support/simulation/outbox.ts";
import {
  expectHolds,
  expectNoRefusals,
  expectPushesOnce,
  expectTruth,
  expectWithinLimits,
} from "../support/simulation/promises.ts";
import { between, randomness } from "../support/simulation/randomness.ts";
import { reportTable } from "../support/simulation/report.ts";
import type { Truth } from "../support/simulation/storm.ts";
import { ALL_WEATHERS, faultIn } from "../support/simulation/weather.ts";
import type { Weather } from "../support/simulation/weather.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";
import type { World } from "../support/simulation/world.ts";

const RUNS = Number(process.env["MODEL_RUNS"] ?? 60);
const SEED = Number(process.env["MODEL_SEED"] ?? 20_261_104);
const TIME_LIMIT_MS = process.env["MODEL_RUNS"] === undefined ? 20_000 : undefined;

const LIMITS = { callsPerMinute: 14, activities: 2 };
const SETTINGS = { CALLS_PER_MINUTE: 14, CALLS_RESERVED: 3, LIVE_ACTIVITIES: 2 };
const TRACKS = 5;
const DEPLOYMENTS = 3;
const MINUTE_MS = 60_000;
const ENDS: readonly End[] = ["succeeded", "failed", "canceled"];

type Action =
  | { readonly do: "hear"; readonly track: number; readonly run: number; readonly stage: 0 | 1 | 2 }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "weather"; readonly weather: Weather }
  | { readonly do: "die"; readonly downMs: number; readonly isAlone: boolean };

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("hear"),
      track: fc.nat(TRACKS - 1),
      run: fc.nat(DEPLOYMENTS - 1),
      stage: fc.constantFrom(0 as const, 1 as const, 2 as const),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("pass"),
      ms: fc.oneof(fc.nat(3_000), fc.nat(30_000), fc.constant(6 * MINUTE_MS)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("weather"),
      weather: fc.constantFrom(...ALL_WEATHERS),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("die"),
      downMs: fc.integer({ min: 1_000, max: 30_000 }),
      isAlone: fc.boolean(),
    }),
  },
);

/**
 * A deployment has one end, and later deployments have later times, so that what is newest is no
 * matter of taste.
 */
function eventOf(track: number, run: number, stage: 0 | 1 | 2): DeploymentEvent {
  const stages: readonly Stage[] = [
    "created",
    "ready",
    ENDS[(track + run) % ENDS.length] ?? "failed",
  ];
  const at = STARTS_AT - 10 * MINUTE_MS + run * MINUTE_MS + stage * 10_000;
  return { track, run, stage: stages[stage] ?? "created", at };
}

async function expectOnePendingPerStream({ store }: World): Promise<void> {
  const { rows } = await store.listCommands({ status: "pending", limit: 200 });
  const keys = rows.flatMap(({ streamKey }) => streamKey ?? []);
  expect(keys).toEqual([...new Set(keys)]);
}

/** No call of a stream takes it back to an older deployment, or from an end back to the running. */
function expectNoWayBack({ calls }: LimitedCore): void {
  const newest = new Map<string, number>();
  for (const { kind, streamKey, body, status = 599 } of calls) {
    const mark = markIn(body);
    if (kind === "push" || !mark || status >= 300) continue;
    const isOver = kind === "end" || !JSON.stringify(body).includes('"color":"blue"');
    const rank = mark.run * 2 + (isOver ? 1 : 0);
    expectHolds(rank >= (newest.get(streamKey) ?? 0), `a way back on ${streamKey}`);
    newest.set(streamKey, rank);
  }
}

/**
 * What the tracks are to show in the end, by what was acknowledged: the end of the newest deployment
 * of each. One that is only known to be canceled did nothing, so that there is nothing to show.
 */
function truthOf(acknowledged: readonly DeploymentEvent[]): Truth {
  const truth: Truth = new Map();
  for (const { track, run, stage } of acknowledged) {
    const isNewer = run >= (truth.get(track)?.run ?? 0);
    if (stage !== "canceled" && isNewer) truth.set(track, eventOf(track, run, 2));
  }
  return truth;
}

interface Tally {
  calls: number;
  faults: number;
  deaths: number;
  repeats: number;
}

async function play(script: readonly Action[], seed: number, tally: Tally): Promise<void> {
  const random = randomness(seed);
  const latency = () => [between(random, 1, 900), between(random, 1, 8_000)] as const;
  const options = {
    limits: LIMITS,
    settings: SETTINGS,
    endpoint: { notify: "all" },
    sweepMs: 5_000,
  };
  const world = await createWorld({ ...options, latency });
  let weather: Weather = "well";
  world.core.fail((call) => faultIn(weather, call, world.core, random));
  const heard = new Set<string>();
  const acknowledged: DeploymentEvent[] = [];
  const hear = async (event: DeploymentEvent) => {
    await world.deliver(event);
    acknowledged.push(event);
  };
  for (const step of script) {
    if (step.do === "weather") weather = step.weather;
    if (step.do === "pass") await world.pass(step.ms);
    if (step.do === "die") await world.kill(step);
    if (step.do === "hear") {
      heard.add(`${step.track} ${step.run}`);
      await hear(eventOf(step.track, step.run, step.stage));
      await world.run();
    }
    await expectOnePendingPerStream(world);
  }
  weather = "well";
  for (const key of heard) {
    const [track = 0, run = 0] = key.split(" ").map(Number);
    await hear(eventOf(track, run, 2));
  }
  await world.untilIdle(120 * MINUTE_MS);

  const commands = await allCommands(world.store);
  expectNoRefusals(world.core);
  expectWithinLimits(world.core, LIMITS);
  expectNoWayBack(world.core);
  expectPushesOnce(world.core, commands);
  expectTruth(world.core, truthOf(acknowledged), commands);
  expect([...lastWanted(commands).values()].filter(({ status }) => status === "dead")).toEqual([]);
  await world.close();
  tally.calls += world.core.calls.length;
  tally.faults += world.core.calls.filter(({ fault }) => fault).length;
  tally.deaths += script.filter((step) => step.do === "die").length;
  tally.repeats += commands.filter(({ possibleRepeat }) => possibleRepeat).length;
}

test(
  "whatever happens in whatever order, dispatch keeps its promises",
  { timeout: 3_600_000 },
  async () => {
    const tally: Tally = { calls: 0, faults: 0, deaths: 0, repeats: 0 };
    let scripts = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 5, maxLength: 40 }),
        fc.nat(),
        async (script, seed) => {
          scripts++;
          await play(script, seed, tally);
        },
      ),
      {
        seed: SEED,
        numRuns: RUNS,
        ...(TIME_LIMIT_MS !== undefined && { interruptAfterTimeLimit: TIME_LIMIT_MS }),
      },
    );
    expect(scripts).toBeGreaterThan(0);
    reportTable(
      `Model of dispatch, seed ${SEED}`,
      [
        {
          scripts,
          "core calls": tally.calls,
          "went wrong": tally.faults,
          "deaths of the process": tally.deaths,
          "marked as possible repeat": tally.repeats,
        },
      ],
      "One pending state a stream, no way back, pushes once unless marked, budget kept, truth in the end.",
    );
  },
);
