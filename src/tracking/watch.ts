/**
 * What to make of a run that says nothing: believe its assumption, call it slow, say that there is
 * no news. Pure.
 */
import type { Expectation } from "../model/run/forecast.ts";
import type { Contact } from "../model/run/run-record.ts";
import type { Run } from "../model/run/run.ts";
import { concludeFromJobs } from "./merge.ts";
import { runState, runTimes } from "./segments.ts";

export interface Watched {
  readonly run: Run;
  /** When the last signal of it was digested, in ms since the epoch. */
  readonly lastSignalAt: number;
  readonly contact: Contact;
}

export interface WatchPolicy {
  /** Without a history a run may be silent for so long, in ms. */
  readonly silentAfterMs: number;
  /** So long the screen says that there is no news before the activity ends, in ms. */
  readonly graceMs: number;
}

export const DEFAULT_WATCH: WatchPolicy = { silentAfterMs: 60 * 60_000, graceMs: 15 * 60_000 };

/**
 * Runs of a second say nothing for minutes when a runner is missing: no history makes the limit
 * shorter than this.
 */
const MIN_SILENCE_MS = 5 * 60_000;
/** A person may take a day to approve; iOS ends an activity after eight hours anyway. */
const WAITING_SILENCE_MS = 8 * 60 * 60_000;

/** In so long a next job would have been heard of. */
const JOBS_OVER_MS = 60_000;

export type RunCheck =
  /** Nothing to do before `at`; null: nothing at all. */
  | { readonly kind: "later"; readonly at: number | null }
  /** Believe what the run's `assume` says. */
  | { readonly kind: "settle" }
  /** All jobs that were heard of are over, and the run itself is silent. */
  | { readonly kind: "conclude" }
  | { readonly kind: "silent" }
  | { readonly kind: "give_up" };

/** What is to be done about a run now, or when to look again. */
export function nextCheck(
  it: Watched,
  expected: Expectation | undefined,
  policy: WatchPolicy,
  now: number,
): RunCheck {
  if (it.run.outcome || it.contact === "given_up") return { kind: "later", at: null };
  if (concludeFromJobs(it.run)) return dueOr(it.lastSignalAt + JOBS_OVER_MS, now, "conclude");
  if (it.run.assume) return dueOr(it.lastSignalAt + it.run.assume.afterMs, now, "settle");
  const silentAt = it.lastSignalAt + silenceLimit(it.run, expected, policy);
  if (it.contact === "silent") return dueOr(silentAt + policy.graceMs, now, "give_up");
  if (silentAt <= now) return { kind: "silent" };
  const slowAt = slowFrom(it.run, expected);
  return {
    kind: "later",
    at: slowAt !== undefined && slowAt > now ? Math.min(slowAt, silentAt) : silentAt,
  };
}

/** How long a run may be silent, in ms. */
export function silenceLimit(
  run: Run,
  expected: Expectation | undefined,
  policy: WatchPolicy,
): number {
  if (runState(run) === "waiting") return WAITING_SILENCE_MS;
  return expected ? Math.max(MIN_SILENCE_MS, expected.p99) : policy.silentAfterMs;
}

/**
 * When a run begins to take longer than nine in ten did, plus a moment, so that it is past by then.
 */
function slowFrom(run: Run, expected: Expectation | undefined): number | undefined {
  return expected && runTimes(run).startedAt + expected.p90 + 1_000;
}

/** It has become slow since then; in ms since the epoch. */
export function turnedSlow(
  run: Run,
  expected: Expectation | undefined,
  since: number,
  now: number,
): boolean {
  const slowAt = slowFrom(run, expected);
  return slowAt !== undefined && since < slowAt && slowAt <= now;
}

/**
 * When to look at a run again, given when somebody will anyway: an earlier look finds nothing and
 * is put off then, so that what is heard meanwhile moves no row of an index each time.
 *
 * @param at when there is something to see; null: never
 */
export const lookAt = (at: number | null, known: number | null, now: number): number | null =>
  at !== null && known !== null && now < known && known <= at ? known : at;

const dueOr = (at: number, now: number, kind: "settle" | "conclude" | "give_up"): RunCheck =>
  at <= now ? { kind } : { kind: "later", at };
