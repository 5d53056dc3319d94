/**
 * The bar of a run. It stands still: it begins with as many segments as the line's last run had, has
 * as many in every later frame of the attempt, and never goes back. What comes unforeseen has no
 * segment of its own before the next run. Pure; no clock.
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
  const bar = atLeast(fullBar(run, forecast), run, forecast?.segments ?? 0);
  const known = forecast?.attempt === run.attempt ? forecast.completed : 0;
  const isHeld = run.shape === "parallel" && forecast?.isHeld && forecast.attempt === run.attempt;
  const limit = isHeld ? Math.min(forecast.segments, MAX_SEGMENTS) : MAX_SEGMENTS;
  const isOpen = forecast !== undefined && run.shape === "parallel" && run.outcome === undefined;
  return inShares(bar, { limit, known, isOpen });
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
  const bar =
    run.shape === "line" ? lineBar(run, keysOf(run, seed, forecast)) : parallelBar(run, seed);
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
  /** No other optional step has one, whatever becomes of it. */
  readonly isHeld?: boolean;
}

const lastedIn = (run: Run) => (key: string) => {
  const step = run.steps[key];
  return step !== undefined && hasLasted(step);
};

function keysOf(run: Run, seed: BarShape | undefined, forecast: Forecast | undefined): Keys {
  const seeded = seed?.slots ?? [];
  const keys = new Set([...seeded.map(({ key }) => key), ...(forecast?.kept ?? [])]);
  const isHeld = forecast?.isHeld === true && forecast.attempt === run.attempt;
  return { seeded, isKept: (key) => keys.has(key), isHeld };
}

function lineBar(run: Run, { seeded, isKept, isHeld = false }: Keys): Bar {
  const steps = byOrder([
    ...entriesInOrder(run),
    ...seeded.filter(({ key }) => !(key in run.steps)).map(unheardStep),
  ]);
  const furthest = steps.findLastIndex(([, step]) => step.state !== "planned");
  const all = steps.map(([key, step], at) => ({
    isShown: isKept(key) || (isHeld ? !step.optional : needsSegment(step)),
    segment: segmentOf(step, lineState(run, step, at < furthest)),
  }));
  const segments = all.filter(({ isShown }) => isShown).map(({ segment }) => segment);
  const end = endOf(run);
  const failed = all.find((it) => !it.isShown && it.segment.state === "failed")?.segment;
  if (end && end !== "succeeded") return stoppedBar(segments, end, failed?.title);
  const open = segments.findIndex(({ state }) => !isFinished(state));
  if (open === -1) return { segments, completed: segments.length };
  // A step without a segment of its own is under way in the place of the one that follows it.
  const hidden = all.find((it) => !it.isShown && isUnderWay(it.segment))?.segment;
  const isHidden = hidden !== undefined && segments[open]?.state === "planned";
  return {
    segments: isHidden
      ? segments.map((it, at) => (at === open ? { ...it, state: hidden.state } : it))
      : segments,
    completed: open,
    current: isHidden ? hidden.title : segments[open]?.title,
  };
}

const isUnderWay = ({ state }: Segment): boolean => state === "running" || state === "waiting";

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

/**
 * A run that failed or was canceled stopped at its first segment that is not complete.
 *
 * @param hidden what failed without a segment of its own: that one stands for it
 */
function stoppedBar(
  segments: readonly Segment[],
  state: "failed" | "canceled" | "skipped",
  hidden: string | undefined,
): Bar {
  const open = segments.findIndex((it) => it.state !== "succeeded" && it.state !== "skipped");
  const stop = open === -1 ? segments.length - 1 : open;
  return {
    segments: segments.map((it, at) =>
      at === stop ? { ...it, state, title: hidden ?? it.title } : it,
    ),
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
  const bar = finishedFirst(run, [
    ...own.map(({ segment }) => segment),
    ...Array.from({ length: missing }, (_, at) => unheard(run, names[at] ?? "")),
  ]);
  return { ...bar, current: jobsUnderWay(bar, own.length === seed?.count) };
}

/**
 * "lint", "lint +2". Where the line's last run had as many jobs and all are over, it is finishing;
 * else nobody knows what comes.
 */
function jobsUnderWay({ segments, completed }: Bar, isForeseen: boolean): string {
  const [first, ...others] = segments.filter(({ state }) => state === "running");
  const title =
    first?.title || segments[completed]?.title || (isForeseen ? "Finishing" : "Running");
  return others.length > 0 ? `${title} +${others.length}` : title;
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
    current: SOLE_TITLE[state],
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

interface Room {
  /** The most segments. */
  readonly limit: number;
  /** So many have been shown as complete. */
  readonly known: number;
  /** Its last segment is not complete before the run is over: what comes next is not known. */
  readonly isOpen: boolean;
}

/** A longer bar in shares: each segment stands for several, and is complete when all of them are. */
function inShares(bar: Bar, { limit, known, isOpen }: Room): Bar {
  const { length } = bar.segments;
  const count = Math.min(length, limit);
  const most = isOpen ? count - 1 : count;
  const share = Math.min(most, Math.floor((bar.completed * count) / length));
  const completed = Math.max(share, Math.min(known, count));
  if (count === length && completed === bar.completed) return bar;
  const [over, open] = partsOf(bar);
  const failed = completed === 0 ? over.filter(({ state }) => state === "failed") : [];
  const segments = [
    ...shared(over.length > 0 ? over : open.slice(0, 1), completed),
    ...shared([...failed, ...open], count - completed),
  ];
  return { ...bar, segments, completed };
}

/** What is over, and what is not; where all is over, the last goes on for what is yet to come. */
function partsOf({ segments, completed }: Bar): readonly [Segment[], Segment[]] {
  const over = segments.slice(0, completed);
  const open = segments.slice(completed);
  const last = over.at(-1);
  if (open.length > 0 || !last) return [over, open];
  const state = last.state === "failed" ? last.state : "running";
  return [over.slice(0, -1), [{ ...last, title: "", state }]];
}

/** So many segments for all of these; where they are fewer, some stand for themselves twice. */
const shared = (segments: readonly Segment[], count: number): Segment[] =>
  Array.from({ length: count }, (_, at) => {
    const from = Math.floor((at * segments.length) / count);
    const to = Math.floor(((at + 1) * segments.length) / count);
    return worstOf(segments.slice(from, Math.max(to, from + 1)));
  });

const worstOf = (shared: readonly Segment[]): Segment =>
  shared.reduce((worst, it) =>
    WORST_FIRST.indexOf(it.state) < WORST_FIRST.indexOf(worst.state) ? it : worst,
  );

/** What is known when a run begins. */
export type Prospect = Pick<Forecast, "seed" | "expected">;

export interface Moment {
  /** In ms, by the gateway's clock. */
  readonly now: number;
  /** When the first frame of the run may go out; undefined as long as it is not shown. */
  readonly firstFrameAt: number | undefined;
}

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
  moment: Moment,
): Forecast {
  const current = atMoment(run, { ...BLANK, attempt: run.attempt, ...before, ...prospect }, moment);
  const bar = barOf(run, current);
  const entered = Object.entries(run.steps).flatMap(([key, step]) =>
    run.shape === "line" && step.optional && needsSegment(step) ? [key] : [],
  );
  return {
    ...current,
    segments: bar.segments.length,
    completed: bar.completed,
    kept: current.isHeld ? current.kept : [...new Set([...current.kept, ...entered])].toSorted(),
  };
}

const BLANK = { seed: null, expected: null, segments: 0, completed: 0, kept: [] };

/** Another attempt is another bar: it may have more segments than the one before. */
function atMoment(run: Run, known: Forecast, { now, firstFrameAt }: Moment): Forecast {
  if (known.attempt !== run.attempt) {
    const { isHeld: _past, ...rest } = known;
    return { ...rest, attempt: run.attempt, completed: 0, firstFrameAt };
  }
  const first = known.firstFrameAt ?? firstFrameAt;
  const isSeen = known.firstFrameAt !== undefined && known.firstFrameAt <= now;
  return { ...known, firstFrameAt: first, ...((known.isHeld || isSeen) && { isHeld: true }) };
}
