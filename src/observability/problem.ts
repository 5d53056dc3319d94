/** What an operator should know of, in words, with what to do about it. No I/O. */
import type { Gauge } from "./metrics.ts";

/** Stable words, to raise alerts by. */
export const PROBLEM_KINDS = [
  "store_away",
  "intake_blocked",
  "encryption_key",
  "spooled",
  "set_aside",
  "spool_damaged",
  "api_key_refused",
  "unpaid",
  "rate_limited",
  "core_api_away",
  "refused_by_core_api",
  "dead_commands",
  "call_hangs",
  "refused_flood",
  "canary",
  "overdue",
] as const;

export type ProblemKind = (typeof PROBLEM_KINDS)[number];

export interface Problem {
  readonly kind: ProblemKind;
  /** The account or endpoint that it concerns; absent: the whole gateway. */
  readonly of?: string;
  readonly problem: string;
  /** What to do; a sentence. */
  readonly advice: string;
  /** How many there are of it; absent: one. */
  readonly count?: number;
  /** It is worth knowing, and nothing works less well by it. */
  readonly isHarmless?: true;
}

/** One line a problem; none where all is well. */
export const problemGauge = (problems: readonly Problem[]): Gauge => ({
  name: "gateway_problem",
  help: "What an operator should know of, by kind and in words; the value is how many there are.",
  samples: problems.map(({ kind, of = "", problem, advice, count = 1 }) => ({
    labels: { kind, of, problem, advice },
    value: count,
  })),
});
