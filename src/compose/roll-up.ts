/**
 * From the streams that wait for a slot to the one activity that counts them. Pure: the same
 * streams give the same activity.
 */
import type { Show, StreamIntent } from "../model/command.ts";
import type { RunState } from "../model/run/run.ts";
import { STATE_COLOR } from "./screen.ts";
import { sharedBar } from "./shared-cards/shared-bar.ts";
import { cut, dotted, MAX_GRAPHEMES } from "./text.ts";

/**
 * What the roll-up activity of an account is to be, and a short text that is equal for equal wants.
 */
export interface WantedRollUp {
  readonly intent: StreamIntent;
  readonly wanted: string;
}

/** Nobody counts the segments of a longer bar; it shows the shares. */
const MAX_SEGMENTS = 40;
/** Of every card that stands for several runs. */
export const SHARED_SYMBOL = "square.stack.3d.up.fill";
const WORST_FIRST = [
  "failed",
  "waiting",
  "running",
  "queued",
  "canceled",
  "skipped",
  "succeeded",
] as const;

/** All of them wait for a place; what is said to wait is what waits for a person. */
const wordOf = (state: RunState): string => (state === "waiting" ? "needs approval" : state);

/** The key of an account's roll-up activity. No track has such a key: theirs end in an id. */
export const rollUpKey = (account: string): string => `roll-up-of-${account}`;

/**
 * The update that counts these streams, one or more: "+5 deploys", "1 failed · 1 needs approval · 3
 * running".
 */
export function rollUpUpdate(account: string, waiting: readonly Show[]): WantedRollUp {
  const states = waiting.map(({ state }) => state);
  const worst = WORST_FIRST.find((state) => states.includes(state));
  const color = worst ? STATE_COLOR[worst] : "blue";
  const counts = new Map<RunState, number>();
  for (const state of states) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
  const subtitle = WORST_FIRST.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : `${count} ${wordOf(state)}`;
  });
  const channels = sharedChannels(waiting);
  const text = cut(dotted(...subtitle), MAX_GRAPHEMES.subtitle);
  const intent: Show = {
    kind: "show",
    streamKey: rollUpKey(account),
    picture: {
      title: `+${waiting.length} deploys`,
      ...(text && { subtitle: text }),
      ...sharedBar(states, Math.min(states.length, MAX_SEGMENTS)),
      color,
      symbol: SHARED_SYMBOL,
    },
    ...(channels && { channels }),
  };
  return { intent, wanted: JSON.stringify([waiting.length, ...subtitle, channels]) };
}

/** The end of it, which leaves the screen at once. */
export function rollUpEnd(account: string): WantedRollUp {
  const picture = {
    title: "Other deploys",
    subtitle: "No longer counted here",
    segments: ["gray"],
    completed: 1,
    color: "gray",
    symbol: SHARED_SYMBOL,
  } as const;
  return { intent: { kind: "end", streamKey: rollUpKey(account), picture }, wanted: "over" };
}

/**
 * Who sees any of the streams; undefined where one of them is for everyone that the API key
 * reaches.
 */
function sharedChannels(waiting: readonly Show[]): string[] | undefined {
  const all = waiting.map(({ channels }) => channels);
  if (!all.every((channels) => channels !== undefined)) return undefined;
  return [...new Set(all.flat())].toSorted();
}
