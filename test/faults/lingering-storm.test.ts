/**
 * A storm while results stay on the screen as long as they do by default: five places, of which
 * lingering cards give way at once, and failures are told within two seconds.
 */
import { expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { markIn } from "../support/simulation/deployments.ts";
import type { DeploymentEvent } from "../support/simulation/deployments.ts";
import { mostInAMinute } from "../support/simulation/limited-core.ts";
import { allCommands, isFailurePush } from "../support/simulation/outbox.ts";
import {
  expectNoRefusals,
  expectPushesOnce,
  expectWithinLimits,
} from "../support/simulation/promises.ts";
import { between, randomness } from "../support/simulation/randomness.ts";
import { reportTable } from "../support/simulation/report.ts";
import { shows, stormOf } from "../support/simulation/storm.ts";
import { createWorld, STARTS_AT } from "../support/simulation/world.ts";

const MINUTE_MS = 60_000;
const LIMITS = { callsPerMinute: 60, activities: 5 };
const SETTINGS = { ...parseConfig({}), CALLS_PER_MINUTE: 60 };
const TRACKS = 20;
const DEPLOYMENTS = 5;
const SEED = 20_261_106;
/** The longest linger time, and what is left to do. */
const RUN_OUT_MS = 9 * 60 * MINUTE_MS;

test("five places, results that stay: failures within two seconds, the truth on every card", async () => {
  const random = randomness(SEED);
  const world = await createWorld({
    limits: LIMITS,
    settings: SETTINGS,
    endpoint: { notify: "failures" },
    latency: () => [between(random, 20, 300), between(random, 20, 300)],
  });
  const storm = { tracks: TRACKS, deployments: DEPLOYMENTS, withinMs: MINUTE_MS };
  const events = stormOf(storm, STARTS_AT);
  const truth = new Map<number, DeploymentEvent>();
  for (const event of events) {
    await world.pass(event.at - world.now());
    await world.deliver(event);
    await world.run();
    truth.set(event.track, event);
  }
  await world.pass(2 * MINUTE_MS);
  const shown = world.core.screen().activities.filter(({ endedAt }) => endedAt === null);
  const untrue = shown.filter(({ contentState, actions }) => {
    const wanted = truth.get(markIn({ actions })?.track ?? -1);
    return !wanted || !shows({ content_state: contentState, actions }, wanted);
  });
  expect(shown).toHaveLength(LIMITS.activities);
  expect(untrue.map(({ contentState }) => contentState)).toEqual([]);

  const commands = await allCommands(world.store);
  const waits = commands
    .filter(isFailurePush)
    .map(({ createdAt, settledAt }) => (settledAt ?? Infinity) - createdAt);
  expect(waits).toHaveLength(events.filter(({ stage }) => stage === "failed").length);
  expect(Math.max(...waits)).toBeLessThanOrEqual(2_000);
  expectNoRefusals(world.core);
  expectWithinLimits(world.core, LIMITS);
  expectPushesOnce(world.core, commands);
  const callsOfStorm = world.core.calls.length;

  await world.rest(RUN_OUT_MS);
  expect(world.core.screen().activities).toEqual([]);
  expect(await world.owed()).toBe(0);
  reportTable(
    `Storm with lingering cards: ${TRACKS} tracks x ${DEPLOYMENTS} deployments in a minute, five places`,
    [
      {
        webhooks: events.length,
        "calls used": callsOfStorm,
        "calls a deployment": (callsOfStorm / (TRACKS * DEPLOYMENTS)).toFixed(1),
        "most a minute": mostInAMinute(world.core.calls),
        "429s": world.core.calls.filter(({ refusal }) => refusal).length,
        "failure pushes": waits.length,
        "longest wait of one, s": Math.max(...waits) / 1_000,
      },
    ],
    "With five places and cards that linger, failures were told within two seconds and no call was refused.",
  );
  await world.close();
});
