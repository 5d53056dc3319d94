/** From the streams that wait for a slot to the one activity that counts them. Pure: the same streams give the same activity. */
import type { CoreCall, StreamContentState } from "../destinations/activitysmith/contract.ts";
import type { RunState } from "../tracking/segments.ts";
import { STATE_COLOR } from "./screen.ts";
import { cut, dotted, MAX_GRAPHEMES } from "./text.ts";

/** A stream that waits, by the last call that is wanted of it. */
export type WaitingStream = Extract<CoreCall, { call: "stream_update" | "stream_end" }>;

/** What the roll-up activity of an account is to be: the call, and a short text that is equal for equal calls. */
export interface WantedRollUp {
  readonly call: WaitingStream;
  readonly wanted: string;
}

/** Nobody counts the segments of a longer bar; it shows the shares. */
const MAX_SEGMENTS = 40;
const SYMBOL = "square.stack.3d.up.fill";
const WORST_FIRST = [
  "failed",
  "waiting",
  "running",
  "queued",
  "canceled",
  "skipped",
  "succeeded",
] as const;
const OVER = ["failed", "canceled", "skipped", "succeeded"] as const;
const UNDER_WAY = ["waiting", "running", "queued"] as const;

/** All of them wait for a place; what is said to wait is what waits for a person. */
const wordOf = (state: RunState): string => (state === "waiting" ? "needs approval" : state);

/** The key of an account's roll-up activity. No track has such a key: theirs end in an id. */
export const rollUpKey = (account: string): string => `roll-up-of-${account}`;

/** The update that counts these streams, one or more: "+5 deploys", "1 failed · 1 needs approval · 3 running". */
export function rollUpUpdate(account: string, waiting: readonly WaitingStream[]): WantedRollUp {
  const counts = new Map<RunState, number>();
  for (const { state } of waiting) if (state) counts.set(state, (counts.get(state) ?? 0) + 1);
  const subtitle = WORST_FIRST.flatMap((state) => {
    const count = counts.get(state);
    return count === undefined ? [] : `${count} ${wordOf(state)}`;
  });
  const channels = sharedChannels(waiting);
  const contentState: StreamContentState = {
    type: "segmented_progress",
    title: `+${waiting.length} deploys`,
    ...subtitled(dotted(...subtitle)),
    ...barOf(waiting.map(({ state }) => state)),
  };
  const body = { content_state: contentState, ...(channels && { channels }) };
  const call = { call: "stream_update", streamKey: rollUpKey(account), body } as const;
  return { call, wanted: JSON.stringify([waiting.length, ...subtitle, channels]) };
}

const subtitled = (text: string): Pick<StreamContentState, "subtitle"> =>
  text === "" ? {} : { subtitle: cut(text, MAX_GRAPHEMES.subtitle) };

/** The end of it, which leaves the screen at once; nobody is told of a roll-up that was not on the screen. */
export function rollUpEnd(account: string): WantedRollUp {
  const contentState: StreamContentState = {
    type: "segmented_progress",
    title: "Other deploys",
    subtitle: "No longer counted here",
    number_of_steps: 1,
    current_step: 1,
    color: "gray",
    icon: { symbol: SYMBOL, color: "gray" },
    auto_dismiss_minutes: 0,
  };
  return {
    call: {
      call: "stream_end",
      streamKey: rollUpKey(account),
      body: { content_state: contentState },
      ending: "roll-up",
      announce: null,
    },
    wanted: "over",
  };
}

/** A segment a stream, those that are over first; the colour of the whole is that of the worst. */
function barOf(states: readonly (RunState | undefined)[]) {
  const over = OVER.flatMap((state) => states.filter((it) => it === state));
  const underWay = UNDER_WAY.flatMap((state) => states.filter((it) => it === state));
  const unknown = states.filter((it) => it === undefined);
  const segments = [...over, ...underWay, ...unknown];
  const length = Math.min(segments.length, MAX_SEGMENTS);
  const shown = Array.from(
    { length },
    (_, at) => segments[Math.floor((at * segments.length) / length)],
  );
  const completed = shown.filter((state) => OVER.some((it) => it === state));
  const current = shown[completed.length];
  const worst = WORST_FIRST.find((state) => states.includes(state));
  const color = worst ? STATE_COLOR[worst] : "blue";
  return {
    number_of_steps: length,
    current_step: completed.length,
    color,
    ...(current && { step_color: STATE_COLOR[current] }),
    ...(completed.length > 0 && {
      step_colors: completed.flatMap((state) => (state ? STATE_COLOR[state] : [])),
    }),
    icon: { symbol: SYMBOL, color },
  };
}

/** Who sees any of the streams; undefined where one of them is for everyone that the API key reaches. */
function sharedChannels(waiting: readonly WaitingStream[]): string[] | undefined {
  const all = waiting.map((it) => (it.call === "stream_update" ? it.body : it.announce)?.channels);
  if (!all.every((channels) => channels !== undefined)) return undefined;
  return [...new Set(all.flat())].toSorted();
}
