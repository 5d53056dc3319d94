/** What a story's claims count on the phone: how long cards stay, how many at once, how their bars move. Pure. */
import { isAlive, UNENTERED } from "./phone.ts";
import type { CardFrame, PhoneEvent, Push } from "./phone.ts";

/** A card from its first frame until it left, or until the story was over. */
export interface Stay {
  readonly card: number;
  readonly frames: readonly CardFrame[];
  readonly from: number;
  /** Infinity where it is there still. */
  readonly to: number;
}

export function staysOf(events: readonly PhoneEvent[]): readonly Stay[] {
  const stays: Stay[] = [];
  const open = new Map<number, CardFrame[]>();
  const close = (card: number, to: number) => {
    const frames = open.get(card) ?? [];
    const [first] = frames;
    if (first) stays.push({ card, frames, from: first.at, to });
    open.delete(card);
  };
  for (const event of events) {
    if (event.kind === "card") open.set(event.card, [...(open.get(event.card) ?? []), event]);
    if (event.kind === "leaves") close(event.card, event.at);
  }
  for (const card of open.keys()) close(card, Infinity);
  return stays;
}

export const SHORTEST_MS = 8_000;

/** Cards that were there for less than eight seconds. */
export const flashes = (stays: readonly Stay[]): readonly Stay[] =>
  stays.filter(({ from, to }) => to - from < SHORTEST_MS);

/** The most of these cards that were there at the same time. */
export const mostAtOnce = (stays: readonly Stay[]): number =>
  Math.max(
    0,
    ...stays.map(({ from }) => stays.filter((it) => it.from <= from && from < it.to).length),
  );

/** The most cards at once that a person cannot tell apart by title, badge, branch and commit, for one audience. */
export function mostAlike(stays: readonly Stay[]): number {
  const alike = Map.groupBy(stays, ({ frames: [first] }) =>
    JSON.stringify([
      first?.title,
      first?.badge,
      first?.subtitle.split(" · ").slice(1),
      first?.channels,
    ]),
  );
  return Math.max(0, ...Array.from(alike.values(), mostAtOnce));
}

/** The frames of one run on its card: what follows a result, or leads elsewhere, is another run. */
export function runsOn({ frames }: Stay): readonly (readonly CardFrame[])[] {
  const runs: CardFrame[][] = [];
  for (const frame of frames) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && (isUnderWay(last) || !isUnderWay(frame)) && last.link === frame.link)
      run.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

const isUnderWay = ({ color }: CardFrame): boolean => color === "blue" || color === "orange";

/** Frames whose bar stands further back than the frame before. */
export const backwards = (stays: readonly Stay[]): readonly CardFrame[] =>
  stays.flatMap(runsOn).flatMap((run) =>
    run.filter((frame, index) => {
      const before = run[index - 1];
      return before !== undefined && frame.completed < before.completed;
    }),
  );

/** Runs whose bar has other segments in the end than at first. */
export const unsteady = (stays: readonly Stay[]): readonly (readonly CardFrame[])[] =>
  stays.flatMap(runsOn).filter((run) => run[0]?.segments !== run.at(-1)?.segments);

/** The segments of all bars that ended green, and those of them that nothing ever entered. */
export function segmentsIn(stays: readonly Stay[]): { all: number; unentered: number } {
  const ends = stays.flatMap(runsOn).flatMap((run) => run.at(-1) ?? []);
  const green = ends.filter(({ color }) => color === "green");
  return {
    all: green.reduce((sum, { segments }) => sum + segments, 0),
    unentered: green.reduce((sum, { bar }) => sum + bar.split(UNENTERED).length - 1, 0),
  };
}

export const pushesOf = (events: readonly PhoneEvent[]): readonly Push[] =>
  events.filter((it): it is Push => it.kind === "ring" || it.kind === "quiet");

/** What is on the screen at a moment, in the words of its last frames. */
export function screenAt(events: readonly PhoneEvent[], at: number): readonly CardFrame[] {
  const until = events.filter((it) => it.at <= at);
  const cards = new Set(until.flatMap((it) => ("card" in it ? it.card : [])));
  return [...cards]
    .flatMap((card) => {
      if (!isAlive(until, card)) return [];
      return until.findLast((it) => it.kind === "card" && it.card === card) ?? [];
    })
    .filter((it) => it.kind === "card");
}
