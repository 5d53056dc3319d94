/**
 * Pushes that could not go out for long: what is said of them when they can. A production failure
 * still rings by itself; the rest of a project is one silent push. Pure.
 */
import type { Push, PushSubject } from "../model/command.ts";
import { cut, dotted, duration, MAX_GRAPHEMES } from "./text.ts";

/** A push that waits this long is no news any more. */
export const STALE_MS = 60 * 60_000;
/** So many production failures ring one by one, the newest; nobody reads more. */
const MOST_SINGLE = 10;
const TITLES_KEPT = 3;

/** A push that waits, as far as it matters here. */
export interface WaitingPush {
  readonly id: string;
  readonly endpointId: string;
  readonly intent: Push;
  /** ms since the epoch. */
  readonly createdAt: number;
}

/** One push in the place of several. */
export interface Summary {
  /** What it replaces, oldest first: several, or a failure too many to ring. */
  readonly of: readonly WaitingPush[];
  readonly intent: Push;
}

/**
 * The summaries of these pushes, all of them stale: one a project and audience that has several.
 */
export function summariesOf(waiting: readonly WaitingPush[], now: number): readonly Summary[] {
  const oldestFirst = waiting.toSorted(
    (a, b) => a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1),
  );
  const single = new Set(oldestFirst.filter(isProductionFailure).slice(-MOST_SINGLE));
  const groups = Map.groupBy(
    oldestFirst.filter((it) => !single.has(it)),
    ({ endpointId, intent: { about, channels } }) =>
      JSON.stringify([about?.project ?? { endpointId }, channels]),
  );
  return [...groups.values()].flatMap((of) => {
    const intent = of.length > 1 ? summaryOf(of, now) : hushed(of[0]);
    return intent ? [{ of, intent }] : [];
  });
}

const isProductionFailure = ({ intent }: WaitingPush): boolean =>
  intent.about?.isProductionFailure === true;

/** A failure of production beyond those that ring; undefined of anything else. */
function hushed(push: WaitingPush | undefined): Push | undefined {
  if (!push || !isProductionFailure(push)) return undefined;
  const { about, ...rest } = push.intent;
  const project = about?.project;
  return { ...rest, urgency: "passive", about: project === undefined ? {} : { project } };
}

/**
 * A stale push as it goes out: it says how late it is, and only a production failure rings.
 * @param createdAt when it was made, in ms since the epoch as `now`
 */
export function lateForm(push: Push, createdAt: number, now: number): Push {
  const { project, sum } = push.about ?? {};
  if (sum) return { ...push, title: summaryTitle(project, sum, now) };
  const lateMs = now - createdAt;
  const message = cut(dotted(`${duration(lateMs)} late`, push.message), MAX_GRAPHEMES.message);
  const isLoud = push.about?.isProductionFailure === true;
  return { ...push, message, ...(!isLoud && { urgency: "passive" }) };
}

function summaryOf(of: readonly WaitingPush[], now: number): Push {
  const newest = of.at(-1)?.intent;
  const project = newest?.about?.project;
  const count = of.reduce((sum, { intent }) => sum + (intent.about?.sum?.count ?? 1), 0);
  const since = Math.min(
    ...of.map(({ intent, createdAt }) => intent.about?.sum?.since ?? createdAt),
  );
  const titles = of
    .flatMap(({ intent }) => intent.about?.sum?.titles ?? [intent.title])
    .slice(-TITLES_KEPT);
  const rest = count - titles.length;
  const said = dotted(...titles.toReversed(), rest > 0 ? `${rest} more` : undefined);
  return {
    kind: "push",
    title: summaryTitle(project, { count, since }, now),
    message: cut(said, MAX_GRAPHEMES.message),
    ...(newest?.url !== undefined && { url: newest.url }),
    urgency: "passive",
    ...(newest?.channels && { channels: newest.channels }),
    tags: newest?.tags ?? [],
    about: { ...(project !== undefined && { project }), sum: { count, since, titles } },
  };
}

function summaryTitle(
  project: string | undefined,
  { count, since }: Pick<NonNullable<PushSubject["sum"]>, "count" | "since">,
  now: number,
): string {
  const late = `${count} updates, up to ${duration(now - since)} late`;
  return cut(project === undefined ? late : `${project}: ${late}`, MAX_GRAPHEMES.pushTitle);
}
