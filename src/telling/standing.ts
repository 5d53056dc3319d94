/**
 * How a line stands on a branch or in an environment: what ended last, what was told last. Pure.
 */
import type { Run } from "../model/run/run.ts";
import type { Standing } from "../model/run/standing.ts";
import { endedAtOf, runState } from "../tracking/segments.ts";

export type StandingKey = Pick<Standing, "endpointId" | "lineKey" | "scope">;

export const noStanding = (key: StandingKey): Standing => ({
  ...key,
  lastRunId: null,
  lastEndedAt: null,
  lastOutcome: null,
  toldOutcome: null,
  toldAt: null,
  toldAudience: null,
  failingSince: null,
  failuresInARow: 0,
  updatedAt: 0,
  version: 0,
});

/**
 * A success or a failure that ended after what is known; a repeated report of the same end changes
 * nothing.
 */
export function withEnd(standing: Standing, run: Run, now: number): Standing {
  const state = runState(run);
  const endedAt = endedAtOf(run);
  if (endedAt === undefined || (state !== "succeeded" && state !== "failed")) return standing;
  if (standing.lastEndedAt !== null && endedAt < standing.lastEndedAt) return standing;
  const isSameRun = standing.lastRunId === run.id;
  if (isSameRun && standing.lastEndedAt === endedAt && standing.lastOutcome === state)
    return standing;
  const last = { lastRunId: run.id, lastEndedAt: endedAt, lastOutcome: state, updatedAt: now };
  // The row of failures is not forgotten before its end was told, which names it.
  if (state === "succeeded") return { ...standing, ...last };
  const goesOn = standing.lastOutcome === "failed" && standing.failingSince !== null;
  const isAnotherTry = goesOn && isSameRun;
  return {
    ...standing,
    ...last,
    failingSince: goesOn ? standing.failingSince : endedAt,
    failuresInARow: goesOn ? standing.failuresInARow + (isAnotherTry ? 0 : 1) : 1,
  };
}

/**
 * Failures that somebody heard; those that were counted with others are told good news of no more.
 */
const TOLD_FAILURES = { active: "failed", passive: "failed_quietly" } as const;

export const withTold = (
  standing: Standing,
  outcome: "failed" | "succeeded",
  level: "active" | "passive",
  audience: readonly string[],
  now: number,
): Standing => ({
  ...standing,
  toldOutcome: outcome === "failed" ? TOLD_FAILURES[level] : "succeeded",
  toldAt: now,
  toldAudience: [...audience],
  ...(outcome === "succeeded" && { failingSince: null, failuresInARow: 0 }),
  updatedAt: now,
});

/**
 * How loudly the failure that was told last was told; undefined where the last that was told is
 * none.
 */
export function toldFailure(standing: Standing): "active" | "passive" | undefined {
  if (standing.toldOutcome === TOLD_FAILURES.active) return "active";
  return standing.toldOutcome === TOLD_FAILURES.passive ? "passive" : undefined;
}
