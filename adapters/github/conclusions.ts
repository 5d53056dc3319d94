/** How Actions says that a run or a job ended. Data only. */
import type { OutcomeState, StepState } from "../../src/model/signal.ts";

const OUTCOMES: ReadonlyMap<string, OutcomeState> = new Map([
  ["success", "succeeded"],
  ["neutral", "succeeded"],
  ["failure", "failed"],
  ["timed_out", "failed"],
  ["startup_failure", "failed"],
  ["cancelled", "canceled"],
  ["stale", "canceled"],
  ["skipped", "skipped"],
]);

/**
 * `action_required` is no end: somebody must let it go on. What is not known by name ends quietly.
 */
export function outcomeOf(conclusion: string | undefined): OutcomeState | undefined {
  if (!conclusion || conclusion === "action_required") return undefined;
  return OUTCOMES.get(conclusion) ?? "canceled";
}

/** The state of a job with this conclusion; undefined where it has none yet. */
export const stateOf = (conclusion: string | undefined): StepState | undefined =>
  conclusion === "action_required" ? "waiting" : outcomeOf(conclusion);
