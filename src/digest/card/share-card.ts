/**
 * Whether a track's card is its own: what it wants shown goes into its group, and the group says
 * which cards there are. Reads; writes the draft.
 */
import type { ComposedCommand } from "../../compose/commands.ts";
import { cardsOf, isOfBranches, MIN_SHOWN_MS } from "../../compose/shared-cards/shared-cards.ts";
import type { CardGroup, CardMember } from "../../model/card/card-group.ts";
import type { StreamIntent } from "../../model/command.ts";
import type { Draft } from "../draft.ts";
import type { Origin } from "../origin.ts";
import { changes } from "./card-changes.ts";
import { groupKeyOf } from "./card-group-key.ts";
import { firstFrameAt, grayed, isUnmoved, memberOf } from "./card-member.ts";
import type { OwnCard } from "./card-member.ts";
import { isLoose, refreshMembers } from "./refresh-members.ts";

/** More members are no use on a lock screen; the newest stay. */
const MAX_MEMBERS = 60;

/** The calls that all cards of the group need now; the track's own where it has no group. */
export async function shareCard(
  origin: Origin,
  draft: Draft,
  own: OwnCard,
): Promise<readonly ComposedCommand[]> {
  const key = own.shown && groupKeyOf(origin, own.identity, own.shown.run);
  const formerKey = own.former && groupKeyOf(origin, own.identity, own.former.run);
  const leaves = formerKey !== undefined && formerKey !== key ? formerKey : undefined;
  if (own.commands.length === 0 && leaves === undefined) return own.commands;
  const { account } = origin.endpoint;
  const keys = [key, leaves].flatMap((it) => it ?? []);
  const { cardGroups } = await draft.recall({
    cardGroups: keys.map((groupKey) => ({ account, groupKey })),
  });
  const find = async (groupKey: string) => {
    const found = cardGroups.find((it) => it.groupKey === groupKey);
    return found && followed(origin, found);
  };
  const left = leaves === undefined ? undefined : await find(leaves);
  const cleared = left ? leave(origin, draft, left, own) : [];
  if (key === undefined) return [...cleared.filter(isNotOf(own.commands)), ...own.commands];
  const fresh = { account, groupKey: key, members: [], cards: [], updatedAt: 0, version: 0 };
  const group = unexpired((await find(key)) ?? fresh, origin.now);
  const wanted = await join(origin, draft, group, own);
  // What leaves the stream and what takes it over are one call.
  return [...cleared.filter(isNotOf(wanted)), ...wanted];
}

function isNotOf(commands: readonly ComposedCommand[]): (it: ComposedCommand) => boolean {
  const taken = new Set(commands.map(({ intent }) => streamKeyOf(intent)));
  return ({ intent }) => !taken.has(streamKeyOf(intent));
}

/** Without the tracks of endpoints that are disabled, gone or of another account by now. */
async function followed({ endpoint, endpointOf }: Origin, group: CardGroup): Promise<CardGroup> {
  const others = new Set(group.members.map(({ endpointId }) => endpointId));
  others.delete(endpoint.id);
  const isKept = async (id: string) => (await endpointOf(id))?.account === group.account;
  const asked = await Promise.all([...others].map(async (id) => ((await isKept(id)) ? [] : [id])));
  const gone = new Set(asked.flat());
  if (gone.size === 0) return group;
  const members = group.members.filter(({ endpointId }) => !gone.has(endpointId));
  return { ...group, members };
}

const streamKeyOf = (intent: ComposedCommand["intent"]): string | undefined =>
  "streamKey" in intent ? intent.streamKey : undefined;

/** Nothing of what was over long ago is on the screen any more. */
function unexpired(group: CardGroup, now: number): CardGroup {
  const isOver = group.members.every(
    ({ show }) => show.lingerMs !== undefined && group.updatedAt + show.lingerMs <= now,
  );
  return isOver ? { ...group, members: [], cards: [] } : group;
}

/**
 * The track shows something else from now on, or nothing. What it leaves stays only where it says
 * something; a run that came to nothing stays gray where a segment stands for it.
 */
function leave(
  { now }: Origin,
  draft: Draft,
  group: CardGroup,
  { track, shown }: OwnCard,
): readonly ComposedCommand[] {
  const known = group.members.find(({ trackId }) => trackId === track.id);
  if (!known) return [];
  const others = group.members.filter((it) => it !== known);
  const isKept = !shown && isFolded(group, track.id);
  const isDone = others.every(
    ({ show, state }) => show.lingerMs !== undefined && state !== "failed",
  );
  const wasShared = group.cards.some(
    ({ trackIds }) => trackIds.includes(track.id) && trackIds.length > 1,
  );
  const rest = { ...group, members: isKept ? [...others, grayed(known)] : others, updatedAt: now };
  const cards = isDone && wasShared && !isKept ? [] : cardsOf(rest, group.members, now);
  if (!isLoose(group)) draft.remember({ cardGroups: [{ ...rest, cards }] });
  // The next tracks may leave as well: what is over by then never flashes.
  return changes(group.cards, cards, group.members, isKept ? now : now + MIN_SHOWN_MS);
}

const isFolded = ({ groupKey, cards }: CardGroup, trackId: string): boolean =>
  cards.some(({ show, trackIds }) => show.run === groupKey && trackIds.includes(trackId));

async function join(
  origin: Origin,
  draft: Draft,
  group: CardGroup,
  own: OwnCard,
): Promise<readonly ComposedCommand[]> {
  const [command] = own.commands;
  if (command?.intent.kind !== "show" && command?.intent.kind !== "end") return own.commands;
  const about = { own, command, intent: command.intent };
  const known = group.members.find(({ trackId }) => trackId === own.track.id);
  const after = joined(origin, group, about);
  if (isLoose(group) && isLoose(after)) {
    const member = after.members.find(({ trackId }) => trackId === own.track.id);
    if (member && !isUnmoved(known, member)) draft.remember({ cardGroups: [after] });
    return [heldBack(command, member)];
  }
  const refreshed = isLoose(group) && (await refreshMembers(origin, draft, group, own.track.id));
  const before = refreshed ? unexpired(refreshed, origin.now) : group;
  const next = refreshed ? joined(origin, before, about) : after;
  draft.remember({ cardGroups: [next] });
  return callsOf(before, next, about, origin.now);
}

interface OwnCommand {
  readonly own: OwnCard;
  readonly command: ComposedCommand;
  readonly intent: StreamIntent;
}

/** The group with the track in it as it is now, and the cards that it has then. */
function joined({ now, endpoint }: Origin, group: CardGroup, about: OwnCommand): CardGroup {
  const { own, command, intent } = about;
  const others = group.members.filter(
    (it) => it.trackId !== own.track.id && !hasLeft(group, it, now),
  );
  const known = group.members.find(({ trackId }) => trackId === own.track.id);
  const member = memberOf(own, intent, endpoint.id, now) ?? cameToNothing(group, own, known);
  const held = member && {
    ...member,
    firstFrameAt: firstFrameAt(group, member, known, command, now),
  };
  const members = [...others, ...(held ? [held] : [])].slice(-MAX_MEMBERS);
  const next = { ...group, members, updatedAt: now };
  return { ...next, cards: cardsOf(next, group.members, now) };
}

/** Its own call, and where others came first, not before they have been seen. */
const heldBack = (command: ComposedCommand, member: CardMember | undefined): ComposedCommand =>
  !member || member.show.lingerMs !== undefined
    ? command
    : { ...command, notBefore: Math.max(command.notBefore ?? 0, member.firstFrameAt) };

function callsOf(
  before: CardGroup,
  after: CardGroup,
  { own, command }: OwnCommand,
  now: number,
): readonly ComposedCommand[] {
  const { members, cards } = after;
  const gone = before.members.filter(
    (it) => !members.some(({ trackId }) => trackId === it.trackId),
  );
  const wanted = changes(before.cards, cards, [...members, ...gone], now);
  const isAlone = cards.every(
    ({ streamKey, trackIds }) => streamKey !== own.track.streamKey || trackIds.length === 1,
  );
  const isSaid = wanted.some((it) => streamKeyOf(it.intent) === own.track.streamKey);
  const isElsewhere = cards.some(
    ({ streamKey, trackIds }) =>
      streamKey !== own.track.streamKey && trackIds.includes(own.track.id),
  );
  // Asked for though it looks the same: what was taken off for its silence comes back.
  if (isAlone && !isSaid && !isElsewhere) return [...wanted, command];
  return wanted.map((it) => urged(it, own, command));
}

/** A line's bots never rest all at once: each branch leaves when its own result would. */
const hasLeft = ({ groupKey }: CardGroup, { show, updatedAt }: CardMember, now: number): boolean =>
  isOfBranches(groupKey) && show.lingerMs !== undefined && updatedAt + show.lingerMs <= now;

/** It did nothing, or nobody knows what: where a segment stands for it, that is gray. */
const cameToNothing = (
  group: CardGroup,
  { shown, track }: OwnCard,
  known: CardMember | undefined,
): CardMember | undefined =>
  known && known.runId === shown?.run.id && isFolded(group, track.id) ? grayed(known) : undefined;

/** Its own update keeps its own place in the queue. */
const urged = (it: ComposedCommand, own: OwnCard, command: ComposedCommand): ComposedCommand =>
  it.intent.kind === "show" && streamKeyOf(it.intent) === own.track.streamKey
    ? { ...it, priority: Math.min(it.priority, command.priority) }
    : it;
