/** Tells all stories in all ways and puts what came of it into words. */
import type { Store } from "../../../src/store/port.ts";
import { figuresOf, isTimed, judge } from "./claims.ts";
import type { Claim, Figures } from "./claims.ts";
import { phoneLines } from "./phone.ts";
import { play } from "./play.ts";
import type { Story } from "./story.ts";
import type { Telling } from "./variants.ts";

export interface Told {
  readonly story: Story;
  readonly telling: Telling;
  readonly claims: readonly Claim[];
  readonly figures: Figures;
  readonly phone: readonly string[];
  readonly troubles: readonly string[];
}

/** Plays a story once and judges its claims; those that name a time only where nothing delays what is told. */
export async function tell(story: Story, telling: Telling, store: Store): Promise<Told> {
  const played = await play(story, telling, store);
  const claims = telling.way === "away" ? story.claims.filter((it) => !isTimed(it)) : story.claims;
  return {
    story,
    telling,
    claims: claims.map((text) => judge(text, played)),
    figures: figuresOf(played),
    phone: phoneLines(played.phone.events()),
    troubles: played.troubles,
  };
}

/** What does not hold, a line each; none where all is well. */
export const brokenIn = ({ story, telling, claims, troubles }: Told): string[] =>
  [
    ...claims.flatMap(({ text, broken }) =>
      broken === undefined ? [] : `${text} (but ${broken})`,
    ),
    ...troubles,
  ].map((text) => `${story.name}, ${telling.way}, seed ${telling.seed}: ${text}`);

/** A table of the tellings, and their sums. */
export function reportOf(all: readonly Told[]): string {
  const rows = all.map(rowOf);
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) =>
    Math.max(name.length, ...rows.map((row) => String(row[name] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  const sum = (count: (told: Told) => number) =>
    all.reduce((total, told) => total + count(told), 0);
  const claims = sum((told) => told.claims.length);
  const held = sum(heldIn);
  return [
    line(names),
    ...rows.map((row) => line(names.map((name) => String(row[name] ?? "")))),
    "",
    `${new Set(all.map(({ story }) => story.name)).size} stories, ${all.length} tellings: ${held} of ${claims} claims hold, ` +
      `${sum(({ figures }) => figures.contradictions.length)} contradictions, ${sum(({ figures }) => figures.flashes)} flashes, ` +
      `${sum(({ figures }) => figures.backwards)} bars back`,
  ].join("\n");
}

const heldIn = ({ claims }: Told): number =>
  claims.filter(({ broken }) => broken === undefined).length;

function rowOf(told: Told): Readonly<Record<string, string | number>> {
  const { story, telling, claims, figures } = told;
  return {
    story: story.name,
    told: telling.way,
    seed: telling.seed,
    claims: `${heldIn(told)}/${claims.length}`,
    rings: figures.rings,
    quiet: figures.quiet,
    contradictions: figures.contradictions.length,
    "cards of a track": figures.alike,
    flashes: figures.flashes,
    "bars back": figures.backwards,
    "segments change": figures.unsteady,
  };
}
