/** Where a merged run stands, and its times. Pure; no clock. */
import type { OutcomeState, StepState } from "../model/signal.ts";
import { isFinished } from "./merge.ts";
import { CLOCK_JITTER_MS, plausibleDuration } from "./plausible.ts";
import type { Run, RunState, Step } from "../model/run/run.ts";

export interface Segment {
  readonly title: string;
  readonly state: StepState;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/**
 * How it ended in a person's eyes; undefined while it goes on. What a time limit stopped has failed.
 * What died before it was taken down has failed as well, and what was taken down has not failed
 * because it died of that.
 */
export function endOf({ outcome, diedAt, retiredAt }: Run): OutcomeState | undefined {
  if (outcome?.provisional && !outcome.derived && diedAt !== undefined && retiredAt !== undefined)
    return diedAt <= retiredAt ? "failed" : "canceled";
  const { state, canceledBy } = outcome ?? {};
  return state === "canceled" && canceledBy === "time_limit" ? "failed" : state;
}

/**
 * When it ended, by the provider's clock, in ms. What dies again and again failed when it first
 * died, whatever is said of it later.
 */
export function endedAtOf(run: Run): number | undefined {
  const { outcome, diedAt } = run;
  if (outcome === undefined || diedAt === undefined || endOf(run) !== "failed") return outcome?.at;
  return Math.min(outcome.at, diedAt);
}

/** Steps that a person is asked to let go on; a wait that asks nobody is none of them. */
export const askedSteps = (run: Run): readonly (Step & { readonly key: string })[] =>
  run.outcome
    ? []
    : Object.entries(run.steps).flatMap(([key, step]) =>
        step.state === "waiting" && step.asks ? [{ ...step, key }] : [],
      );

/** Somebody who was asked has said no, and that is why it ended. */
export const isRejected = ({ facts, steps }: Run): boolean =>
  facts["rejectedBy"] !== undefined &&
  Object.values(steps).some(({ asks, state }) => asks && state === "failed");

/** Why it failed, in the words of the provider, or of whoever refused it. */
export const errorOf = (run: Run): string | undefined =>
  run.facts[isRejected(run) ? "rejection" : "error"]?.value;

/**
 * Where the run stands. Without an outcome the furthest step of a line tells, or the busiest of
 * parallel ones.
 */
export function runState(run: Run): RunState {
  const end = endOf(run);
  if (end) return end;
  const steps = entriesInOrder(run).map(([, step]) => step);
  const entered = steps.filter((step) => step.state !== "planned");
  const telling =
    run.shape === "line"
      ? entered.at(-1)
      : (entered.find((step) => step.state === "running") ??
        entered.find((step) => step.state === "waiting") ??
        entered.find((step) => isFinished(step.state)) ??
        entered[0]);
  if (!telling || telling.state === "queued" || telling.state === "planned") return "queued";
  return telling.state === "waiting" ? "waiting" : "running";
}

/**
 * Nothing but a provisional end is known of it: the removal of an old deployment that was never
 * heard of must not step in front of the one that replaced it.
 */
export const isHearsay = (run: Run): boolean =>
  run.outcome?.provisional === true &&
  run.serves === undefined &&
  Object.values(run.steps).every((step) => step.state === "planned");

/** It is over, and no job that is yet to come takes that back. */
export const hasEnded = ({ outcome }: Run): boolean => outcome !== undefined && !outcome.derived;

/** The steps with their keys, in their order on the bar. */
export const entriesInOrder = (run: Run): [string, Step][] => inOrder(run.steps);

export const inOrder = <S extends Step>(steps: Readonly<Record<string, S>>): [string, S][] =>
  Object.entries(steps).toSorted(
    ([keyA, a], [keyB, b]) =>
      a.order - b.order || (a.startedAt ?? a.at) - (b.startedAt ?? b.at) || (keyA < keyB ? -1 : 1),
  );

export interface RunTimes {
  readonly createdAt: number;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
}

/**
 * By the provider's clock, in ms: when the run was created, the earliest that was heard of it (its
 * duration counts from there, so the queue is part of it), when it ended.
 */
export function runTimes(run: Run): RunTimes {
  const createdAt = run.createdAt ?? run.firstAt;
  let startedAt = createdAt;
  for (const at of [run.firstAt, ...Object.values(run.steps).flatMap((it) => it.startedAt ?? [])])
    if (isOfRun(run, at)) startedAt = Math.min(startedAt, at);
  return { createdAt, startedAt, endedAt: doneAt(run) };
}

/** What waits so long for its promotion, in ms, somebody has promoted by hand. */
const BY_HAND_MS = 10 * 60_000;
/** What was live so long before, in ms, is put live once more. */
const ONCE_MORE_MS = 60_000;

/** Somebody put it live, perhaps once more, long after it was built: that took no time of its own. */
export const isPutLiveLater = (run: Run): boolean => doneAt(run) !== endedAtOf(run);

function doneAt(run: Run): number | undefined {
  const end = endedAtOf(run);
  const { serves, withheld, outcome, steps } = run;
  const isByHand = serves !== undefined && serves.how !== "live";
  if (end === undefined || !isByHand || outcome?.state !== "succeeded") return end;
  const stepsEnd = Math.max(...Object.values(steps).flatMap((it) => it.endedAt ?? []));
  const built = withheld && end - withheld.at > BY_HAND_MS ? withheld.at : end;
  const live = Number.isFinite(stepsEnd) && end - stepsEnd > ONCE_MORE_MS ? stepsEnd : end;
  return Math.min(built, live);
}

/**
 * No run begins before it was created: what is told of such a time is of another attempt, or wrong.
 */
const isOfRun = (run: Run, at: number): boolean =>
  run.createdAt === undefined || at >= run.createdAt - CLOCK_JITTER_MS;

/** How long the run took, in ms; undefined while it runs, and where its times cannot be right. */
export function runDuration(run: Run): number | undefined {
  const { startedAt, endedAt } = runTimes(run);
  return endedAt === undefined ? undefined : plausibleDuration(endedAt - startedAt);
}
