/** How Actions says that a run or a job ended, as step states. Data only. */
import type { StepState } from "../../src/model/signal.ts";

/** `action_required` is no end: somebody must let it go on. */
export const CONCLUSIONS: ReadonlyMap<string, StepState> = new Map([
  ["success", "succeeded"],
  ["neutral", "succeeded"],
  ["failure", "failed"],
  ["timed_out", "failed"],
  ["startup_failure", "failed"],
  ["cancelled", "canceled"],
  ["stale", "canceled"],
  ["skipped", "skipped"],
  ["action_required", "waiting"],
]);
