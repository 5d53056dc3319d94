/**
 * From the tracks of a group to the cards that stand for them: the same deployment, told twice, is
 * one card; three apps of one push are one, with a segment an app; so are a line's bots. Pure.
 */
import type { CardGroup, CardMember, SharedCard } from "../../model/card/card-group.ts";
import type { Show } from "../../model/command.ts";
import type { RunState } from "../../model/run/run.ts";
import { SHARED_SYMBOL } from "../roll-up.ts";
import { STATE_COLOR } from "../screen.ts";
import { sharedBar } from "./shared-bar.ts";
import type { SharedBar } from "./shared-bar.ts";
import { cut, dotted, MAX_GRAPHEMES } from "../text.ts";

/** So many apps of one push are one card. */
const APPS_TO_FOLD = 3;
/** So many branches of a line's bots are one card. */
const BRANCHES_TO_FOLD = 2;
/** As many as a run's own bar has at most; nobody knows how many branches a line's bots open. */
const MAX_SEGMENTS = 12;
/** A card is not taken off the screen sooner: nobody could have read it. */
export const MIN_SHOWN_MS = 8_000;

/** Members that stand for one deployment, the one that shows it first. */
type Cluster = readonly [CardMember, ...CardMember[]];

/**
 * The cards of a group's members as they are now, on the streams that they are on already.
 *
 * @param former its members when it had these cards
 */
export function cardsOf(
  { groupKey, members, cards }: CardGroup,
  former: readonly CardMember[],
  now: number,
): SharedCard[] {
  const clusters = clustersOf(members);
  const least = isOfBranches(groupKey) ? BRANCHES_TO_FOLD : APPS_TO_FOLD;
  const byKind = Map.groupBy(clusters, ([first]) => first.environmentKind);
  return Array.from(byKind).flatMap(([kind, own]) => {
    const apps = oncePerRun(own);
    const isFolded =
      (apps.length >= least || own.some((it) => wasFolded(it, cards, groupKey))) &&
      (kind !== null || isOfBranches(groupKey));
    const shared: readonly (readonly Cluster[])[] = isFolded ? [apps] : own.map((it) => [it]);
    return shared.flatMap((it) => cardOf(it, { groupKey, members: former, cards }, now) ?? []);
  });
}

/** An app whose run several endpoints follow is one app. */
function oncePerRun(clusters: readonly Cluster[]): Cluster[] {
  const byRun = new Map<string, Cluster>();
  for (const cluster of clusters) {
    const { runId } = cluster[0];
    const [first, ...rest] = byRun.get(runId) ?? [];
    byRun.set(runId, first ? [first, ...rest, ...cluster] : cluster);
  }
  return [...byRun.values()];
}

/** Whether a group is of a line's branches rather than of a commit's apps. */
export const isOfBranches = (groupKey: string): boolean =>
  groupKey.startsWith("bots:") || groupKey.startsWith("forks:");

/** What was one card is not taken apart again. */
const wasFolded = (members: Cluster, cards: readonly SharedCard[], groupKey: string): boolean =>
  cards.some(
    ({ show, trackIds }) =>
      show.run === groupKey && members.some(({ trackId }) => trackIds.includes(trackId)),
  );

/** Members with a key in common, directly or through others. */
function clustersOf(members: readonly CardMember[]): Cluster[] {
  let clusters: CardMember[][] = [];
  for (const member of members) {
    const isSame = (it: CardMember) => isSameDeployment(it, member);
    const same = clusters.filter((own) => own.some(isSame));
    const others = clusters.filter((own) => !same.includes(own));
    clusters = [...others, [...same.flat(), member]];
  }
  return clusters
    .map((own) => own.toSorted(inOrder))
    .flatMap(([first, ...rest]): Cluster[] => (first ? [[first, ...rest.toSorted(inOrder)]] : []))
    .toSorted(([a], [b]) => inOrder(a, b));
}

/** The same run at two endpoints is followed twice on purpose: each has its own card. */
function isSameDeployment(a: CardMember, b: CardMember): boolean {
  if (a.runId === b.runId && a.endpointId !== b.endpointId) return false;
  const [one, other] = [a.environmentKind, b.environmentKind];
  if (one !== null && other !== null && one !== other) return false;
  return a.keys.some((key) => b.keys.includes(key));
}

/** What a workflow does is more than one of its deployments; who tells first-hand knows more. */
function inOrder(a: CardMember, b: CardMember): number {
  const rank = ({ environmentKind, isSecondHand, show }: CardMember) =>
    (isSecondHand ? 2 : 0) +
    (environmentKind === null && show.picture.segments.length > 1 ? -1 : 0);
  return rank(a) - rank(b) || (a.trackId < b.trackId ? -1 : 1);
}

/** The group as it was, when it had its cards. */
type Before = Pick<CardGroup, "groupKey" | "members" | "cards">;

function cardOf(clusters: readonly Cluster[], before: Before, now: number): SharedCard | undefined {
  const all = clusters.flat();
  const [first] = all;
  if (!first) return undefined;
  const trackIds = all.map(({ trackId }) => trackId);
  const streamKey = streamOf(all, before.cards, now) ?? first.streamKey;
  const own = clusters.length > 1 ? showOfAll(clusters, before, streamKey, now) : first.show;
  const channels = channelsOf(all);
  const { channels: _own, ...rest } = own;
  return { streamKey, trackIds, show: { ...rest, streamKey, ...(channels && { channels }) } };
}

/**
 * The stream that some of them are on already: of several the one that came last, as the others
 * have been seen for long enough to go.
 */
function streamOf(
  members: readonly CardMember[],
  before: readonly SharedCard[],
  now: number,
): string | undefined {
  const own = members.toSorted((a, b) => a.firstFrameAt - b.firstFrameAt);
  const isOn = ({ streamKey }: CardMember) => before.some((it) => it.streamKey === streamKey);
  const shown = own.filter(isOn);
  const seen = shown.filter(({ firstFrameAt }) => firstFrameAt <= now);
  return (seen.at(-1) ?? shown[0])?.streamKey;
}

/** Who sees any of them; undefined where one is for everyone that the API key reaches. */
function channelsOf(members: readonly CardMember[]): readonly string[] | undefined {
  const all = members.map(({ show }) => show.channels);
  if (!all.every((channels) => channels !== undefined)) return undefined;
  return [...new Set(all.flat())].toSorted();
}

const OVER: readonly RunState[] = ["failed", "canceled", "skipped", "succeeded"];
const LEAST_DONE_FIRST: readonly RunState[] = [
  "waiting",
  "running",
  "queued",
  "failed",
  "succeeded",
];
/** An app that was called off is no reason to show less than that the others are live. */
const COLOR_FIRST: readonly RunState[] = ["failed", "waiting", "running", "queued", "succeeded"];

/** What was shown of the same runs under way; undefined where one is gone or goes on with another. */
function shownOf(
  members: readonly CardMember[],
  { groupKey, cards, members: former }: Before,
  streamKey: string,
): SharedBar | undefined {
  const card = cards.find((it) => it.streamKey === streamKey && it.show.run === groupKey);
  if (!card || card.show.lingerMs !== undefined) return undefined;
  const isThere = card.trackIds.every((trackId) => {
    const run = former.find((it) => it.trackId === trackId)?.show.run;
    return members.some((it) => it.trackId === trackId && it.show.run === run);
  });
  return isThere ? card.show.picture : undefined;
}

/** What has been seen keeps its segments: an app that comes later shares one. */
function lengthOf(
  clusters: readonly Cluster[],
  { groupKey, members, cards }: Before,
  shown: SharedBar | undefined,
  now: number,
): number {
  if (isOfBranches(groupKey)) return MAX_SEGMENTS;
  const card = cards.find(({ show }) => show.picture === shown);
  const isSeen = members.some(
    ({ trackId, firstFrameAt }) => card?.trackIds.includes(trackId) && firstFrameAt <= now,
  );
  return shown && isSeen ? shown.segments.length : Math.min(clusters.length, MAX_SEGMENTS);
}

/** One card for several deployments, a segment each. */
function showOfAll(
  clusters: readonly Cluster[],
  before: Before,
  streamKey: string,
  now: number,
): Show {
  const { groupKey } = before;
  const shown = shownOf(clusters.flat(), before, streamKey);
  const firsts = clusters.map(([first]) => first);
  const states = firsts.map(({ state }) => state);
  const [some] = firsts;
  const state = LEAST_DONE_FIRST.find((it) => states.includes(it)) ?? "canceled";
  const isOver = states.every((it) => OVER.includes(it));
  const shows = firsts.map(({ show }) => show);
  const failed = firsts.filter((it) => it.state === "failed");
  const told = failed[0] ?? firsts.find((it) => it.state === "waiting") ?? some;
  const { title, subtitle } = textsOf(firsts, groupKey);
  const { badge: ownBadge, buttons } = told?.show.picture ?? {};
  // A run's number says nothing of several branches.
  const badge = some?.environmentKind === null ? undefined : ownBadge;
  const fades = Math.max(...shows.map(({ fadesAt = 0 }) => fadesAt));
  const ends = states.join(",");
  return {
    kind: "show",
    streamKey: "",
    picture: {
      title: cut(title, MAX_GRAPHEMES.activityTitle),
      subtitle: cut(subtitle, MAX_GRAPHEMES.subtitle),
      ...sharedBar(states, lengthOf(clusters, before, shown, now), shown),
      symbol: SHARED_SYMBOL,
      color: STATE_COLOR[COLOR_FIRST.find((it) => states.includes(it)) ?? "canceled"],
      ...(badge && { badge }),
      ...(buttons && { buttons: buttons.slice(0, 1) }),
    },
    tags: some?.show.tags ?? [],
    importance: Math.max(...shows.map(({ importance = 0 }) => importance)),
    state,
    run: groupKey,
    ...(shows.every((it) => it.isStrangers) && { isStrangers: true }),
    ...(isOver && {
      lingerMs: Math.max(...shows.map(({ lingerMs = 0 }) => lingerMs)),
      ending: `${groupKey}:${ends}`,
      ...(fades > 0 && { fadesAt: fades }),
      ...(shows.every((it) => it.onlyIfShown) && { onlyIfShown: true }),
    }),
  };
}

const isAlike = (texts: readonly (string | null)[]): boolean => new Set(texts).size === 1;

function textsOf(firsts: readonly CardMember[], groupKey: string) {
  const count = firsts.length;
  const [some] = firsts;
  const of = (state: RunState) => firsts.filter((it) => it.state === state);
  const project = isAlike(firsts.map((it) => it.project)) ? some?.project : undefined;
  if (isOfBranches(groupKey)) {
    const whose = groupKey.startsWith("bots:") ? "bots" : "forks";
    const words = { failed: "failed", waiting: "waiting", running: "running", succeeded: "passed" };
    const parts = Object.entries(words).map(([state, word]) => {
      const own = firsts.filter((it) => it.state === state).length;
      return own > 0 ? `${own} ${word}` : undefined;
    });
    const line = some?.name === project ? undefined : some?.name;
    // The title has one line on the screen, the counts have two.
    return { title: dotted(project, line, whose), subtitle: dotted(`${count} branches`, ...parts) };
  }
  const branch = isAlike(firsts.map((it) => it.branch)) ? some?.branch : undefined;
  const live = some?.environmentKind === "production" ? "live" : "ready";
  return {
    title: dotted(project, `${count} apps`, branch ?? undefined),
    subtitle: dotted(
      `${of("succeeded").length} of ${count} ${live}`,
      spoken(of("failed"), "failed"),
      spoken(of("waiting"), "waiting"),
    ),
  };
}

function spoken(members: readonly CardMember[], word: string): string | undefined {
  const [only, ...others] = members;
  if (!only) return undefined;
  return others.length > 0 ? `${members.length} ${word}` : `${only.name} ${word}`;
}
