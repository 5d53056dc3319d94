/**
 * The jobs of a run as segments: those of one matrix share one, and what an earlier attempt passed
 * stands where only failed jobs run again. Pure; no clock.
 */
import type { BarShape, BarSlot } from "../model/run/forecast.ts";
import type { Run, Step } from "../model/run/run.ts";
import type { StepState } from "../model/signal.ts";
import { isFinished } from "./merge.ts";
import { entriesInOrder, hasEnded, inOrder } from "./segments.ts";
import type { Segment } from "./segments.ts";

export interface SlotOfJobs {
  readonly slot: BarSlot;
  readonly segment: Segment;
}

export interface Job extends Segment {
  readonly order: number;
}

/** "test (node 24)" is a job of the matrix "test". */
const MATRIX_PART = /\s*\([^()]*\)(?=\s*(?:\/|$))/gu;

const nameOf = (title: string): string => title.replaceAll(MATRIX_PART, "").trim() || title;

/**
 * @param seed how many jobs each name stood for in the line's last run: its segment is not complete
 *   before as many are over
 */
export function slotsOf(run: Run, seed?: BarShape): readonly SlotOfJobs[] {
  const expected = new Map(seed?.slots.map((it) => [it.key, it.jobs]));
  const byName = Map.groupBy(jobsOf(run), ({ title }) => nameOf(title));
  return Array.from(byName, ([key, own]) => slotOf(run, key, own, expected.get(key) ?? 0));
}

/** Each job by itself, with those that stand from an earlier attempt. */
export const jobsOf = (run: Run): readonly Job[] => [
  ...entriesInOrder(run).flatMap(([, step]) => jobOf(run, step)),
  ...carriedJobs(run),
];

function jobOf(run: Run, { title, order, state, optional, asks, startedAt, endedAt }: Step): Job[] {
  if (optional && !asks && state !== "waiting") return [];
  const job = { title: title.value, order, startedAt, endedAt };
  return [{ ...job, state: stateAfter(run, state) }];
}

/** Once the run is over, jobs whose own end was never heard ended with it. */
function stateAfter({ outcome }: Run, state: StepState): StepState {
  if (!outcome || isFinished(state)) return state;
  return outcome.state === "succeeded" ? "succeeded" : "canceled";
}

/** Jobs of earlier attempts that are not heard of in this one. */
function carriedJobs(run: Run): readonly Job[] {
  const heard = new Set(Object.values(run.steps).map(({ title }) => title.value));
  const latest = new Map<string, NonNullable<Run["earlier"]>[string]>();
  for (const [, step] of inOrder(run.earlier ?? {})) {
    const known = latest.get(step.title.value);
    if (!step.optional && (!known || known.attempt < step.attempt))
      latest.set(step.title.value, step);
  }
  const isOver = hasEnded(run);
  const isPassed = isOver || runsOnlyWhatFailed(run, latest);
  return [...latest.values()]
    .filter(({ title }) => !heard.has(title.value))
    .map(({ title, order, state, startedAt, endedAt }) => {
      const unheard = isOver ? "skipped" : "planned";
      const stands = isPassed && state === "succeeded";
      const times = stands ? { startedAt, endedAt } : { startedAt: undefined, endedAt: undefined };
      return { title: title.value, order, state: stands ? state : unheard, ...times };
    });
}

/** None of the jobs of this attempt had passed before: those that had are not run again. */
function runsOnlyWhatFailed(run: Run, latest: ReadonlyMap<string, Step>): boolean {
  const jobs = Object.values(run.steps).filter(({ optional }) => !optional);
  return (
    jobs.length > 0 && jobs.every(({ title }) => latest.get(title.value)?.state !== "succeeded")
  );
}

function slotOf(run: Run, key: string, jobs: readonly Job[], expected: number): SlotOfJobs {
  const [first] = jobs;
  const isEnd = hasEnded(run);
  const total = isEnd ? jobs.length : Math.max(jobs.length, expected);
  const done = jobs.filter(({ state }) => isFinished(state));
  const isOver = done.length >= total;
  const title = total > 1 ? `${key} ${done.length} of ${total}` : (first?.title ?? key);
  const startedAt = Math.min(...jobs.map((it) => it.startedAt ?? Infinity));
  const endedAt = Math.max(...jobs.map((it) => it.endedAt ?? -Infinity));
  return {
    slot: { key, title: key, order: first?.order ?? 0, jobs: jobs.length },
    segment: {
      title,
      state: isOver ? worst(jobs, ENDS, "skipped") : worst(jobs, OPEN, "queued"),
      startedAt: Number.isFinite(startedAt) ? startedAt : undefined,
      endedAt: isOver && Number.isFinite(endedAt) ? endedAt : undefined,
    },
  };
}

const ENDS: readonly StepState[] = ["failed", "canceled", "succeeded"];
const OPEN: readonly StepState[] = ["running", "waiting", "queued", "planned"];

const worst = (jobs: readonly Job[], order: readonly StepState[], otherwise: StepState) =>
  order.find((state) => jobs.some((it) => it.state === state)) ?? otherwise;
