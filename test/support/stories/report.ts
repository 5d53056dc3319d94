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

type CountedFigure =
  | "rings"
  | "quiet"
  | "incidents"
  | "pushes"
  | "flashes"
  | "backwards"
  | "unsteady"
  | "runs"
  | "segments"
  | "unentered"
  | "calls"
  | "followed";

/** The sums of some tellings, as they are compared with another time's. */
export function totalsOf(all: readonly Told[]) {
  const sum = (count: (told: Told) => number) =>
    all.reduce((total, told) => total + count(told), 0);
  const ofFigure = (name: CountedFigure) => sum(({ figures }) => figures[name]);
  const [incidents, pushes] = [ofFigure("incidents"), ofFigure("pushes")];
  return {
    stories: new Set(all.map(({ story }) => story.name)).size,
    tellings: all.length,
    claims: sum((told) => told.claims.length),
    held: sum(heldIn),
    rings: ofFigure("rings"),
    quiet: ofFigure("quiet"),
    incidents,
    "pushes an incident": incidents === 0 ? 0 : Math.round((100 * pushes) / incidents) / 100,
    contradictions: sum(({ figures }) => figures.contradictions.length),
    flashes: ofFigure("flashes"),
    "bars back": ofFigure("backwards"),
    "cards of a track": Math.max(0, ...all.map(({ figures }) => figures.alike)),
    "segments change": `${ofFigure("unsteady")}/${ofFigure("runs")}`,
    "never entered": `${ofFigure("unentered")}/${ofFigure("segments")}`,
  };
}

/** What the core API is called for a run, by the providers that a story's endpoints have. */
export function callsByProvider(all: readonly Told[]) {
  const words = Map.groupBy(all, ({ story }) => providersOf(story).join(", "));
  return Array.from(words, ([provider, own]) => {
    const sum = (name: CountedFigure) =>
      own.reduce((total, { figures }) => total + figures[name], 0);
    const [runs, calls] = [sum("followed"), sum("calls")];
    const aRun = runs === 0 ? 0 : Math.round((10 * calls) / runs) / 10;
    return { provider, tellings: own.length, runs, calls, "calls a run": aRun };
  });
}

const providersOf = ({ endpoints }: Story): readonly string[] => [
  ...new Set(Object.entries(endpoints).map(([name, { provider = name }]) => String(provider))),
];

/** The sums by a word of each telling, in the order in which the words come, and of all together. */
export function totalsBy(all: readonly Told[], wordOf: (told: Told) => string) {
  const words = Map.groupBy(all, wordOf);
  const rows = [...words].map(([told, own]) => ({ told, ...totalsOf(own) }));
  return [...rows, { told: "all", ...totalsOf(all) }];
}

/** What came of it on one screen: a line for each way, their sums, and the calls that it took. */
export const reportOf = (all: readonly Told[]): string =>
  [tableOf(totalsBy(all, ({ telling }) => telling.way)), "", tableOf(callsByProvider(all))].join(
    "\n",
  );

/** A line for each telling. */
export const listOf = (all: readonly Told[]): string => tableOf(all.map(rowOf));

function tableOf(rows: readonly Readonly<Record<string, string | number>>[]): string {
  const names = Object.keys(rows[0] ?? {});
  const widths = names.map((name) =>
    Math.max(name.length, ...rows.map((row) => String(row[name] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  return [
    line(names),
    ...rows.map((row) => line(names.map((name) => String(row[name] ?? "")))),
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
    incidents: figures.incidents,
    contradictions: figures.contradictions.length,
    "cards of a track": figures.alike,
    flashes: figures.flashes,
    "bars back": figures.backwards,
    "segments change": `${figures.unsteady}/${figures.runs}`,
  };
}
