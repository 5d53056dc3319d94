/** From signals and what happens to runs to pushes. Pure. */
import type { Push, Urgency } from "../model/command.ts";
import type { Button } from "../model/card/picture.ts";
import { cleanText } from "../util/clean-text.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { AlertSignal, NoticeSignal } from "../model/signal.ts";
import type { Incident } from "../model/telling/incident.ts";
import type { Run } from "../model/run/run.ts";
import type { Standing } from "../model/run/standing.ts";
import type { Transition } from "../telling/decide.ts";
import { barOf } from "../tracking/bar.ts";
import { askedSteps, endedAtOf, errorOf, isRejected, runState } from "../tracking/segments.ts";
import {
  buttons,
  environmentWord,
  headline,
  isWithheld,
  nameOf,
  reviewButtons,
  subtitleOf,
  successWord,
  UNNAMED,
} from "./screen.ts";
import { fillTemplate, runWords } from "./template.ts";
import type { Words } from "./template.ts";
import { cut, dotted, duration, firstLine, httpsUrl, MAX_GRAPHEMES, shortCommit } from "./text.ts";

const MIN_NAME_GRAPHEMES = 20;

/** What is told of a run, and what is known besides. */
export interface Telling {
  readonly run: Run;
  readonly as: Transition;
  readonly level: Urgency;
  /** How long ago it happened, in ms, where that has to be said. */
  readonly lateMs: number | undefined;
  /** A newer run of its line has come to the contrary. */
  readonly isOutrun: boolean;
  /** The end of its line before this was its own. */
  readonly isRetry: boolean;
  /** How its line stands with this end. */
  readonly standing: Standing;
}

/** A push before its tags. */
export type ComposedPush = Omit<Push, "tags">;

/** The push that tells of a run: what happened in the title, the commit and the error below. */
export function runPush(telling: Telling, settings: EndpointSettings): ComposedPush {
  const { run, as, level } = telling;
  const state = runState(run);
  const words = runWords(run, state, headline(run, state, barOf(run)));
  const shown = as === "asked" ? reviewButtons(run) : buttons(run, state);
  return pushOf(settings, words, {
    name: placeOf(run),
    happened: phrase(telling),
    subtitle: subtitleOf(words),
    message: messageOf(telling),
    url: shown[0]?.url ?? run.facts["logUrl"]?.value ?? run.facts["url"]?.value,
    buttons: shown,
    level,
  });
}

/** "web-shop · api production". */
const placeOf = (run: Run): string => `${nameOf(run)} ${environmentOf(run)}`.trim();

/** A host's bot writes `Production`, its host `production`; previews are called as on their badge. */
function environmentOf({ environment, facts }: Run): string {
  if (!environment) return "";
  const { name, kind } = environment;
  if (name.toLowerCase() === kind) return kind;
  if (kind !== "preview") return name;
  const word = environmentWord(environment, facts["label"]?.value ?? "");
  return word.startsWith("PR ") ? word : kind;
}

/**
 * A crash is over because another deployment is live: "web-shop · api production is live again".
 */
export function recoveryPush(
  run: Run,
  incident: Incident,
  since: number,
  settings: EndpointSettings,
): ComposedPush {
  const { channels } = settings;
  const told = incident.toldAudience;
  const state = runState(run);
  const words = runWords(run, state, headline(run, state, barOf(run)));
  const first = buttons(run, state).slice(0, 1);
  const reached = { ...settings, channels: told && told.length > 0 ? [...told] : channels };
  return pushOf(reached, words, {
    name: placeOf(run),
    happened: "is live again",
    subtitle: subtitleOf(words),
    message: since > incident.since ? `Fixed after ${duration(since - incident.since)}` : undefined,
    url: first[0]?.url,
    buttons: first,
    level: "active",
  });
}

/** One push for several runs that are not told one by one: "CI: 5 fork runs failed". */
export function countPush(
  counted: {
    readonly name: string;
    readonly of: "bots" | "forks" | "rest";
    readonly counts: Readonly<Record<string, number>>;
    readonly message: string;
    readonly url: string | undefined;
  },
  settings: EndpointSettings,
): ComposedPush {
  const { name, of, counts, message, url } = counted;
  const kind = { bots: "bot", forks: "fork", rest: "more" }[of];
  const runs = (count: number) => `${count} ${kind} ${count === 1 ? "run" : "runs"}`;
  const { failed = 0, asked = 0 } = counts;
  const happened = [
    failed > 0 && `${runs(failed)} failed`,
    asked > 0 && `${runs(asked)} ${asked === 1 ? "waits" : "wait"} for a maintainer`,
  ].filter((it) => it !== false);
  const said = `${name}: ${happened.join(", ")}`;
  const words = { project: name, status: happened.join(", "), state: "failed", message };
  const texts = { subtitle: undefined, message, url, buttons: [], level: "passive" } as const;
  return pushOf(settings, words, { ...texts, name: said, happened: "" });
}

/** The push of a notice or an alert. */
export function occurrencePush(
  signal: NoticeSignal | AlertSignal,
  settings: EndpointSettings,
  level: Urgency = "active",
): ComposedPush {
  const words = {
    project: signal.project?.name ?? "",
    environment: signal.environment?.name ?? "",
    branch: signal.branch ?? "",
    message: signal.message ?? "",
    status: signal.title,
    state: signal.kind === "alert" ? signal.state : "notice",
    url: signal.url ?? "",
  };
  return pushOf(settings, words, {
    name: signal.title,
    happened: "",
    subtitle: undefined,
    message: signal.message,
    url: signal.url,
    buttons: [],
    level,
  });
}

interface Texts {
  readonly name: string;
  /** What happened to it; empty where the name says it. */
  readonly happened: string;
  readonly level: Urgency;
  readonly subtitle: string | undefined;
  readonly message: string | undefined;
  readonly url: string | undefined;
  readonly buttons: readonly Button[];
}

/**
 * The composed texts, or the operator's own where the endpoint has some; empty ones are left out.
 */
function pushOf({ mapping, channels }: EndpointSettings, words: Words, texts: Texts): ComposedPush {
  const own = (name: "title" | "subtitle" | "message" | "redirection") =>
    mapping?.[name] && cleanText(fillTemplate(mapping[name], words));
  const subtitle = cut(own("subtitle") ?? texts.subtitle ?? "", MAX_GRAPHEMES.subtitle);
  const message = cut(own("message") ?? texts.message ?? "", MAX_GRAPHEMES.message);
  const redirection = httpsUrl(own("redirection")) ?? httpsUrl(texts.url);
  const { level, happened } = texts;
  const name = own("title") || texts.name;
  // A person's own title must not swallow what happened.
  const title = own("title") && saysState(mapping?.title) ? name : titled(name, happened);
  return {
    kind: "push",
    title: cut(title, MAX_GRAPHEMES.pushTitle) || UNNAMED,
    ...(level !== "active" && { urgency: level }),
    ...(subtitle && { subtitle }),
    ...(message && { message }),
    ...(redirection && { url: redirection }),
    ...(texts.buttons.length > 0 && { buttons: texts.buttons }),
    ...(channels && { channels }),
  };
}

const saysState = (template: string | undefined): boolean =>
  /\{\{\s*(status|state)\s*\}\}/.test(template ?? "");

/** A long name gives way to what happened: that is what the push is for. */
function titled(name: string, happened: string): string {
  if (happened === "") return name;
  const room = Math.max(MIN_NAME_GRAPHEMES, MAX_GRAPHEMES.pushTitle - happened.length - 1);
  return `${cut(name, room)} ${happened}`;
}

const DAY_MS = 24 * 60 * 60_000;
const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh"];

function phrase({ run, as, standing, isOutrun, isRetry }: Telling): string {
  const done = successWord(run, barOf(run)).toLowerCase();
  const succeeded = run.shape === "parallel" || isWithheld(run) ? done : `is ${done}`;
  switch (as) {
    case "failed":
      if (isRejected(run)) return "was rejected";
      if (run.outcome?.canceledBy === "time_limit") return "stopped (time limit?)";
      return isOutrun ? "failed, a newer run passed" : `failed${timesInARow(run, standing)}`;
    case "asked":
      return "needs approval";
    case "waiting":
      return "is waiting";
    case "canceled":
      return "was canceled";
    case "started":
      return "started";
    case "succeeded":
      return isOutrun ? `${succeeded}, a newer run failed` : succeeded;
    case "rolled_back":
      return `rolled back to ${rolledBackTo(run)}`;
    case "recovered":
      return (isRetry && thatTry(run)) || (isWithheld(run) ? succeeded : `${succeeded} again`);
  }
}

/** "passed on the third try", where the provider counts the tries of one run. */
function thatTry({ attempt, shape }: Run): string | undefined {
  const ordinal = attempt > 1 && shape === "parallel" ? ORDINALS[attempt - 1] : undefined;
  return ordinal && `passed on the ${ordinal} try`;
}

const rolledBackTo = ({ facts }: Run): string =>
  shortCommit(facts["commit"]?.value ?? "") || facts["label"]?.value || "an earlier one";

/**
 * ", 5th night" for what runs about once a day, ", 3rd time in a row" for the rest of a branch's
 * repeated failures.
 */
function timesInARow(run: Run, { failuresInARow, failingSince }: Standing): string {
  const unit = rhythm(run, failuresInARow, failingSince);
  if (failuresInARow < 2 || unit === undefined) return "";
  return `, ${nth(failuresInARow)} ${unit}`;
}

/** What comes once a day is counted in days; of anything else nothing is counted. */
function rhythm(run: Run, count: number, since: number | null): "night" | "day" | undefined {
  const endedAt = endedAtOf(run);
  if (endedAt === undefined || since === null || count < 2) return undefined;
  const gap = (endedAt - since) / (count - 1);
  if (gap < 0.8 * DAY_MS || gap > 1.2 * DAY_MS) return undefined;
  const hour = new Date(endedAt).getUTCHours();
  return hour < 7 || hour >= 21 ? "night" : "day";
}

function nth(count: number): string {
  const suffix = { one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" };
  return `${count}${suffix[new Intl.PluralRules("en", { type: "ordinal" }).select(count)]}`;
}

function messageOf(telling: Telling): string {
  const { run, as, lateMs } = telling;
  const { message } = run.facts;
  const error = errorOf(run);
  // Without a message the commit is not named in its place: the subtitle has it.
  const what = message && firstLine(message.value);
  const late = lateMs === undefined ? undefined : `${duration(lateMs)} ago`;
  if (as === "asked") return dotted(late, askedOf(run), what);
  const failure = as === "failed" ? error && firstLine(error) : undefined;
  return dotted(late, as === "recovered" ? fixedAfter(telling) : undefined, what, failure);
}

/** "Approve production (ada, grace)" */
function askedOf(run: Run): string {
  const steps = askedSteps(run).map(({ title, asks }) =>
    asks && asks.length > 0 ? `${title.value} (${asks.join(", ")})` : title.value,
  );
  return steps.join(", ");
}

function fixedAfter({ run, standing }: Telling): string | undefined {
  const { failingSince, failuresInARow } = standing;
  const endedAt = endedAtOf(run);
  if (failingSince === null || endedAt === undefined || endedAt <= failingSince) return undefined;
  // It came one time more than it failed.
  const unit = rhythm(run, failuresInARow + 1, failingSince);
  return unit && failuresInARow > 1
    ? `Failed ${failuresInARow} ${unit}s`
    : `Fixed after ${duration(endedAt - failingSince)}`;
}
