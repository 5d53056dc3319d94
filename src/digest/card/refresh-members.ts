/**
 * Tracks that share no card yet are in their group as they were when they came, which spares a row
 * with each delivery. Before they share one they are looked at as they are now. Reads; writes the
 * draft.
 */
import { lingeringFor } from "../../compose/linger.ts";
import { governed } from "../../compose/rules.ts";
import type { CardGroup, CardMember, SharedCard } from "../../model/card/card-group.ts";
import type { RunOnTrack } from "../../store/port.ts";
import { identityOf } from "../../tracking/track.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";
import { memberOf } from "./card-member.ts";
import { showAgain, subjectOf } from "./show-run.ts";

/** Whether each track of the group has a card of its own, on a stream of its own. */
export const isLoose = ({ cards, members }: CardGroup): boolean =>
  cards.every(
    ({ streamKey, trackIds: [trackId, ...others] }) =>
      others.length === 0 &&
      members.some((it) => it.trackId === trackId && it.streamKey === streamKey),
  );

/**
 * The group with its members as their tracks are now; those that show another run by now are gone.
 * A track that moves before this is committed is a conflict.
 *
 * @param exceptTrackId it is digested right now
 */
export async function refreshMembers(
  origin: Origin,
  draft: Draft,
  group: CardGroup,
  exceptTrackId: string,
): Promise<CardGroup> {
  const own = group.members.filter(({ trackId }) => trackId === exceptTrackId);
  const others = group.members.filter(({ trackId }) => trackId !== exceptTrackId);
  const views = await draft.findRuns(others);
  const found = await Promise.all(
    others.map((member) => memberNow(origin, draft, member, viewOf(member, views))),
  );
  const members = [...found.flatMap((it) => it ?? []), ...own];
  const cards = group.cards.flatMap((card) => cardNow(card, members) ?? []);
  const updatedAt = Math.max(...members.map((it) => it.updatedAt));
  return { ...group, members, cards, ...(members.length > 0 && { updatedAt }) };
}

function cardNow(card: SharedCard, members: readonly CardMember[]): SharedCard | undefined {
  const member = members.find(({ trackId }) => card.trackIds.includes(trackId));
  return member && { ...card, show: member.show };
}

async function memberNow(
  origin: Origin,
  draft: Draft,
  member: CardMember,
  view: RunOnTrack | undefined,
): Promise<CardMember | undefined> {
  const { track, run } = view ?? {};
  const endpoint = await endpointOf(origin, member);
  if (!track || !run || !endpoint || track.shownRunId !== run.run.id) return undefined;
  const identity = identityOf(run.run, track);
  const then = { ...origin, endpoint, now: run.updatedAt };
  const subject = subjectOf(then, identity.projectId, run.run);
  const { settings, lingerMinutes } = governed(endpoint, { ...subject, outcome: undefined });
  const ruled = { ...then, linger: lingeringFor(origin.linger, lingerMinutes) };
  const [command] = showAgain(ruled, settings, track, run);
  draft.writeTrack({ track: { ...track, version: track.version + 1 } });
  if (command?.intent.kind !== "show") return undefined;
  const { channels: _now, ...shown } = command.intent;
  // Whom the card reaches was decided when it came.
  const { channels } = member.show;
  const show = { ...shown, ...(channels && { channels }) };
  const now = memberOf({ track, shown: run, identity }, show, endpoint.id, run.updatedAt);
  return now && { ...now, firstFrameAt: member.firstFrameAt };
}

const viewOf = (
  { trackId, runId }: CardMember,
  views: readonly RunOnTrack[],
): RunOnTrack | undefined =>
  views.find(({ track, run }) => track.id === trackId && run.run.id === runId);

const endpointOf = async (
  { endpoint, endpointOf: find }: Origin,
  { endpointId }: CardMember,
): Promise<Origin["endpoint"] | undefined> =>
  endpointId === endpoint.id ? endpoint : find(endpointId);
