/**
 * One Live Activity over its life: made, changed, ended, expired. Pure: the time is an argument.
 */
import type {
  Action,
  AlertPayload,
  Metadata,
  StreamContentState,
} from "../../destinations/activitysmith/contract.ts";
import { followingState } from "./content-state.ts";
import type { Activity, ContentState } from "./lock-screen.ts";
import { followingTimer, frozen } from "./timer.ts";

/**
 * Where nothing is said: the document has three minutes for the classic lifecycle, the product's
 * pages two for streams.
 */
const DISMISS_MS = { classic: 3 * 60_000, stream: 2 * 60_000 };
/** iOS takes an ended activity off the lock screen after about four hours at the latest. */
const MAX_DISMISS_MS = 4 * 3_600_000;

/** What the bodies of start, update and end have in common, with either way of naming channels. */
export interface ActivityRequest {
  readonly content_state?: StreamContentState | undefined;
  readonly action?: Action | undefined;
  readonly secondary_action?: Action | undefined;
  readonly alert?: AlertPayload | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly target?: { readonly channels: readonly string[] } | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly metadata?: Metadata | undefined;
}

/**
 * What the request makes of the content; without one in it (an end may lack it) the latest known
 * one stays.
 */
export function nextContent(
  current: Activity | undefined,
  request: ActivityRequest,
): ContentState | { readonly refused: string } {
  const { content_state: incoming, secondary_action } = request;
  if (incoming) {
    return followingState(current?.contentState, incoming, secondary_action !== undefined);
  }
  return current?.contentState ?? { refused: "content_state is required" };
}

export function newActivity(
  made: { readonly id: string; readonly streamKey: string | null; readonly now: number },
  contentState: ContentState,
  request: ActivityRequest,
): Activity {
  const { id, streamKey, now } = made;
  const blank: Activity = {
    id,
    streamKey,
    contentState,
    timer: null,
    actions: [],
    alert: null,
    channels: null,
    tags: [],
    metadata: {},
    startedAt: now,
    updatedAt: now,
    endedAt: null,
    dismissAt: null,
    press: null,
  };
  return changed(blank, contentState, request, now);
}

/**
 * A request is the whole picture: a button that it leaves out goes. Recipients, tags and metadata
 * stay where it has none.
 */
export function changed(
  activity: Activity,
  contentState: ContentState,
  request: ActivityRequest,
  now: number,
): Activity {
  const { content_state: incoming, action, secondary_action, alert } = request;
  const common = {
    ...activity,
    contentState,
    alert: alert ? { ...alert, at: now } : activity.alert,
    channels: request.channels ?? request.target?.channels ?? activity.channels,
    ...historyOf(activity, request),
    updatedAt: now,
  };
  if (!incoming) return common;
  return {
    ...common,
    timer: followingTimer(activity.timer, contentState, incoming, now),
    actions: [action, secondary_action].filter((it) => it !== undefined),
  };
}

/**
 * Left out, tags and metadata stay as they are; sent, they take the place of what was there, an
 * empty list or object too.
 */
export function historyOf(activity: Activity, { tags, metadata }: ActivityRequest) {
  return { tags: tags ?? activity.tags, metadata: metadata ?? activity.metadata };
}

export function ended(activity: Activity, now: number): Activity {
  const timer = frozen(activity.timer, now);
  return { ...activity, timer, endedAt: now, dismissAt: now + dismissAfterMs(activity) };
}

/** Seconds are the finer word where both are given. */
function dismissAfterMs({ contentState, streamKey }: Activity): number {
  const { auto_dismiss_seconds: seconds, auto_dismiss_minutes: minutes } = contentState;
  if (seconds !== undefined) return Math.min(seconds * 1000, MAX_DISMISS_MS);
  if (minutes !== undefined) return Math.min(minutes * 60_000, MAX_DISMISS_MS);
  return streamKey === null ? DISMISS_MS.classic : DISMISS_MS.stream;
}

/**
 * The activity as of now: iOS ends one that got older than its lifetime, and leaves it on the
 * screen for a while.
 */
export function aged(activity: Activity, lifetimeMs: number, now: number): Activity {
  const endedAt = activity.startedAt + lifetimeMs;
  if (!isLive(activity) || endedAt > now) return activity;
  const timer = frozen(activity.timer, endedAt);
  return { ...activity, timer, endedAt, dismissAt: endedAt + MAX_DISMISS_MS };
}

export const isLive = (activity: Activity): boolean => activity.endedAt === null;

/**
 * Whether both look the same to a person; tags and metadata are not on the phone, when each was
 * updated neither.
 */
export function looksSame(one: Activity, other: Activity): boolean {
  return canonical(looksOf(one)) === canonical(looksOf(other));
}

const looksOf = ({ contentState, actions, channels }: Activity) => ({
  contentState,
  actions,
  channels,
});

/** JSON with sorted keys: the order in which a caller writes fields is no difference. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, it: unknown) =>
    typeof it === "object" && it !== null && !Array.isArray(it)
      ? Object.fromEntries(Object.entries(it).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : it,
  );
}
