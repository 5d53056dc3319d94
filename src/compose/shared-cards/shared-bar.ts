/**
 * The bar of a card that stands for several runs: a segment a run, or their shares where there are
 * not as many segments as runs. Pure.
 */
import type { Color } from "../../model/card/picture.ts";
import type { RunState } from "../../model/run/run.ts";
import { STATE_COLOR } from "../screen.ts";

export interface SharedBar {
  readonly segments: readonly Color[];
  readonly completed: number;
}

const OVER = ["failed", "canceled", "skipped", "succeeded"] as const;
const UNDER_WAY = ["waiting", "running", "queued"] as const;
const NOTHING: SharedBar = { segments: [], completed: 0 };

/**
 * Those that are over come first, failures before all. It is complete only when all of them are
 * over.
 *
 * @param count how many segments
 * @param shown what the same runs were shown as before: with more of them the shares of what is over
 *   shrink, but what is done is not taken back, nor the last red segment that a failure has
 */
export function sharedBar(
  states: readonly (RunState | undefined)[],
  count: number,
  shown: SharedBar = NOTHING,
): SharedBar {
  const inOrder = (of: readonly RunState[]) =>
    of.flatMap((state) => states.filter((it) => it === state));
  const over = inOrder(OVER);
  const failed = over.filter((it) => it === "failed");
  const open = [...inOrder(UNDER_WAY), ...states.filter((it) => it === undefined)];
  const share = ({ length }: readonly unknown[]) => Math.ceil((length * count) / states.length);
  const most = open.length > 0 ? count - 1 : count;
  const completed = Math.min(most, Math.max(share(over), shown.completed));
  const red = shown.segments.slice(0, shown.completed).filter((it) => it === STATE_COLOR.failed);
  const failures = Math.min(
    completed,
    Math.max(share(failed), Math.min(failed.length, red.length)),
  );
  const others = over.slice(failed.length);
  const segments = [
    ...spread(failed, others.length > 0 ? failures : completed),
    ...spread(others, completed - failures),
    ...spread(open, count - completed),
  ];
  return { segments: segments.map(colorFrom(completed)), completed };
}

/** What is yet to come is gray whatever is known of it. */
const colorFrom =
  (completed: number) =>
  (state: RunState | undefined, at: number): Color =>
    at > completed || !state ? "gray" : STATE_COLOR[state];

/** So many of them, each for as many as the others; none where there is none. */
const spread = <Item>(items: readonly Item[], count: number): Item[] =>
  Array.from({ length: count }, (_, at) => Math.floor((at * items.length) / count)).flatMap((at) =>
    items.slice(at, at + 1),
  );
