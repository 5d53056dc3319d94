/**
 * The bar of a run. It stands still: it begins with as many segments as the line's last run had,
 * may grow, never shrinks, and within an attempt never goes back. Pure; no clock.
 */
import type { BarShape, BarSlot, Forecast } from "../model/run/forecast.ts";
import type { Run, RunState, Step } from "../model/run/run.ts";
import type { StepState } from "../model/signal.ts";
import { isFinished } from "./merge.ts";
import { jobsOf, slotsOf } from "./job-slots.ts";
import { endOf, entriesInOrder, hasEnded, runState, runTimes } from "./segments.ts";
import type { Segment } from "./segments.ts";

/** An optional step that took less gets no segment in the next run: nobody reads it in that time. */
export const BRIEF_STEP_MS = 5_000;

/** Nobody counts the segments of a longer bar: it shows the shares. */
export const MAX_SEGMENTS = 12;

/** So many names of a bar are remembered for the next run; the number of segments always is. */
const MAX_SLOTS = 40;

export interface Bar {
  /** Finished segments first; at least one segment. */
  readonly segments: readonly Segment[];
  /** How many are finished: the first `completed` ones. */
  readonly completed: number;
  /** What is under way, in its own words. */
  readonly current?: string | undefined;
}

/**
 * The bar that a person sees: at most MAX_SEGMENTS segments.
 *
 * @param forecast what its line's last run came to and what was shown of this one, if it is known
 */
export function barOf(run: Run, forecast?: Forecast): Bar {
  const bar = fullBar(run, forecast);
  const known = forecast?.attempt === run.attempt ? forecast.completed : 0;
  const shown = withinLimit(atLeast(bar, run, forecast?.segments ?? 0));
  return { ...shown, completed: Math.max(shown.completed, Math.min(known, shown.segments.length)) };
}

/** Every step and job that the run has, however many: the whole record, nothing folded. */
export function segmentsOf(run: Run): readonly Segment[] {
  const own =
    run.shape === "line"
      ? lineBar(run, { seeded: [], isKept: lastedIn(run) }).segments
      : finishedFirst(run, jobsOf(run)).segments;
  return own.length > 0 ? own : soleBar(run).segments;
}

/** Every segment that the run has, or that its line's last run had. */
function fullBar(run: Run, forecast: Forecast | undefined): Bar {
  const seed = forecast?.seed?.kind === run.shape ? forecast.seed : undefined;
  const bar = run.shape === "line" ? lineBar(run, keysOf(seed, forecast)) : parallelBar(run, seed);
  return bar.segments.length > 0 ? bar : soleBar(run);
}

/** What the next run of the line begins with: what this one entered. */
export function shapeOf(run: Run): BarShape {
  const slots = run.shape === "line" ? enteredSteps(run) : slotsOf(run).map(({ slot }) => slot);
  return { kind: run.shape, count: slots.length, slots: slots.slice(0, MAX_SLOTS) };
}

const enteredSteps = (run: Run): readonly BarSlot[] =>
  entriesInOrder(run)
    .filter(([, step]) => isRemembered(step))
    .map(([key, { title, order }]) => ({ key, title: title.value, order, jobs: 1 }));

/** The steps of a line that have a segment though they are optional and may not be entered. */
interface Keys {
  readonly seeded: readonly BarSlot[];
  readonly isKept: (key: string) => boolean;
}

const lastedIn = (run: Run) => (key: string) => {
  const step = run.steps[key];
  return step !== undefined && hasLasted(step);
};

function keysOf(seed: BarShape | undefined, forecast: Forecast | undefined): Keys {
  const seeded = seed?.slots ?? [];
  const keys = new Set([...seeded.map(({ key }) => key), ...(forecast?.kept ?? [])]);
  return { seeded, isKept: (key) => keys.has(key) };
}

function lineBar(run: Run, { seeded, isKept }: Keys): Bar {
  const steps = byOrder([
    ...entriesInOrder(run),
    ...seeded.filter(({ key }) => !(key in run.steps)).map(unheardStep),
  ]);
  const furthest = steps.findLastIndex(([, step]) => step.state !== "planned");
  const all = steps.map(([key, step], at) => ({
    isShown: needsSegment(step) || isKept(key),
    segment: segmentOf(step, lineState(run, step, at < furthest)),
  }));
  const segments = all.filter(({ isShown }) => isShown).map(({ segment }) => segment);
  const end = endOf(run);
  if (end && end !== "succeeded") return stoppedBar(segments, end);
  const open = segments.findIndex(({ state }) => !isFinished(state));
  if (open === -1) return { segments, completed: segments.length };
  // A step without a segment of its own is under way in the place of the one that follows it.
  const hidden = all.find((it) => !it.isShown && it.segment.state === "running");
  const isHidden = hidden !== undefined && segments[open]?.state === "planned";
  return {
    segments: isHidden
      ? segments.map((it, at) => (at === open ? { ...it, state: "running" as const } : it))
      : segments,
    completed: open,
    current: isHidden ? hidden.segment.title : segments[open]?.title,
  };
}

type Entry = readonly [key: string, step: Step];

const byOrder = (steps: readonly Entry[]): readonly Entry[] =>
  steps.toSorted(([, a], [, b]) => a.order - b.order);

const unheardStep = ({ key, title, order }: BarSlot): Entry => [
  key,
  { title: { value: title, at: 0 }, order, state: "planned", at: 0, optional: true },
];

/** A later step that is under way implies the earlier ones; success implies all that it needs. */
function lineState(run: Run, { state, optional, asks }: Step, isPassed: boolean): StepState {
  const isOver = run.outcome?.state === "succeeded";
  if ((!isPassed && !isOver) || state === "skipped") return state;
  if (state === "planned" && optional) return "skipped";
  if (isOver && run.outcome?.provisional && !isPassed && !isFinished(state)) return "skipped";
  if (asks && state === "failed") return state;
  return isOver || !isFinished(state) ? "succeeded" : state;
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

/** An optional step has a segment where it failed, or where a person waits for it. */
const needsSegment = ({ optional, state, asks }: Step): boolean =>
  !optional || asks !== undefined || state === "waiting" || state === "failed";

/** One that merely lasted has a segment in the next run: in its own the bar would grow. */
const isRemembered = (step: Step): boolean => needsSegment(step) || hasLasted(step);

const hasLasted = ({ startedAt, endedAt }: Step): boolean =>
  endedAt !== undefined && endedAt - (startedAt ?? endedAt) >= BRIEF_STEP_MS;

const segmentOf = ({ title, startedAt, endedAt }: Step, state: StepState): Segment => ({
  title: title.value,
  state,
  startedAt,
  endedAt,
});

const ACTIVITY: readonly StepState[] = ["running", "waiting", "queued"];

function parallelBar(run: Run, seed: BarShape | undefined): Bar {
  const own = slotsOf(run, seed);
  const known = new Set(own.map(({ slot }) => slot.key));
  const names = (seed?.slots ?? []).filter(({ key }) => !known.has(key)).map(({ title }) => title);
  const missing = Math.max(0, (seed?.count ?? 0) - own.length);
  return finishedFirst(run, [
    ...own.map(({ segment }) => segment),
    ...Array.from({ length: missing }, (_, at) => unheard(run, names[at] ?? "")),
  ]);
}

/** By their ends; of the others what is under way before what is yet to come. */
function finishedFirst(run: Run, segments: readonly Segment[]): Bar {
  const endTime = ({ endedAt }: Segment) => endedAt ?? run.outcome?.at ?? 0;
  const rank = ({ state }: Segment) => (ACTIVITY.indexOf(state) + 4) % 4;
  const over = segments
    .filter(({ state }) => isFinished(state))
    .toSorted((a, b) => endTime(a) - endTime(b));
  const open = segments
    .filter(({ state }) => !isFinished(state))
    .toSorted((a, b) => rank(a) - rank(b));
  return { segments: [...over, ...open], completed: over.length };
}

/** What never came is gray, and no reason to wait once the run is over. */
const unheard = (run: Run, title: string): Segment => ({
  title,
  state: hasEnded(run) ? "skipped" : "planned",
  startedAt: undefined,
  endedAt: undefined,
});

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

/** Filled up with segments that were never entered; a bar that is complete stays so. */
function atLeast(bar: Bar, run: Run, count: number): Bar {
  const missing = count - bar.segments.length;
  if (missing <= 0) return bar;
  const isComplete = run.outcome !== undefined && bar.completed === bar.segments.length;
  const fill = { ...unheard(run, ""), state: isComplete ? "skipped" : "planned" } as const;
  const segments = [...bar.segments, ...Array.from({ length: missing }, () => fill)];
  return { ...bar, segments, completed: isComplete ? segments.length : bar.completed };
}

/** What of several segments that share one is seen first. */
const WORST_FIRST: readonly StepState[] = [
  "failed",
  "waiting",
  "running",
  "queued",
  "planned",
  "canceled",
  "succeeded",
  "skipped",
];

/** A longer bar in shares: each segment stands for several, and is complete when all of them are. */
function withinLimit(bar: Bar): Bar {
  const { length } = bar.segments;
  if (length <= MAX_SEGMENTS) return bar;
  const from = (at: number) => Math.floor((at * length) / MAX_SEGMENTS);
  const segments = Array.from({ length: MAX_SEGMENTS }, (_, at) =>
    worstOf(bar.segments.slice(from(at), from(at + 1))),
  );
  const completed = segments.filter((_, at) => from(at + 1) <= bar.completed).length;
  return { ...bar, segments, completed };
}

const worstOf = (shared: readonly Segment[]): Segment =>
  shared.reduce((worst, it) =>
    WORST_FIRST.indexOf(it.state) < WORST_FIRST.indexOf(worst.state) ? it : worst,
  );

/** What is known when a run begins. */
export type Prospect = Pick<Forecast, "seed" | "expected">;

/**
 * The forecast with what the run's bar has come to.
 *
 * @param before as it was, if the run is known
 * @param prospect what is new of the line's past, where it was looked up
 */
export function forecastAfter(
  run: Run,
  before: Forecast | undefined,
  prospect: Prospect | undefined,
): Forecast {
  const blank = { attempt: run.attempt, seed: null, expected: null, segments: 0, completed: 0 };
  const known: Forecast = { kept: [], ...blank, ...before, ...prospect };
  const current =
    known.attempt === run.attempt ? known : { ...known, attempt: run.attempt, completed: 0 };
  const bar = barOf(run, current);
  const entered = Object.entries(run.steps).flatMap(([key, step]) =>
    run.shape === "line" && step.optional && needsSegment(step) ? [key] : [],
  );
  return {
    ...current,
    segments: bar.segments.length,
    completed: bar.completed,
    kept: [...new Set([...current.kept, ...entered])].toSorted(),
  };
}
