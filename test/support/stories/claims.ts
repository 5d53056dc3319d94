/**
 * What a story claims, written by hand, a line each: counts of rings, quiet pushes, cards and their faults, and what the
 * screen says at a moment. Pure.
 */
import { contradictionsIn } from "./contradictions.ts";
import { incidentsIn } from "./incidents.ts";
import type { IncidentFigures } from "./incidents.ts";
import type { Played } from "./play.ts";
import {
  backwards,
  flashes,
  mostAlike,
  mostAtOnce,
  pushesOf,
  runsOn,
  screenAt,
  segmentsIn,
  staysOf,
  unsteady,
} from "./stays.ts";
import type { PhoneEvent, Push } from "./phone.ts";

export interface Claim {
  readonly text: string;
  /** What was counted or seen, where the claim does not hold; undefined where it holds. */
  readonly broken: string | undefined;
}

/** The figures of one telling. */
export interface Figures extends IncidentFigures {
  readonly rings: number;
  readonly quiet: number;
  readonly contradictions: readonly string[];
  /** Most cards of one track, or that look alike, at the same time. */
  readonly alike: number;
  readonly flashes: number;
  readonly backwards: number;
  readonly unsteady: number;
  /** How many runs were shown. */
  readonly runs: number;
  readonly mostCards: number;
  /** Segments of bars that ended green, and those of them that nothing ever entered. */
  readonly segments: number;
  readonly unentered: number;
  /** How often the core API was called, and for how many runs, shown or not. */
  readonly calls: number;
  readonly followed: number;
}

export function figuresOf(played: Played): Figures {
  const events = played.phone.events();
  const stays = staysOf(events);
  const pushes = pushesOf(events);
  return {
    rings: pushes.filter(({ kind }) => kind === "ring").length,
    quiet: pushes.filter(({ kind }) => kind === "quiet").length,
    ...incidentsIn(pushes),
    contradictions: contradictionsIn(played),
    alike: Math.max(mostAlike(stays), played.phone.overlaps() > 0 ? 2 : 0),
    flashes: flashes(stays).length,
    backwards: backwards(stays).length,
    unsteady: unsteady(stays).length,
    runs: stays.flatMap(runsOn).length,
    mostCards: mostAtOnce(stays),
    segments: segmentsIn(stays).all,
    unentered: segmentsIn(stays).unentered,
    calls: played.phone.calls(),
    followed: played.tracks.flatMap(({ runs }) => runs).length,
  };
}

const COUNTED = /^(.+?): (at most |at least )?(\d+)$/;
const SPAN = "(?: from (\\S+(?: \\d\\S+)?))?(?: until (\\S+(?: \\S+)?))?$";
const PUSHES = new RegExp(`^(rings|quiet)(?: to (\\S+))?(?: saying "([^"]*)")?${SPAN}`);
const CARDS = new RegExp(`^cards${SPAN}`);
const SCREEN = /^screen at (.+?)(?: shows| (does not show)) "([^"]*)"(?: on (\d+) cards?)?$/;
const SEGMENTS = /^(most|fewest) segments of "([^"]*)"$/;
const RATE = /^(quiet) in ten minutes of one line$/;

/** Whether the claim holds. Times are `2026-11-02 09:00:00`, the date of the story's beginning unless told. */
export function judge(text: string, played: Played): Claim {
  const screen = SCREEN.exec(text);
  if (screen) return { text, broken: screenBroken(screen, played) };
  const [, what, bound, wanted] = COUNTED.exec(text) ?? [];
  if (what === undefined || wanted === undefined) throw new Error(`no claim: ${text}`);
  const counted = count(what, played);
  const holds = {
    exactly: counted === Number(wanted),
    "at most ": counted <= Number(wanted),
    "at least ": counted >= Number(wanted),
  }[bound === "at most " || bound === "at least " ? bound : "exactly"];
  return { text, broken: holds ? undefined : `${counted}${reasonsOf(what, played)}` };
}

/** Whether a claim depends on the moment at which something is told: an outage moves those. */
export const isTimed = (text: string): boolean => / (at|from|until) \d/.test(text);

function count(what: string, played: Played): number {
  const events = played.phone.events();
  const segments = SEGMENTS.exec(what);
  const figures = figuresOf(played);
  switch (what) {
    case "contradictions":
      return figures.contradictions.length;
    case "cards of one track at once":
      return figures.alike;
    case "cards at once":
      return figures.mostCards;
    case "cards in the end":
      return screenAt(events, played.endsAt).length;
    case "flashes under 8 s":
      return figures.flashes;
    case "bars back":
      return figures.backwards;
    case "bars whose segments change":
      return figures.unsteady;
    default:
      if (CARDS.test(what)) return cardsWithin(what, played);
      if (RATE.test(what)) return mostInTenMinutes(pushesOf(events));
      return segments ? segmentsOf(segments, events) : pushesThat(what, played).length;
  }
}

/** How many different cards there were. */
function cardsWithin(what: string, played: Played): number {
  const [, from, until] = CARDS.exec(what) ?? [];
  const [start, end] = spanOf(from, until, played);
  const there = staysOf(played.phone.events()).filter((it) => it.from < end && it.to >= start);
  return new Set(there.map(({ card }) => card)).size;
}

const spanOf = (from: string | undefined, until: string | undefined, played: Played) =>
  [
    from === undefined ? -Infinity : timeOf(from, played),
    until === undefined ? Infinity : timeOf(until, played),
  ] as const;

function pushesThat(what: string, played: Played): readonly Push[] {
  const [all, kind, to, saying, from, until] = PUSHES.exec(what) ?? [];
  if (all === undefined) throw new Error(`nobody knows how to count "${what}"`);
  const [start, end] = spanOf(from, until, played);
  return pushesOf(played.phone.events()).filter(
    (push) =>
      push.kind === (kind === "rings" ? "ring" : "quiet") &&
      (to === undefined || push.channels.includes(to)) &&
      textOf(push).includes(saying ?? "") &&
      push.at >= start &&
      push.at < end,
  );
}

const textOf = ({ title, subtitle, message }: Push): string =>
  [title, subtitle, message].join(" · ");

function timeOf(text: string, { startsAt }: Played): number {
  const [time = "", date = new Date(startsAt).toISOString().slice(0, 10)] = text
    .split(" ")
    .toReversed();
  return Date.parse(`${date}T${time}Z`);
}

function screenBroken([, at = "", not, wanted = "", on]: RegExpExecArray, played: Played) {
  const frames = screenAt(played.phone.events(), timeOf(at, played));
  const shown = frames.map(
    ({ title, subtitle, badge, color, bar }) => `${title} [${badge}] ${subtitle} ${color} ${bar}`,
  );
  const found = shown.filter((text) => text.includes(wanted)).length;
  const holds = not ? found === 0 : on === undefined ? found > 0 : found === Number(on);
  return holds ? undefined : shown.join(" | ") || "an empty screen";
}

function segmentsOf([, which, title]: RegExpExecArray, events: readonly PhoneEvent[]): number {
  const counts = events.flatMap((it) =>
    it.kind === "card" && it.title === title ? it.segments : [],
  );
  return which === "most" ? Math.max(0, ...counts) : Math.min(...counts);
}

const TEN_MINUTES_MS = 10 * 60_000;

/** The most quiet pushes of one line (what stands before the counts in their titles) within ten minutes. */
function mostInTenMinutes(pushes: readonly Push[]): number {
  const quiet = pushes.filter(({ kind }) => kind === "quiet");
  const byLine = Map.groupBy(quiet, ({ title }) => title.split(": ")[0]);
  const counts = [...byLine.values()].flatMap((own) =>
    own.map(({ at }) => own.filter((it) => it.at >= at && it.at < at + TEN_MINUTES_MS).length),
  );
  return Math.max(0, ...counts);
}

/** What stands behind a figure, where words say more than it. */
function reasonsOf(what: string, played: Played): string {
  const { contradictions } = figuresOf(played);
  if (what === "contradictions") return ` (${contradictions.join("; ")})`;
  if (!PUSHES.test(what)) return "";
  return ` (${pushesThat(what, played).map(textOf).join("; ")})`;
}
