/**
 * What must hold of every core API call and of the outbox when a world has come to rest, whatever
 * it went through.
 */
import { toWire } from "../../../src/destinations/activitysmith/to-wire.ts";
import { expect } from "vitest";
import type { Command } from "../../../src/model/command.ts";
import { isEnd, markIn } from "./deployments.ts";
import type { DeploymentEvent } from "./deployments.ts";
import { mostInAMinute } from "./limited-core.ts";
import type { LimitedCore, Limits, LoggedCall } from "./limited-core.ts";
import { isFailurePush, lastWanted } from "./outbox.ts";
import { shows } from "./storm.ts";
import type { Truth } from "./storm.ts";

/** Fails with these words where it does not hold. */
export function expectHolds(holds: boolean, words: string): void {
  expect(holds ? "it holds" : words).toBe("it holds");
}

/** Never beyond the budget, and never more activities than fit. */
export function expectWithinLimits({ calls }: LimitedCore, limits: Limits): void {
  expect(mostInAMinute(calls)).toBeLessThanOrEqual(limits.callsPerMinute);
  expect(Math.max(...calls.map(({ alive }) => alive.length))).toBeLessThanOrEqual(
    limits.activities,
  );
}

/** The core API never had to refuse a call. */
export function expectNoRefusals({ calls }: LimitedCore): void {
  expect(calls.filter((call) => call.refusal && !call.fault)).toEqual([]);
}

export interface Ending {
  /**
   * Tracks whose true final state was the last that the core heard, and those that had nothing on
   * the screen to end.
   */
  readonly told: number;
  readonly untold: number;
}

/**
 * Every finished run's activity is over, and the last that the core heard of a track is the truth.
 */
export function expectTruth(core: LimitedCore, truth: Truth, commands: readonly Command[]): Ending {
  const lastCalls = new Map<number, LoggedCall>();
  const lastShown = new Map<number, LoggedCall>();
  const trackOf = tracksOf(commands);
  for (const call of core.calls) {
    if (call.kind === "push" || call.status === undefined || call.status >= 300) continue;
    const track = trackOf.get(call.streamKey);
    if (track === undefined) continue;
    lastCalls.set(track, call);
    if (call.kind === "update") lastShown.set(track, call);
  }
  const alive = core.screen().activities.filter(({ endedAt }) => endedAt === null);
  let told = 0;
  for (const event of truth.values()) {
    const last = lastCalls.get(event.track);
    const shown = lastShown.get(event.track);
    if (shown && shows(shown.body, event)) told++;
    else expectHolds(isEnd(event.stage) && last?.kind !== "update", lie(event, last));
  }
  for (const { contentState, actions } of alive) {
    const event = truth.get(markIn({ actions })?.track ?? -1);
    expectHolds(event !== undefined && !isEnd(event.stage), `a ghost: ${contentState.title}`);
  }
  return { told, untold: truth.size - told };
}

const lie = (event: DeploymentEvent, last: LoggedCall | undefined): string =>
  `${JSON.stringify(event)} was last shown as ${JSON.stringify(last)}`;

function tracksOf(commands: readonly Command[]): ReadonlyMap<string, number> {
  return new Map(
    [...lastWanted(commands)].flatMap(([streamKey, { intent }]) => {
      const mark = markIn(intent);
      return mark ? [[streamKey, mark.track] as const] : [];
    }),
  );
}

/**
 * Every push reached the core once; one that was sent without an answer at most twice, and is
 * marked.
 */
export function expectPushesOnce({ calls }: LimitedCore, commands: readonly Command[]): void {
  const heard = new Map<string, number>();
  for (const { kind, body, status } of calls) {
    if (kind !== "push" || status !== 200) continue;
    heard.set(identityOf(body), (heard.get(identityOf(body)) ?? 0) + 1);
  }
  for (const { intent, status, possibleRepeat, reason } of commands) {
    if (intent.kind !== "push") continue;
    const { body } = toWire(intent);
    const times = heard.get(identityOf(body)) ?? 0;
    heard.delete(identityOf(body));
    const facts = `${intent.title}: heard ${times} times, ${status}, ${reason}`;
    // Another push said it.
    if (status === "skipped" && reason?.startsWith("summed up in ")) continue;
    const isExcused = status === "dead" && /^(sent twice without an answer|400)/.test(reason ?? "");
    expectHolds(times >= 1 || isExcused, facts);
    expectHolds(times <= (possibleRepeat ? 2 : 1), facts);
  }
  expectHolds(heard.size === 0, `nobody asked for ${[...heard.keys()].join()}`);
}

/** Which deployment a push is about, and what it says of it. */
const identityOf = (body: Readonly<Record<string, unknown>>): string =>
  JSON.stringify([markIn(body), body["title"]]);

/** No other call was begun while the push of a failure waited. */
export function expectFailuresFirst({ calls }: LimitedCore, commands: readonly Command[]): void {
  const begun = new Map(calls.map(({ body, begunAt }) => [identityOf(body), begunAt]));
  const waits = commands
    .filter(isFailurePush)
    .map(
      ({ intent, createdAt }) =>
        [createdAt, begun.get(identityOf(toWire(intent).body)) ?? Infinity] as const,
    );
  for (const { kind, body, begunAt } of calls) {
    // Calls on streams have a budget of their own, so no push waits for one.
    if (kind !== "push" || String(body["title"]).endsWith("failed")) continue;
    const kept = waits.filter(([since, until]) => since < begunAt && begunAt < until);
    expectHolds(kept.length === 0, `${kept.length} failures waited for a ${kind} at ${begunAt}`);
  }
}
