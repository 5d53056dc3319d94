/** A storm of deployments to throw at a world, and what is measured of it. Asserts nothing. */
import { isEnd, markIn } from "./deployments.ts";
import type { DeploymentEvent, Stage } from "./deployments.ts";
import type { LimitedCore } from "./limited-core.ts";
import type { World } from "./world.ts";

export interface StormSize {
  readonly tracks: number;
  readonly deployments: number;
  /** All events happen within so many ms. */
  readonly withinMs: number;
}

const STAGES: readonly Stage[] = ["created", "ready", "succeeded"];
/** Most deployments are heard of twice, every so many-th in between as well. */
const READY_EVERY = 5;
const FAILS_EVERY = 10;

/** The events of a storm in the order of their times; a track's deployments follow one another. */
export function stormOf({ tracks, deployments, withinMs }: StormSize, startsAt: number) {
  const gap = withinMs / deployments;
  const events: DeploymentEvent[] = [];
  for (let track = 0; track < tracks; track++) {
    for (let run = 0; run < deployments; run++) {
      const fails = (track * 7 + run) % FAILS_EVERY === 0;
      for (const [index, stage] of STAGES.entries()) {
        if (stage === "ready" && run % READY_EVERY !== 0) continue;
        const offset = gap * (run + (index + track / tracks) / (STAGES.length + 1));
        const at = startsAt + Math.floor(offset);
        events.push({ track, run, stage: fails && isEnd(stage) ? "failed" : stage, at });
      }
    }
  }
  return events.toSorted((a, b) => a.at - b.at);
}

/** What the gateway has been told last of each track. */
export type Truth = Map<number, DeploymentEvent>;

export interface Staleness {
  /**
   * Summed over the activities on the screen: how long one was there, and how long it showed what
   * was no longer true.
   */
  shownMs: number;
  staleMs: number;
}

const COLORS: Readonly<Record<Stage, string>> = {
  created: "blue",
  ready: "blue",
  succeeded: "green",
  failed: "red",
  canceled: "gray",
};

/** Whether a body that was sent shows this deployment in this state. */
export function shows(body: unknown, truth: DeploymentEvent): boolean {
  const mark = markIn(body);
  const text = JSON.stringify(body);
  return (
    mark?.track === truth.track &&
    mark.run === truth.run &&
    text.includes(`"color":"${COLORS[truth.stage]}","`)
  );
}

export interface Raged {
  readonly truth: Truth;
  readonly staleness: Staleness;
}

/**
 * Delivers the events when they happen, in steps of `stepMs`, and lets the time pass until nothing
 * is owed.
 */
export async function rage(
  world: World,
  events: readonly DeploymentEvent[],
  { stepMs, limitMs }: { readonly stepMs: number; readonly limitMs: number },
): Promise<Raged> {
  const truth: Truth = new Map();
  const staleness: Staleness = { shownMs: 0, staleMs: 0 };
  const owed = [...events];
  const limit = world.now() + limitMs;
  while (owed.length > 0 || (await world.owed()) > 0) {
    if (world.now() > limit)
      throw new Error(`${await world.owed()} commands are owed after ${limitMs} ms`);
    while (owed[0] && owed[0].at <= world.now()) {
      const event = owed.shift();
      if (!event) break;
      await world.deliver(event);
      truth.set(event.track, event);
    }
    await world.run();
    measure(world.core, truth, staleness, stepMs);
    await world.pass(stepMs);
  }
  return { truth, staleness };
}

export interface Watching {
  readonly staleness: Staleness;
  stop(): void;
}

/** Measures the screen on a real clock from now on, every so many ms. */
export function watchScreen(
  core: LimitedCore,
  truth: Truth,
  { now, everyMs }: { readonly now: () => number; readonly everyMs: number },
): Watching {
  const staleness: Staleness = { shownMs: 0, staleMs: 0 };
  let seenAt = now();
  const timer = setInterval(() => {
    const at = now();
    measure(core, truth, staleness, at - seenAt);
    seenAt = at;
  }, everyMs);
  return { staleness, stop: () => clearInterval(timer) };
}

function measure(core: LimitedCore, truth: Truth, staleness: Staleness, ms: number): void {
  for (const activity of core.screen().activities) {
    if (activity.endedAt !== null) continue;
    const shown = { content_state: activity.contentState, actions: activity.actions };
    const wanted = truth.get(markIn(shown)?.track ?? -1);
    staleness.shownMs += ms;
    if (!wanted || !shows(shown, wanted)) staleness.staleMs += ms;
  }
}
