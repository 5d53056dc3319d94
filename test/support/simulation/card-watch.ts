/**
 * What must hold of every card on the screen whatever is heard, answered and killed: a card whose
 * track rests is ended by somebody, in time, and no track has two. Collects what does not hold.
 */
import { DEFAULT_LINGER } from "../../../src/compose/linger.ts";
import type { CardGroup } from "../../../src/model/card/card-group.ts";
import type { TrackSummary } from "../../../src/model/run/track.ts";
import type { Activity } from "../../../src/preview-core/screen/lock-screen.ts";
import type { World } from "./world.ts";

const MINUTE_MS = 60_000;
/** After trouble an account rests, and commands wait for their next try, for so long at most. */
const ECHO_MS = 6 * MINUTE_MS;
const OVERDUE_MS = MINUTE_MS;

const LINGER_MS: Readonly<Record<string, number>> = {
  green: DEFAULT_LINGER.successMs,
  gray: DEFAULT_LINGER.canceledMs,
  red: DEFAULT_LINGER.lastingFailureMs,
};
const UNDER_WAY: readonly string[] = ["queued", "waiting", "running"];

export const isResult = (color: string | undefined): boolean =>
  color !== "blue" && color !== "orange";

export interface CardWatch {
  /** @param calmSince since when nothing goes wrong, in ms */
  look(world: World, calmSince: number): Promise<void>;
  readonly looks: number;
  /** What was seen that must not be, in words. */
  readonly broken: ReadonlySet<string>;
}

/** @param groupKeys what the tracks that are told of may share cards by */
export function watchCards(groupKeys: () => readonly string[]): CardWatch {
  const broken = new Set<string>();
  /** By stream: since when it was seen to rest. */
  let resting = new Map<string, number>();
  let looks = 0;
  return {
    broken,
    get looks() {
      return looks;
    },
    look: async (world, calmSince) => {
      looks++;
      if (world.core.screen().activities.length === 0) return;
      const seen = await seenIn(world, calmSince, groupKeys());
      const rests = seen.cards.filter((it) => isResting(it.streamKey, seen));
      resting = new Map(
        rests.map(({ streamKey }) => [streamKey, resting.get(streamKey) ?? seen.now]),
      );
      const faults = [
        ...rests.flatMap((card) => faultOf(card, resting.get(card.streamKey) ?? seen.now, seen)),
        ...twiceIn(seen),
      ];
      for (const fault of faults) broken.add(`${new Date(seen.now).toISOString()} ${fault}`);
    },
  };
}

/** The screen, and what the store has of its streams. */
interface Seen {
  readonly now: number;
  readonly calmSince: number;
  /** Also those that were ended and are still seen. */
  readonly cards: readonly (Activity & { readonly streamKey: string })[];
  readonly tracks: readonly TrackSummary[];
  readonly groups: readonly CardGroup[];
  /** Streams for which a command is pending or under way. */
  readonly open: ReadonlySet<string | null>;
}

async function seenIn(world: World, calmSince: number, keys: readonly string[]): Promise<Seen> {
  const { store } = world;
  const accounts = (await store.listAccounts()).map(({ account }) => account);
  const commands = await Promise.all(accounts.map((it) => store.openStreamCommands(it, 1_000)));
  const cardGroups = accounts.flatMap((account) => keys.map((groupKey) => ({ account, groupKey })));
  return {
    now: world.now(),
    calmSince,
    cards: world.core
      .screen()
      .activities.flatMap((it) =>
        it.streamKey === null ? [] : [{ ...it, streamKey: it.streamKey }],
      ),
    tracks: (await store.listTracks({ limit: 100 })).rows,
    groups: (await store.loadMemory({ cardGroups })).cardGroups,
    open: new Set(commands.flat().map(({ streamKey }) => streamKey)),
  };
}

function faultOf(card: Seen["cards"][number], restsSince: number, seen: Seen): string[] {
  const { streamKey, endedAt, updatedAt, contentState } = card;
  if (endedAt !== null) return [];
  const { title, color = "" } = contentState;
  const words = `${streamKey} (${title}, ${color}) rests`;
  if (!seen.open.has(streamKey)) return [`${words}, and nobody will end it`];
  const troubleUntil = seen.calmSince + ECHO_MS;
  if (!isResult(color))
    return seen.now > Math.max(restsSince + OVERDUE_MS, troubleUntil)
      ? [`${words}, and its card goes on`]
      : [];
  const endAt = Math.max(updatedAt + (LINGER_MS[color] ?? 0), restsSince, troubleUntil);
  const lateMs = seen.now - endAt;
  return lateMs > OVERDUE_MS ? [`${words}, and should have left ${lateMs / 1_000} s ago`] : [];
}

/** Whether nothing goes on of what the card shows. */
function isResting(streamKey: string, { groups, tracks }: Seen): boolean {
  const shared = groups.find(({ cards }) =>
    cards.some((it) => it.streamKey === streamKey && it.trackIds.length > 1),
  );
  const shownBy = shared?.cards.find((it) => it.streamKey === streamKey)?.trackIds;
  const states = shared
    ? shared.members.flatMap((it) => (shownBy?.includes(it.trackId) ? it.state : []))
    : [tracks.find((it) => it.streamKey === streamKey)?.shownRun?.state ?? ""];
  return !states.some((state) => UNDER_WAY.includes(state));
}

/** Also a card that was ended is one as long as it is seen. */
function twiceIn(seen: Seen): string[] {
  const streams = seen.cards.map(({ streamKey }) => streamKey);
  const twice = new Set(streams.filter((it, at) => streams.indexOf(it) !== at));
  const calmFor = seen.now - seen.calmSince;
  const shared = calmFor < ECHO_MS ? [] : seen.tracks.flatMap((it) => cardsOf(it, seen));
  return [...Array.from(twice, (it) => `two cards of ${it}`), ...shared];
}

/** A track whose card is another's has none of its own, once nothing is owed. */
function cardsOf({ id, streamKey }: TrackSummary, { groups, cards, open }: Seen): string[] {
  const all = groups.flatMap((it) => it.cards);
  const others = all.filter((it) => it.trackIds.includes(id) && it.streamKey !== streamKey);
  const isOthers = all.some((it) => it.streamKey === streamKey);
  if (others.length === 0 || isOthers || open.has(streamKey)) return [];
  const isThere = cards.some((it) => it.streamKey === streamKey);
  return isThere ? [`${streamKey} is there beside the card that it shares`] : [];
}
