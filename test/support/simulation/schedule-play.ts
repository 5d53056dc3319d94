/**
 * Plays a schedule in a world of two processes with the real linger times, and lets everything run
 * out. Asserts nothing.
 */
import { parseConfig } from "../../../src/config.ts";
import { endpointFor } from "../send.ts";
import { barsIn } from "./bars.ts";
import type { Bars } from "./bars.ts";
import { watchCards } from "./card-watch.ts";
import { between, randomness } from "./randomness.ts";
import { createTelling, SOURCES, stepsOf } from "./schedule.ts";
import type { Action, Heard } from "./schedule.ts";
import { faultIn } from "./weather.ts";
import type { Weather } from "./weather.ts";
import { createWorld } from "./world.ts";

const MINUTE_MS = 60_000;
/** The longest that a result stays, and an hour. */
const RUN_OUT_MS = 9 * 60 * MINUTE_MS;
const LIMITS = { callsPerMinute: 60, activities: 3 };
const SETTINGS = { ...parseConfig({}), CALLS_PER_MINUTE: 60, LIVE_ACTIVITIES: 3 };

export interface PlayedSchedule {
  /** What was seen that must not be, in words. */
  readonly broken: readonly string[];
  readonly bars: Bars;
  readonly looks: number;
  readonly calls: number;
  readonly faults: number;
  readonly deaths: number;
}

export async function playSchedule(
  script: readonly Action[],
  seed: number,
): Promise<PlayedSchedule> {
  const random = randomness(seed);
  const telling = createTelling();
  const watch = watchCards(() => telling.groupKeys());
  let weather: Weather = "well";
  /** Since when nothing goes wrong any more. */
  let calmSince = 0;
  const world = await createWorld({
    limits: LIMITS,
    settings: SETTINGS,
    latency: () => [between(random, 1, 900), between(random, 1, 8_000)],
    sweepMs: 10_000,
    processes: 2,
    onRest: async (it) => {
      if (weather !== "well" || it.dead() > 0) calmSince = it.now();
      await watch.look(it, calmSince);
    },
  });
  world.core.fail((call) => faultIn(weather, call, world.core, random));
  const endpoints = {
    github: await endpointFor(world.gateway(), "github", { notify: "none" }),
    vercel: await endpointFor(world.gateway(), "vercel", { notify: "none" }),
  };
  const hear = async (heard: Heard) => {
    const { provider = "github" } = SOURCES[heard.source] ?? {};
    await world.post(endpoints[provider], telling.webhookOf(heard, world.now()));
    await world.run();
  };
  const act = async (action: Action): Promise<void> => {
    switch (action.do) {
      case "weather":
        weather = action.weather;
        return;
      case "pass":
        return world.pass(action.ms);
      case "die":
        return world.doom(action, action.steps);
      case "hear":
        return hear(action.heard);
      case "follow":
        for (const heard of telling.nextRun(action.source)) {
          await hear(heard);
          await world.pass(action.gapMs);
        }
    }
  };
  for (const action of script) await act(action);
  weather = "well";
  for (const { source, run } of telling.known())
    await hear({ source, run, step: stepsOf(source) - 1 });
  await world.pass(MINUTE_MS);
  await world.rest(RUN_OUT_MS);
  const left = world.core.screen().activities.map(({ streamKey }) => `${streamKey} is left`);
  const { calls } = world.core;
  await world.close();
  return {
    broken: [...watch.broken, ...left],
    bars: barsIn(calls),
    looks: watch.looks,
    calls: calls.length,
    faults: calls.filter(({ fault }) => fault).length,
    deaths: script.filter((step) => step.do === "die").length,
  };
}
