/** How the bars on the cards move, read off the calls that took effect. Pure. */
import * as z from "zod";
import { isResult } from "./card-watch.ts";
import type { LoggedCall } from "./limited-core.ts";

const frameBody = z.object({
  content_state: z.object({
    title: z.string(),
    number_of_steps: z.number(),
    current_step: z.number(),
    color: z.string(),
  }),
});

interface Frame {
  readonly at: number;
  /** Which line it is of. */
  readonly title: string;
  /** Which run it is of. */
  readonly link: string;
  readonly segments: number;
  readonly completed: number;
  readonly color: string;
}

export interface Bars {
  readonly runs: number;
  /** Runs, in words, whose bar went back or lost a segment. */
  readonly back: readonly string[];
  /** Runs, in words, that end with other segments than they began with, though their line was known. */
  readonly changed: readonly string[];
}

export function barsIn(calls: readonly LoggedCall[]): Bars {
  const runs = staysIn(calls).flatMap(runsIn);
  return {
    runs: runs.length,
    back: runs.filter(isBack).map(wordsOf),
    changed: runs.filter((run) => isChanged(run, runs)).map(wordsOf),
  };
}

/** The frames of each card from its first one until it left. */
function staysIn(calls: readonly LoggedCall[]): readonly (readonly Frame[])[] {
  const done = calls.filter(({ kind, status = 599 }) => kind !== "push" && status < 300);
  const byStream = Map.groupBy(done, ({ streamKey }) => streamKey);
  return Array.from(byStream.values()).flatMap((own) => {
    const stays: Frame[][] = [[]];
    for (const call of own)
      if (call.kind === "end") stays.push([]);
      else stays.at(-1)?.push(frameOf(call));
    return stays;
  });
}

function frameOf({ at, body }: LoggedCall): Frame {
  const { title, number_of_steps, current_step, color } = frameBody.parse(body).content_state;
  const link = /actions\/runs\/\d+|t\d{3}-r\d{4}/.exec(JSON.stringify(body))?.[0] ?? "";
  return { at, title, link, segments: number_of_steps, completed: current_step, color };
}

/** What goes on after a result is another attempt. */
function runsIn(stay: readonly Frame[]): readonly (readonly Frame[])[] {
  const runs: Frame[][] = [];
  for (const frame of stay) {
    const last = runs.at(-1)?.at(-1);
    const isSame = last?.link === frame.link && last.title === frame.title;
    if (isSame && (!isResult(last.color) || isResult(frame.color))) runs.at(-1)?.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

const isBack = (run: readonly Frame[]): boolean =>
  run.some((frame, at) => {
    const before = run[at - 1] ?? frame;
    return frame.completed < before.completed || frame.segments < before.segments;
  });

/** Nobody knows how many segments the first run of a line comes to. */
function isChanged(run: readonly Frame[], all: readonly (readonly Frame[])[]): boolean {
  const [first] = run;
  const last = run.at(-1);
  if (!first || !last || first.segments === last.segments) return false;
  return all.some((other) => {
    const end = other.at(-1);
    return end !== undefined &&
      end.title === first.title &&
      end.at < first.at &&
      isResult(end.color)
      ? end.segments >= last.segments
      : false;
  });
}

const wordsOf = (run: readonly Frame[]): string =>
  `${run[0]?.title} ${run[0]?.link}: ` +
  run.map(({ completed, segments, color }) => `${completed}/${segments} ${color}`).join(", ");
