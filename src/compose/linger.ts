/** How long a result stays on the screen, and which streams give way to which. Pure. */
import type { Run, RunState } from "../model/run/run.ts";
import { runState } from "../tracking/segments.ts";
import { isOfBot, isOfDefaultBranch } from "../tracking/whose.ts";

/** In ms; 0: the card leaves with the result. */
export interface LingerPolicy {
  readonly successMs: number;
  readonly canceledMs: number;
  readonly failureMs: number;
  /** A failure of production or of the default branch: until it is fixed, or so long. */
  readonly lastingFailureMs: number;
  /**
   * The first frame of a run waits until the run is so old by the provider's clock: what is over
   * before never flashes.
   */
  readonly graceMs: Readonly<Record<"production" | "preview" | "other", number>>;
}

const MINUTE_MS = 60_000;

export const DEFAULT_LINGER: LingerPolicy = {
  successMs: 5 * MINUTE_MS,
  canceledMs: MINUTE_MS,
  failureMs: 60 * MINUTE_MS,
  lastingFailureMs: 8 * 60 * MINUTE_MS,
  graceMs: { production: 1_000, preview: 8_000, other: 8_000 },
};

/** The policy with one time for every result; as it is where none is given. */
export function lingeringFor(policy: LingerPolicy, minutes: number | undefined): LingerPolicy {
  if (minutes === undefined) return policy;
  const ms = minutes * MINUTE_MS;
  return { ...policy, successMs: ms, canceledMs: ms, failureMs: ms, lastingFailureMs: ms };
}

/** How long the card of a run that is over stays, in ms; undefined where it is not over. */
export function lingerMs(run: Run, policy: LingerPolicy): number | undefined {
  switch (runState(run)) {
    case "succeeded":
      return policy.successMs;
    case "failed":
      return isLasting(run) ? policy.lastingFailureMs : policy.failureMs;
    case "canceled":
      return policy.canceledMs;
    case "skipped":
      return 0;
    case "queued":
    case "waiting":
    case "running":
      return undefined;
  }
}

const isLasting = (run: Run): boolean =>
  run.environment?.kind === "production" || isOfDefaultBranch(run);

/** A failure that has been seen for so long gives way to whatever is under way. */
export const FRESH_FAILURE_MS = 10 * MINUTE_MS;

/**
 * The smaller number gives way to the greater; a failure that is no longer fresh counts as
 * `pacing/slots.ts` says.
 */
export const IMPORTANCE = {
  lingering: 0,
  unattended: 2,
  preview: 3,
  other: 4,
  failure: 5,
  production: 6,
  waiting: 7,
} as const;

export function importanceOf(run: Run): number {
  const state: RunState = runState(run);
  const kind = run.environment?.kind ?? "other";
  // A stranger's run that asks to start never takes the place of one of ours.
  if (state === "waiting" && !run.source?.isFork) return IMPORTANCE.waiting;
  if (state !== "failed" && run.outcome) return IMPORTANCE.lingering;
  if (isOfBot(run) || run.source?.isFork) return IMPORTANCE.unattended;
  if (kind === "production") return IMPORTANCE.production;
  const isFailing =
    state === "failed" || Object.values(run.steps).some((step) => step.state === "failed");
  return isFailing ? IMPORTANCE.failure : IMPORTANCE[kind];
}

/** How old a run is before it is shown, in ms. */
export const graceMs = (run: Run, policy: LingerPolicy): number =>
  policy.graceMs[run.environment?.kind ?? "other"];
