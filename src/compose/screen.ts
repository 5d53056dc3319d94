/**
 * From a merged run to what the lock screen shows of it. Pure: the same run and settings give the
 * same screen.
 */
import type { Button, Color, Picture } from "../model/card/picture.ts";
import { cleanText } from "../util/clean-text.ts";
import type { Mapping } from "../model/endpoint.ts";
import type { Forecast } from "../model/run/forecast.ts";
import type { StepState } from "../model/signal.ts";
import type { Run, RunState } from "../model/run/run.ts";
import type { Pace } from "../tracking/expectation.ts";
import { barOf } from "../tracking/bar.ts";
import type { Bar } from "../tracking/bar.ts";
import {
  askedSteps,
  isPutLiveLater,
  isRejected,
  runDuration,
  runState,
} from "../tracking/segments.ts";
import { fillTemplate, runWords } from "./template.ts";
import type { Words } from "./template.ts";
import {
  capitalized,
  cut,
  dotted,
  dottedAround,
  duration,
  httpsUrl,
  MAX_GRAPHEMES,
} from "./text.ts";

export const STATE_COLOR: Readonly<Record<RunState, Color>> = {
  queued: "blue",
  waiting: "orange",
  running: "blue",
  succeeded: "green",
  failed: "red",
  canceled: "gray",
  skipped: "gray",
};

const STEP_COLOR: Readonly<Record<StepState, Color>> = {
  planned: "gray",
  waiting: "orange",
  queued: "blue",
  running: "blue",
  skipped: "gray",
  canceled: "gray",
  succeeded: "green",
  failed: "red",
};

const STATE_SYMBOL: Readonly<Record<RunState, string>> = {
  queued: "clock.fill",
  waiting: "hand.raised.fill",
  running: "hammer.fill",
  succeeded: "checkmark.circle.fill",
  failed: "xmark.octagon.fill",
  canceled: "slash.circle.fill",
  skipped: "forward.end.circle.fill",
};

const SILENT_SYMBOL = "questionmark.circle.fill";

const ENVIRONMENT_COLOR = { production: "purple", preview: "cyan", other: "gray" } as const;

/** What is known of a run beyond what its provider said. */
export interface Outlook {
  /** Against the track's history. */
  readonly pace?: Pace;
  /** The provider has said nothing for so long, in ms, that nobody knows how it goes. */
  readonly silentMs?: number | undefined;
  /** What its bar began with and has shown. */
  readonly forecast?: Forecast | undefined;
}

/** What the lock screen shows of a run, with the endpoint's own texts where it has some. */
export function screenOf(run: Run, mapping: Mapping | null, outlook: Outlook = {}): Picture {
  const state = runState(run);
  const bar = barOf(run, outlook.forecast);
  const words = runWords(run, state, statusOf(run, state, bar, outlook));
  const title = mapping?.title ? fillTemplate(mapping.title, words) : "";
  const subtitle = mapping?.subtitle
    ? cut(fillTemplate(mapping.subtitle, words), MAX_GRAPHEMES.subtitle)
    : subtitleOf(words);
  const badge = badgeOf(run);
  const isSilent = outlook.silentMs !== undefined && !run.outcome;
  const color = isSilent ? "gray" : STATE_COLOR[state];
  const shown = buttons(run, state);
  return {
    title: cut(cleanText(title) || nameOf(run), MAX_GRAPHEMES.activityTitle),
    ...(subtitle && { subtitle }),
    segments: segmentColors(bar),
    completed: bar.completed,
    color,
    symbol: isSilent ? SILENT_SYMBOL : STATE_SYMBOL[state],
    ...(badge && { badge }),
    ...(shown.length > 0 && { buttons: shown }),
  };
}

/** What is called so when nothing of its name can be seen. */
export const UNNAMED = "Deploy";

/** "web-shop", "web-shop · api". */
export const nameOf = (run: Run): string => dotted(projectOf(run), run.line?.value) || UNNAMED;

/** Letters and digits that a provider made up: `prj_4fKq0d9VxL2m`, `5fa1b2c3-d4e5-…`. */
const MADE_UP = /^[a-z]{2,5}_[A-Za-z0-9]{8,}$|^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3,4}[0-9a-f]*$/;

/** A project of which only the provider's id is known is called by none. */
const projectOf = ({ project: { value, id } }: Run): string =>
  value === id && MADE_UP.test(value) ? "A project" : value;

/** What happens now and how long it may take: "Building, about 40 s left", "No news for 1 h". */
function statusOf(run: Run, state: RunState, bar: Bar, { pace, silentMs }: Outlook): string {
  const status = headline(run, state, bar);
  if (run.outcome) return status;
  if (silentMs !== undefined) return `No news for ${duration(silentMs)}`;
  if (state !== "running" || !pace) return status;
  return `${status}, ${pace.kind === "slow" ? "slower than usual" : `about ${duration(pace.ms)} left`}`;
}

/** What happens now, in a word or two: "Building", "Live in 38 s", "Building failed after 12 s". */
export function headline(run: Run, state: RunState, bar: Bar): string {
  const tookMs = runDuration(run) ?? 0;
  const inTime = tookMs > 0 ? ` in ${duration(tookMs)}` : "";
  const afterTime = tookMs > 0 ? ` after ${duration(tookMs)}` : "";
  switch (state) {
    case "queued":
      return "Queued";
    case "waiting":
      return askedSteps(run).length > 0 ? "Needs approval" : "Waiting";
    case "running":
      return run.shape === "parallel" ? (bar.current ?? "Finishing") : stepHeadline(bar);
    case "succeeded":
      if (run.serves?.how === "rolled_back") return "Rolled back";
      return `${successWord(run, bar)}${isWithheld(run) || isPutLiveLater(run) ? "" : inTime}`;
    case "failed":
      if (isRejected(run)) return `${rejected(run)}${afterTime}`;
      if (run.outcome?.canceledBy === "time_limit") return `Stopped${afterTime} (time limit?)`;
      return failedHeadline(failedPart(run, bar), afterTime);
    case "canceled":
      return `Canceled${afterTime}`;
    case "skipped":
      return "Skipped";
  }
}

/** "Rejected by ada". */
const rejected = ({ facts }: Run): string => `Rejected by ${facts["rejectedBy"]?.value}`;

/** A step's title is not a state: what goes live is not live. */
function stepHeadline({ segments, completed, current }: Bar): string {
  const title = current ?? segments[completed]?.title ?? "";
  if (title === "Live" && segments.length > 1) return "Going live";
  if (title === "Ready" && segments.length > 1) return "Getting ready";
  return title || "Finishing";
}

const failedHeadline = (part: string | undefined, afterTime: string): string =>
  part === undefined ? `Failed${afterTime}` : `${part} failed${afterTime}`;

/** It was built, and nobody has promoted or published it since. */
export const isWithheld = ({ withheld, serves }: Run): boolean =>
  withheld !== undefined && !(serves && serves.at >= withheld.at);

const WITHHELD = { promotion: "Built, not promoted", publishing: "Built, not published" } as const;

/** "Live", "Ready"; of a run whose end was only assumed no more is said than that it is over. */
export function successWord(run: Run, bar: Bar): string {
  if (run.withheld && isWithheld(run)) return WITHHELD[run.withheld.value];
  if (run.shape === "parallel") return "Passed";
  if (run.outcome?.provisional) return "Finished";
  const word = bar.segments.at(-1)?.title ?? "Finished";
  return word === "Live" && run.environment?.kind === "preview" ? "Ready" : word;
}

/** Where it failed; undefined where no step is known to have been under way. */
function failedPart(run: Run, bar: Bar): string | undefined {
  const steps = Object.values(run.steps);
  if (run.shape === "parallel") {
    const failed = steps.filter(({ state }) => state === "failed");
    return failed.length > 1 ? `${failed.length} jobs` : failed[0]?.title.value;
  }
  const part = bar.segments.find(({ state }) => state === "failed");
  const isNamed = steps.some(
    ({ title, state }) =>
      title.value === part?.title && (state === "running" || state === "failed"),
  );
  return isNamed ? part?.title : undefined;
}

/**
 * "Building, about 40 s left · main · 8a0c5f9", as much of it as there is room for; of a failure
 * its error comes first.
 */
export function subtitleOf({ status = "", state, error, branch, commit }: Words): string {
  const what = state === "failed" && error ? withoutPlace(error, status) : undefined;
  return dottedAround(MAX_GRAPHEMES.subtitle, status, what, [branch, commit]);
}

/** "Run npm test" of "test: Run npm test", where "test failed after 1 min" says where it was. */
function withoutPlace(error: string, status: string): string {
  const [place = "", ...rest] = error.split(": ");
  return rest.length > 0 && status.startsWith(`${place} failed`) ? rest.join(": ") : error;
}

/**
 * What is yet to come is gray whatever is known of it: only where it stands changes the picture.
 */
const segmentColors = ({ segments, completed }: Bar): Color[] =>
  segments.map(({ state }, at) => (at > completed ? "gray" : STEP_COLOR[state]));

/**
 * The environment in a person's words, or where there is none the run's label; the API takes no
 * empty one.
 */
function badgeOf(run: Run): Picture["badge"] {
  const { environment, facts } = run;
  const label = facts["label"]?.value ?? "";
  const title = cut(environment ? environmentWord(environment, label) : label, MAX_GRAPHEMES.badge);
  if (title === "") return undefined;
  return { title, color: ENVIRONMENT_COLOR[environment?.kind ?? "other"] };
}

const PULL_REQUEST = /\bpr[-\s#]*(\d+)\b/i;

/** "Production", "Staging", "PR 12", "Preview": providers spell them in many ways. */
export function environmentWord(
  { name, kind }: NonNullable<Run["environment"]>,
  label: string,
): string {
  if (kind === "production") return "Production";
  if (kind !== "preview") return capitalized(name.replaceAll(/[-_]+/g, " ").trim());
  const number = PULL_REQUEST.exec(name)?.[1] ?? /^#(\d+)$/.exec(label)?.[1];
  return number ? `PR ${number}` : "Preview";
}

/**
 * The log until it is done and where it failed; what was deployed only once there is something to
 * open.
 */
export function buttons(run: Run, state: RunState): readonly Button[] {
  const log = button("View log", run.facts["logUrl"]?.value);
  if (state === "waiting" && askedSteps(run).length > 0) return reviewButtons(run);
  if (state !== "succeeded") return log;
  if (isWithheld(run)) return log;
  return [...button("Open", run.facts["url"]?.value), ...log];
}

/** Where a person is asked, that is what the first button is for. */
export const reviewButtons = (run: Run): readonly Button[] =>
  button("Review", run.facts["logUrl"]?.value ?? run.facts["url"]?.value);

function button(title: string, url: string | undefined): readonly Button[] {
  const https = httpsUrl(url);
  return https === undefined ? [] : [{ title, url: https }];
}
