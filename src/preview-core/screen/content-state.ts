/**
 * What a content state of each type needs beyond its schema, and how one follows upon another.
 * Pure.
 *
 * Source: the descriptions of `content_state` in the ActivitySmith OpenAPI document, version 1.0.0.
 * A request carries the whole state; only what the document lets a caller leave out is carried
 * over.
 */
import type {
  ActivityType,
  StreamContentState,
} from "../../destinations/activitysmith/contract.ts";
import type { ContentState } from "./lock-screen.ts";

const TWO_BUTTONS: readonly ActivityType[] = ["alert", "progress", "segmented_progress", "value"];

/**
 * The state with what an update may leave out; a sentence that names the field where the API would
 * refuse it.
 */
export function followingState(
  previous: ContentState | undefined,
  incoming: StreamContentState,
  hasSecondaryAction: boolean,
): ContentState | { readonly refused: string } {
  const type = incoming.type ?? previous?.type;
  if (!type) return { refused: "content_state.type is required to start a Live Activity" };
  const carried = previous?.type === type ? carriedOver(previous) : {};
  const state: ContentState = { ...carried, ...incoming, type };
  const refused =
    missing(state) ??
    stepTrouble(state, incoming) ??
    (hasSecondaryAction && !TWO_BUTTONS.includes(type)
      ? `secondary_action is supported for ${TWO_BUTTONS.join(", ")} only`
      : undefined);
  return refused === undefined ? state : { refused };
}

function carriedOver(previous: ContentState): Partial<StreamContentState> {
  const { number_of_steps, duration_seconds, counts_down, is_running } = previous;
  switch (previous.type) {
    case "segmented_progress":
      return { number_of_steps };
    case "timer":
      return { duration_seconds, counts_down, is_running };
    case "progress":
    case "metrics":
    case "stats":
    case "alert":
    case "value":
      return {};
  }
}

function missing(state: ContentState): string | undefined {
  const needs = (field: string) => `content_state.${field} is required for type ${state.type}`;
  switch (state.type) {
    case "segmented_progress":
      if (state.number_of_steps === undefined) return needs("number_of_steps");
      return state.current_step === undefined ? needs("current_step") : undefined;
    case "progress": {
      const { percentage, value, upper_limit } = state;
      const has =
        percentage !== undefined || (typeof value === "number" && upper_limit !== undefined);
      return has ? undefined : needs("percentage (or a number as value, with upper_limit)");
    }
    case "value":
      return state.value === undefined ? needs("value") : undefined;
    case "metrics":
    case "stats":
      return state.metrics ? undefined : needs("metrics");
    case "alert":
      return state.message === undefined ? needs("message") : undefined;
    case "timer": {
      const openEnded = state.counts_down === false;
      return state.duration_seconds === undefined && !openEnded
        ? needs("duration_seconds (unless counts_down is false)")
        : undefined;
    }
  }
}

/** `current_step` is held against the `number_of_steps` of the same request only, as documented. */
function stepTrouble(state: ContentState, incoming: StreamContentState): string | undefined {
  if (state.type !== "segmented_progress") return undefined;
  const { current_step = 0, step_colors } = state;
  if (incoming.number_of_steps !== undefined && current_step > incoming.number_of_steps) {
    return "content_state.current_step must be less than or equal to number_of_steps";
  }
  return step_colors && step_colors.length !== current_step
    ? "content_state.step_colors must have one color for each completed step (current_step)"
    : undefined;
}
