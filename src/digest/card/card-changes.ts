/** The calls that lead from the cards that a group had to those that it has now. Pure. */
import type { ComposedCommand, StreamOwner } from "../../compose/commands.ts";
import type { CardMember, SharedCard } from "../../model/card/card-group.ts";
import { PRIORITY } from "../../model/command.ts";

/**
 * From the cards as they were wanted to those that are wanted now.
 *
 * @param notBefore no card comes to the screen before then
 */
export function changes(
  before: readonly SharedCard[],
  after: readonly SharedCard[],
  members: readonly CardMember[],
  notBefore: number,
): readonly ComposedCommand[] {
  const ends = before
    .filter(({ streamKey }) => !after.some((it) => it.streamKey === streamKey))
    .map(({ streamKey, show: { picture } }): ComposedCommand => {
      const intent = { kind: "end", streamKey, picture } as const;
      const owner = ownerOf(streamKey, members);
      return { intent, priority: PRIORITY.streamEnd, dedupeKey: null, owner };
    });
  const shows = after.flatMap((card): ComposedCommand[] => {
    const known = before.find(({ streamKey }) => streamKey === card.streamKey);
    if (known && JSON.stringify(known.show) === JSON.stringify(card.show)) return [];
    return [showCommand(card, known !== undefined, members, notBefore)];
  });
  return [...ends, ...shows];
}

function showCommand(
  { streamKey, trackIds, show }: SharedCard,
  isKnown: boolean,
  members: readonly CardMember[],
  earliest: number,
): ComposedCommand {
  const about = { intent: show, dedupeKey: null, owner: ownerOf(streamKey, members) };
  if (show.lingerMs !== undefined)
    return {
      ...about,
      priority: PRIORITY.streamEnd,
      ...(!isKnown && { notBefore: earliest }),
    };
  const own = members.filter(({ trackId }) => trackIds.includes(trackId));
  const first = Math.min(...own.map(({ firstFrameAt }) => firstFrameAt));
  const priority = isKnown ? PRIORITY.streamUpdate : PRIORITY.streamStart;
  return { ...about, priority, notBefore: Math.max(first, isKnown ? 0 : earliest) };
}

/** The track whose stream it is: the call is its endpoint's, and is cleared away with it. */
function ownerOf(streamKey: string, members: readonly CardMember[]): StreamOwner | undefined {
  const owner = members.find((it) => it.streamKey === streamKey);
  return owner && { endpointId: owner.endpointId, trackId: owner.trackId };
}
