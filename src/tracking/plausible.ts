/**
 * Which times told from outside are believed. One that cannot be counts as not told: a wrong time
 * must neither cost a failure its push nor stand in the history for good. Pure.
 */
import type { OutcomeReport, ProgressSignal, Signal, StepReport } from "../model/signal.ts";

/** None of the providers is older than this. */
const EARLIEST = Date.UTC(2005, 0, 1);
/** How far a provider's clock may be ahead of ours. */
const MAX_AHEAD_MS = 24 * 60 * 60_000;
/** Clocks of one provider's machines differ by less. */
export const CLOCK_JITTER_MS = 5_000;
/** Nothing that is longer is work: somebody forgot it, or a time was wrong. */
export const MAX_DURATION_MS = 7 * 24 * 60 * 60_000;

/**
 * A time told in ms, s or µs since the epoch as ms; undefined where it lies before 2005 or more
 * than a day after
 * `receivedAt` (ms) in each of these units, which do not overlap.
 */
export function plausibleTime(told: number | undefined, receivedAt: number): number | undefined {
  if (told === undefined) return undefined;
  return [told, told * 1000, told / 1000]
    .map(Math.round)
    .find((at) => at >= EARLIEST && at <= receivedAt + MAX_AHEAD_MS);
}

/**
 * A duration in ms that may be shown and averaged; undefined for none, a negative and an absurd
 * one.
 */
export function plausibleDuration(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 && ms <= MAX_DURATION_MS ? ms : undefined;
}

/**
 * The signal with only the times that can be believed; for its own time that of receipt stands in.
 */
export function withPlausibleTimes(signal: Signal, receivedAt: number): Signal {
  if (signal.kind === "progress") return plausibleProgress(signal, receivedAt);
  return { ...signal, at: plausibleTime(signal.at, receivedAt) ?? receivedAt };
}

function plausibleProgress(signal: ProgressSignal, receivedAt: number): ProgressSignal {
  const createdAt = plausibleTime(signal.run.createdAt, receivedAt);
  const firstCreatedAt = plausibleTime(signal.run.firstCreatedAt, receivedAt);
  const starts = signal.steps.map((step) => startOf(step, createdAt, receivedAt));
  const at = notBefore(plausibleTime(signal.at, receivedAt), createdAt) ?? receivedAt;
  const steps = signal.steps.map((step, index) => plausibleStep(step, starts[index], receivedAt));
  const begun = Math.max(...[createdAt, ...starts].filter((it) => it !== undefined));
  const { outcome } = signal;
  return {
    ...signal,
    run: told(told(signal.run, "createdAt", createdAt), "firstCreatedAt", firstCreatedAt),
    at,
    steps,
    ...(outcome && { outcome: plausibleOutcome(outcome, begun, receivedAt) }),
  };
}

const startOf = (
  step: StepReport,
  createdAt: number | undefined,
  receivedAt: number,
): number | undefined => notBefore(plausibleTime(step.startedAt, receivedAt), createdAt);

function plausibleStep(
  step: StepReport,
  startedAt: number | undefined,
  receivedAt: number,
): StepReport {
  const at = notBefore(plausibleTime(step.at, receivedAt), startedAt);
  return told(told(step, "at", at), "startedAt", startedAt);
}

function plausibleOutcome(
  outcome: OutcomeReport,
  begun: number,
  receivedAt: number,
): OutcomeReport {
  return told(outcome, "at", notBefore(plausibleTime(outcome.at, receivedAt), begun));
}

/**
 * The later of two times; undefined where it lies before the earlier by more than clocks differ.
 */
const notBefore = (later: number | undefined, earlier: number | undefined): number | undefined =>
  later !== undefined && earlier !== undefined && later < earlier - CLOCK_JITTER_MS
    ? undefined
    : later;

/** With this time, or without the field where there is none. */
function told<Field extends string, Report extends { [Name in Field]?: number | undefined }>(
  report: Report,
  field: Field,
  at: number | undefined,
): Report {
  return report[field] === at ? report : { ...report, [field]: at };
}
