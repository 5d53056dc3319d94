/** What a merged run looks like: its state and the segments of its bar. Pure; no clock. */
import type { OutcomeState, StepState } from "../model/signal.ts";
import { isFinished } from "./merge.ts";
import { CLOCK_JITTER_MS, plausibleDuration } from "./plausible.ts";
import type { Run, RunState, Step } from "../model/run.ts";

/** An optional segment that took less is left off the bar: nobody reads it in that time. */
export const BRIEF_STEP_MS = 5_000;

export interface Segment {
  readonly title: string;
  readonly state: StepState;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

export interface Bar {
  /** Finished segments first; at least one segment. */
  readonly segments: readonly Segment[];
  /** How many are finished: the first `completed` ones. */
  readonly completed: number;
}

/** How it ended in a person's eyes: what a time limit stopped has failed. */
export const endOf = ({ state, canceledBy }: NonNullable<Run["outcome"]>): OutcomeState =>
  state === "canceled" && canceledBy === "time_limit" ? "failed" : state;

/** Steps that a person is asked to let go on; a wait that asks nobody is none of them. */
export const askedSteps = (run: Run): readonly (Step & { readonly key: string })[] =>
  run.outcome
    ? []
    : Object.entries(run.steps).flatMap(([key, step]) =>
        step.state === "waiting" && step.asks ? [{ ...step, key }] : [],
      );

/**
 * Where the run stands. Without an outcome the furthest step of a line tells, or the busiest of
 * parallel ones.
 */
export function runState(run: Run): RunState {
  if (run.outcome) return endOf(run.outcome);
  const steps = orderedSteps(run);
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

/** The bar that a person sees. Its length is honest: every known segment, none invented. */
export function barOf(run: Run): Bar {
  const steps = orderedSteps(run);
  const bar = run.shape === "line" ? lineBar(run, steps) : parallelBar(run, steps);
  return bar.segments.length > 0 ? bar : soleBar(run);
}

function lineBar(run: Run, steps: readonly Step[]): Bar {
  const furthest = steps.findLastIndex((step) => step.state !== "planned");
  const segments = reached(run, steps)
    .map((step, index) => ({ step, state: lineState(run, steps, index, furthest) }))
    .filter(({ step }) => !isLeftOff(step))
    .map(({ step, state }) => segment(step, state));
  if (!run.outcome || run.outcome.state === "succeeded") {
    const open = segments.findIndex(({ state }) => !isFinished(state));
    return { segments, completed: open === -1 ? segments.length : open };
  }
  const end = endOf(run.outcome);
  return end === "succeeded" ? { segments, completed: segments.length } : stoppedBar(segments, end);
}

/** A success that is only assumed claims no step that nobody reported finished. */
function reached(run: Run, steps: readonly Step[]): readonly Step[] {
  if (run.outcome?.state !== "succeeded" || !run.outcome.provisional) return steps;
  return steps.slice(0, steps.findLastIndex((step) => isFinished(step.state)) + 1);
}

/** A run that failed or was canceled stopped at its first segment that is not complete. */
function stoppedBar(segments: readonly Segment[], state: "failed" | "canceled" | "skipped"): Bar {
  const open = segments.findIndex((it) => it.state !== "succeeded" && it.state !== "skipped");
  const stop = open === -1 ? segments.length - 1 : open;
  return {
    segments: segments.map((it, at) => (at === stop ? { ...it, state } : it)),
    completed: stop,
  };
}

/** A later step that is under way implies the earlier ones; success implies all. */
function lineState(run: Run, steps: readonly Step[], index: number, furthest: number): StepState {
  const state = steps[index]?.state ?? "planned";
  const implied = index < furthest || run.outcome?.state === "succeeded";
  if (!implied || state === "skipped") return state;
  return run.outcome?.state === "succeeded" || !isFinished(state) ? "succeeded" : state;
}

function parallelBar(run: Run, steps: readonly Step[]): Bar {
  const segments = steps
    .filter((step) => !isLeftOff(step))
    .map((step) => segment(step, parallelState(run, step.state)));
  const endTime = ({ endedAt }: Segment) => endedAt ?? run.outcome?.at ?? 0;
  const over = segments
    .filter(({ state }) => isFinished(state))
    .toSorted((a, b) => endTime(a) - endTime(b));
  const open = segments.filter(({ state }) => !isFinished(state));
  return { segments: [...over, ...open], completed: over.length };
}

/** Once the run is over, steps whose own end was never heard ended with it. */
function parallelState(run: Run, state: StepState): StepState {
  if (!run.outcome || isFinished(state)) return state;
  return run.outcome.state === "succeeded" ? "succeeded" : "canceled";
}

/** The one segment of a run without steps. */
const SOLE_TITLE: Readonly<Record<RunState, string>> = {
  queued: "Queued",
  waiting: "Waiting",
  running: "Running",
  succeeded: "Finished",
  failed: "Run",
  canceled: "Run",
  skipped: "Run",
};

/** Nothing is known but that it runs, or how it ended. */
function soleBar(run: Run): Bar {
  const state = runState(run);
  const { startedAt, endedAt } = runTimes(run);
  return {
    segments: [{ title: SOLE_TITLE[state], state, startedAt, endedAt }],
    completed: state === "succeeded" ? 1 : 0,
  };
}

function isLeftOff(step: Step): boolean {
  if (!step.optional) return false;
  if (step.state === "planned") return true;
  const { startedAt, endedAt } = step;
  return endedAt !== undefined && endedAt - (startedAt ?? endedAt) < BRIEF_STEP_MS;
}

function segment(step: Step, state: StepState): Segment {
  return { title: step.title.value, state, startedAt: step.startedAt, endedAt: step.endedAt };
}

function orderedSteps(run: Run): Step[] {
  return Object.entries(run.steps)
    .toSorted(
      ([keyA, a], [keyB, b]) =>
        a.order - b.order ||
        (a.startedAt ?? a.at) - (b.startedAt ?? b.at) ||
        (keyA < keyB ? -1 : 1),
    )
    .map(([, step]) => step);
}

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
  return { createdAt, startedAt, endedAt: run.outcome?.at };
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
