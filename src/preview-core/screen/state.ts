/**
 * Live Activities on the preview's lock screen: a state and a request give the next state and what
 * the API would say of it. Pure: no clock, no randomness, no HTTP. Where the API's document is
 * silent, the choice is told beside it.
 */
import type { StreamContentState } from "../../destinations/activitysmith/contract.ts";
import {
  aged,
  changed,
  ended,
  historyOf,
  isLive,
  looksSame,
  newActivity,
  nextContent,
} from "./activity.ts";
import type { ActivityRequest } from "./activity.ts";
import { devicesOf, FULL } from "../caller.ts";
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
  | ({ readonly kind: "activity_limit" } & ActivityLimit);

/**
 * Figures of a refusal, under the API's names: the last two where only some of the devices are
 * full.
 */
interface ActivityLimit {
  readonly limit: number;
  readonly active: number;
  readonly blocked_devices?: number;
  readonly targeted_devices?: number;
}

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
    const same = { ...current, ...historyOf(current, request) };
    const outcome = { kind: "done", operation: "noop", activity: same } as const;
    return { state: replaced(state, same), outcome };
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
  const activity = ended(changed(current, content, request, now), now);
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

/**
 * Ends the stream's activity and forgets the stream: the same key may start afresh while the ended
 * one is still seen.
 */
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

/**
 * A person swipes an activity away: it leaves the screen, and its stream is paused until it is
 * ended.
 */
export function dismissActivity(state: PreviewState, id: string): PreviewState {
  const streams = new Map(state.streams);
  for (const [key, activityId] of streams) if (activityId === id) streams.set(key, null);
  return { ...state, streams, activities: state.activities.filter((it) => it.id !== id) };
}

/** A paused stream goes on: its next request starts it afresh. */
export function resumeStream(state: PreviewState, streamKey: string): PreviewState {
  const streams = new Map(state.streams);
  if (streams.get(streamKey) === null) streams.delete(streamKey);
  return { ...state, streams };
}

/**
 * The activity as if it had reached the age at which iOS ends it: its stream goes on in a new one.
 */
export function expireActivity(state: PreviewState, id: string, now: number): PreviewState {
  const activities = state.activities.map((it) => (it.id === id ? aged(it, 0, now) : it));
  return { ...state, activities };
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
  const activity = newActivity({ id, streamKey, now }, content, request);
  const full = activityLimit(state, activity.channels, limits.activities);
  if (full) return { state, outcome: { kind: "activity_limit", ...full } };
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

/** Undefined where each device that the channels reach has room for one more. */
function activityLimit(
  state: PreviewState,
  channels: readonly string[] | null,
  limit: number,
): ActivityLimit | undefined {
  const onIphone = state.activities.filter(isLive).length;
  const counts = devicesOf(channels).map((it) => (it === FULL ? limit : onIphone));
  const blocked = counts.filter((it) => it >= limit).length;
  if (blocked === 0) return undefined;
  const figures = { limit, active: Math.max(...counts) };
  return blocked === counts.length
    ? figures
    : { ...figures, blocked_devices: blocked, targeted_devices: counts.length };
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
