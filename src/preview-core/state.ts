/**
 * Live Activities on the preview's lock screen: a state and a request give the next state and what the API would say of
 * it. Pure: no clock, no randomness, no HTTP. Where the API's document is silent, the choice is told beside it.
 */
import type { StreamContentState } from "../destinations/activitysmith/contract.ts";
import { aged, changed, ended, isLive, looksSame, newActivity, nextContent } from "./activity.ts";
import type { ActivityRequest } from "./activity.ts";
import type { Activity, ContentState, PreviewLimits, PreviewState } from "./lock-screen.ts";

/** Everything from outside that a step depends on. */
export interface Moment {
  readonly now: number;
  /** Becomes the id of the activity that the step makes, if it does. */
  readonly id: string;
  readonly limits: PreviewLimits;
}

export type Outcome =
  | {
      readonly kind: "done";
      readonly operation: "started" | "updated" | "rotated" | "noop" | "ended";
      readonly activity: Activity;
      readonly previousId?: string;
    }
  /** A person swiped the stream's activity away: the request is taken, nothing is shown. */
  | { readonly kind: "paused"; readonly channels: readonly string[] | null }
  /** The stream is forgotten; it had no living activity. */
  | { readonly kind: "ended_unseen" }
  | { readonly kind: "refused"; readonly message: string }
  | { readonly kind: "not_found" }
  | { readonly kind: "activity_limit"; readonly limit: number; readonly active: number };

export interface Step {
  readonly state: PreviewState;
  readonly outcome: Outcome;
}

export function startActivity(state: PreviewState, request: ActivityRequest, moment: Moment): Step {
  const content = nextContent(undefined, request);
  if ("refused" in content) return refusal(state, content.refused);
  return begin(state, null, content, request, moment);
}

export function updateActivity(
  state: PreviewState,
  id: string,
  request: ActivityRequest,
  { now }: Moment,
): Step {
  const current = liveActivity(state, id);
  if (!current) return { state, outcome: { kind: "not_found" } };
  const content = nextContent(current, request);
  if ("refused" in content) return refusal(state, content.refused);
  const activity = changed(current, content, request, now);
  const resetsTimer = request.content_state?.duration_seconds !== undefined;
  if (!resetsTimer && looksSame(current, activity)) {
    return { state, outcome: { kind: "done", operation: "noop", activity: current } };
  }
  const outcome = { kind: "done", operation: "updated", activity } as const;
  return { state: replaced(state, activity), outcome };
}

export function endActivity(
  state: PreviewState,
  id: string,
  request: ActivityRequest,
  { now, limits }: Moment,
): Step {
  const current = liveActivity(state, id);
  if (!current) return { state, outcome: { kind: "not_found" } };
  const content = nextContent(current, request);
  if ("refused" in content) return refusal(state, content.refused);
  const activity = ended(changed(current, content, request, now), request.content_state, now);
  const outcome = { kind: "done", operation: "ended", activity } as const;
  return { state: prune(replaced(state, activity), now, limits), outcome };
}

/** Starts, updates, or (where iOS has ended the activity for its age) goes on in a new one. */
export function putStream(
  state: PreviewState,
  streamKey: string,
  request: ActivityRequest & { readonly content_state: StreamContentState },
  moment: Moment,
): Step {
  const id = state.streams.get(streamKey);
  if (id === null) {
    const channels = request.channels ?? request.target?.channels ?? null;
    return { state, outcome: { kind: "paused", channels } };
  }
  if (id !== undefined && liveActivity(state, id)) {
    return updateActivity(state, id, request, moment);
  }
  const content = nextContent(
    state.activities.find((it) => it.id === id),
    request,
  );
  if ("refused" in content) return refusal(state, content.refused);
  return begin(state, streamKey, content, request, moment);
}

/** Ends the stream's activity and forgets the stream: the same key may start afresh while the ended one is still seen. */
export function endStream(
  state: PreviewState,
  streamKey: string,
  request: ActivityRequest,
  moment: Moment,
): Step {
  const id = state.streams.get(streamKey);
  if (id === undefined) return { state, outcome: { kind: "not_found" } };
  const streams = new Map(state.streams);
  streams.delete(streamKey);
  if (id === null || !liveActivity(state, id)) {
    return { state: { ...state, streams }, outcome: { kind: "ended_unseen" } };
  }
  const step = endActivity(state, id, request, moment);
  return step.outcome.kind === "done" ? { ...step, state: { ...step.state, streams } } : step;
}

/** A person swipes an activity away: it leaves the screen, and its stream is paused until it is ended. */
export function dismissActivity(state: PreviewState, id: string): PreviewState {
  const streams = new Map(state.streams);
  for (const [key, activityId] of streams) if (activityId === id) streams.set(key, null);
  return { ...state, streams, activities: state.activities.filter((it) => it.id !== id) };
}

/** The state as of now; the very same one where time changed nothing. */
export function prune(state: PreviewState, now: number, limits: PreviewLimits): PreviewState {
  const activities = state.activities
    .map((it) => aged(it, limits.activityLifetimeMs, now))
    .filter((it) => it.dismissAt === null || it.dismissAt > now);
  const same =
    activities.length === state.activities.length &&
    activities.every((it, index) => it === state.activities[index]);
  return same ? state : { ...state, activities };
}

function begin(
  state: PreviewState,
  streamKey: string | null,
  content: ContentState,
  request: ActivityRequest,
  { now, id, limits }: Moment,
): Step {
  const active = state.activities.filter(isLive).length;
  if (active >= limits.activities) {
    return { state, outcome: { kind: "activity_limit", limit: limits.activities, active } };
  }
  const activity = newActivity({ id, streamKey, now }, content, request);
  if (streamKey === null) {
    const outcome = { kind: "done", operation: "started", activity } as const;
    return { state: { ...state, activities: [...state.activities, activity] }, outcome };
  }
  const previousId = state.streams.get(streamKey) ?? undefined;
  const streams = new Map(state.streams).set(streamKey, id);
  const activities = [...state.activities.filter((it) => it.id !== previousId), activity];
  const outcome: Outcome =
    previousId === undefined
      ? { kind: "done", operation: "started", activity }
      : { kind: "done", operation: "rotated", activity, previousId };
  return { state: { ...state, streams, activities }, outcome };
}

function liveActivity(state: PreviewState, id: string): Activity | undefined {
  return state.activities.find((it) => it.id === id && isLive(it));
}

function replaced(state: PreviewState, activity: Activity): PreviewState {
  const activities = state.activities.map((it) => (it.id === activity.id ? activity : it));
  return { ...state, activities };
}

const refusal = (state: PreviewState, message: string): Step => ({
  state,
  outcome: { kind: "refused", message },
});
