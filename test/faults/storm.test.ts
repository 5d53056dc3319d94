/**
 * A storm: deployments of many projects at once, against a core that enforces its limits. On a
 * simulated clock until the last call, and for some seconds on a real one.
 */
import { expect, test, vi } from "vitest";
import type { Command } from "../../src/model/command.ts";
import { startLoop } from "../../src/runtime/node/loop.ts";
import { endpointFor, send } from "../support/send.ts";
import { lingering, startGateway } from "../support/start-gateway.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import type { DeploymentEvent } from "../support/simulation/deployments.ts";
import { createLimitedCore, mostInAMinute } from "../support/simulation/limited-core.ts";
import { allCommands, isFailurePush, lastWanted } from "../support/simulation/outbox.ts";
import {
  expectFailuresFirst,
  expectHolds,
  expectNoRefusals,
  expectPushesOnce,
  expectTruth,
  expectWithinLimits,
} from "../support/simulation/promises.ts";
import { between, randomness } from "../support/simulation/randomness.ts";
import { reportTable } from "../support/simulation/report.ts";
import type { Row } from "../support/simulation/report.ts";
import { rage, stormOf, watchScreen } from "../support/simulation/storm.ts";
import type { Staleness, Truth } from "../support/simulation/storm.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";

const LIMITS = { callsPerMinute: 60, activities: 4 };
const TINY_LIMITS = { callsPerMinute: 36, activities: 2 };
const TINY_SETTINGS = {
  CALLS_PER_MINUTE: 36,
  CALLS_RESERVED: 4,
  LIVE_ACTIVITIES: 2,
  ...lingering(1 / 600),
  STREAM_UPDATE_INTERVAL_SECONDS: 1,
};
const SEED = 20_261_102;
const MINUTE_MS = 60_000;

/** What became of the last wanted state of each stream. */
const reasonsOf = (commands: readonly Command[]): string =>
  [...lastWanted(commands)].map(([key, it]) => `${key} ${it.status} ${it.reason}`).join("; ");

/**
 * How long the last wanted state of each stream took to the core API, in the columns of a table.
 */
function timesToTruth(commands: readonly Command[]): Row {
  const seconds = [...lastWanted(commands).values()]
    .map(({ settledAt, createdAt }) => ((settledAt ?? 0) - createdAt) / 1000)
    .toSorted((a, b) => a - b);
  const share = (part: number) =>
    seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * part))] ?? 0;
  return { "truth, median s": share(0.5), "p90 s": share(0.9), "max s": share(1) };
}

const staleSeconds = ({ staleMs, shownMs }: Staleness): Row => ({
  "stale s": staleMs / 1000,
  "of shown s": shownMs / 1000,
});

const setting = (name: string, otherwise: number) => Number(process.env[name] ?? otherwise);

test(
  "a storm within the limits ends in the truth, failures first",
  { timeout: 300_000 },
  async () => {
    const tracks = setting("STORM_TRACKS", 20);
    const deployments = setting("STORM_DEPLOYMENTS", 50);
    const random = randomness(SEED);
    const latency = () => [between(random, 20, 600), between(random, 20, 600)] as const;
    const world = await createWorld({ limits: LIMITS, endpoint: { notify: "failures" }, latency });
    const events = stormOf({ tracks, deployments, withinMs: MINUTE_MS }, STARTS_AT);

    const { truth, staleness } = await rage(world, events, {
      stepMs: 500,
      limitMs: 60 * MINUTE_MS,
    });

    const commands = await allCommands(world.store);
    const { calls } = world.core;
    expectNoRefusals(world.core);
    expectWithinLimits(world.core, LIMITS);
    expectPushesOnce(world.core, commands);
    expectFailuresFirst(world.core, commands);
    const { told, untold } = expectTruth(world.core, truth, commands);
    expectHolds(untold === 0, reasonsOf(commands));
    const failing = events.filter(({ stage }) => stage === "failed").length;
    expect(commands.filter(isFailurePush)).toHaveLength(failing);

    reportTable(
      `Storm: ${tracks} tracks x ${deployments} deployments in a minute, ${events.length} webhooks (simulated clock)`,
      [
        {
          "calls used": calls.length,
          "most a minute": mostInAMinute(calls),
          "429s": calls.filter(({ refusal }) => refusal).length,
          ...timesToTruth(commands),
          "tracks told": `${told}/${told + untold}`,
          ...staleSeconds(staleness),
          "all over after s": (world.now() - STARTS_AT) / 1000,
        },
      ],
      "No call was refused, failures went first, and every activity ended in the truth.",
    );
    await world.close();
  },
);

test(
  "for some seconds on a real clock, with the real loops and tiny limits",
  { timeout: 120_000 },
  async () => {
    const gateway = await startGateway({ settings: TINY_SETTINGS });
    // The calls of phase one are nearly a minute old when phase two begins, so that its budget
    // grows as they fall away.
    let offset = STARTS_AT - Date.now();
    const now = () => Date.now() + offset;
    const core = createLimitedCore(now, TINY_LIMITS);
    const tick = () => gateway.clock.advance(now() - gateway.clock.now());
    gateway.core.answer((call) => core.answer(call, now()));
    const endpoint = await endpointFor(gateway, "vercel", { notify: "failures" });
    const truth: Truth = new Map();
    const deliver = async (event: DeploymentEvent) => {
      tick();
      await send(gateway, endpoint, webhookOf(event));
      truth.set(event.track, event);
    };
    const shared = { sweepMs: 50, now, log: { info: () => {}, warn: () => {}, error: () => {} } };
    const step = (name: "digest" | "dispatch") => () => {
      tick();
      return gateway.steps[name]();
    };
    const loops = [
      startLoop({ ...shared, name: "digest", step: step("digest") }),
      startLoop({ ...shared, name: "dispatch", step: step("dispatch") }),
    ];
    const allSent = () =>
      vi.waitFor(
        async () => {
          const { commands, deliveries } = await gateway.store.counts();
          expect([deliveries.received ?? 0, commands.pending ?? 0, commands.sending ?? 0]).toEqual([
            0, 0, 0,
          ]);
        },
        { timeout: 60_000, interval: 50 },
      );

    for (const event of stormOf({ tracks: 6, deployments: 1, withinMs: 100 }, now()))
      await deliver(event);
    await allSent();
    const before = core.calls.length;
    offset += MINUTE_MS - 5_000 - (now() - STARTS_AT);
    const begun = now();
    const watching = watchScreen(core, truth, { now, everyMs: 20 });
    const storm = stormOf({ tracks: 4, deployments: 3, withinMs: 2_000 }, begun).map((event) => ({
      ...event,
      run: event.run + 1,
    }));
    for (const event of storm) {
      await vi.waitFor(() => expect(now()).toBeGreaterThanOrEqual(event.at), {
        interval: 5,
        timeout: 60_000,
      });
      await deliver(event);
    }
    await allSent();
    const seconds = (now() - begun) / 1000;
    watching.stop();
    await Promise.all(loops.map((loop) => loop.stop()));
    await gateway.steps.idle();

    const commands = await allCommands(gateway.store);
    expectNoRefusals(core);
    expectWithinLimits(core, TINY_LIMITS);
    expectPushesOnce(core, commands);
    const { told, untold } = expectTruth(core, truth, commands);
    expectHolds(untold === 0, reasonsOf(commands));
    reportTable(
      "Storm: 4 tracks x 3 deployments in two seconds (real clock, 36 calls a minute, 2 activities)",
      [
        {
          "calls used": core.calls.length - before,
          "most a minute": mostInAMinute(core.calls),
          "429s": core.calls.filter(({ refusal }) => refusal).length,
          ...timesToTruth(commands.filter(({ createdAt }) => createdAt >= begun)),
          "tracks told": `${told}/${told + untold}`,
          ...staleSeconds(watching.staleness),
          "all over after s": seconds,
        },
      ],
    );
    await gateway.close();
  },
);
