/**
 * Cancellations that look like a time limit's: nobody canceled by hand after exactly six hours.
 * Pure.
 */
import type { RunRecord } from "../model/run/run-record.ts";
import type { Run } from "../model/run/run.ts";
import { runTimes } from "../tracking/segments.ts";

const MINUTE_MS = 60_000;
const USUAL_LIMITS_MIN = [5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360];
/** In so long a newer run that cancels its elder would have been heard of. */
const NEWER_RUN_MS = 30_000;

/**
 * When it is known whether it was a limit, by the provider's clock; undefined where it was none.
 */
export function limitOf(run: Run): number | undefined {
  const { outcome } = run;
  if (outcome?.state !== "canceled" || outcome.canceledBy) return undefined;
  if (outcome.provisional && !outcome.derived) return undefined;
  return lengthsOf(run, outcome.at).some(isUsual) ? outcome.at + NEWER_RUN_MS : undefined;
}

const isUsual = (length: number): boolean =>
  USUAL_LIMITS_MIN.some((limit) => Math.abs(length - limit * MINUTE_MS) <= MINUTE_MS);

/** Of the run with its queue and without, and of each step that did not get to its end. */
function lengthsOf(run: Run, endedAt: number): number[] {
  const steps = Object.values(run.steps);
  const starts = steps.flatMap(({ startedAt }) => startedAt ?? []);
  const first = starts.length > 0 ? [endedAt - Math.min(...starts)] : [];
  const stopped = steps.flatMap((step) =>
    step.state === "canceled" && step.startedAt !== undefined
      ? [(step.endedAt ?? endedAt) - step.startedAt]
      : [],
  );
  return [endedAt - runTimes(run).startedAt, ...first, ...stopped];
}

/** Whether a newer run of its track may have canceled it. */
export function wasReplaced(run: Run, newest: readonly RunRecord[]): boolean {
  const endedAt = run.outcome?.at ?? run.lastAt;
  const { createdAt } = runTimes(run);
  return newest.some(
    (it) =>
      it.run.id !== run.id && it.createdAt > createdAt && it.createdAt <= endedAt + NEWER_RUN_MS,
  );
}
