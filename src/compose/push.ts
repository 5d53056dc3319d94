/** From signals and the ends of runs to pushes. Pure. */
import { cleanText } from "../util/clean-text.ts";
import type { Push } from "../model/command.ts";
import type { Button } from "../model/picture.ts";
import type { EndpointSettings } from "../model/endpoint.ts";
import type { AlertSignal, NoticeSignal } from "../model/signal.ts";
import type { Run } from "../model/run.ts";
import { plausibleTime } from "../tracking/plausible.ts";
import { barOf, runState, runTimes } from "../tracking/segments.ts";
import type { RunState } from "../model/run.ts";
import { buttons, headline, nameOf, subtitleOf, successWord, UNNAMED } from "./screen.ts";
import { fillTemplate, runWords } from "./template.ts";
import type { Words } from "./template.ts";
import { cut, dotted, duration, firstLine, httpsUrl, MAX_GRAPHEMES } from "./text.ts";

/** A run's way into a state that may be worth a push. `recovered`: it succeeded where the track's run before it failed. */
export type Transition = Exclude<RunState, "running" | "queued"> | "started" | "recovered";

const NOTIFIED: Readonly<Record<EndpointSettings["notify"], readonly Transition[]>> = {
  none: [],
  failures: ["failed", "recovered", "waiting"],
  outcomes: ["failed", "recovered", "waiting", "succeeded"],
  all: ["failed", "recovered", "waiting", "succeeded", "canceled", "started"],
};

const MIN_NAME_GRAPHEMES = 20;

/** Which transition a run made, if any; `previous` is the run of its track that ended last before it. */
export function transitionOf(
  before: Run | undefined,
  after: Run,
  previous: Run | undefined,
  pushed: readonly string[],
): Transition | undefined {
  const was = before && before.attempt === after.attempt ? runState(before) : undefined;
  const is = runState(after);
  if (was === is) return undefined;
  if (is === "queued" || is === "running") return was === undefined ? "started" : undefined;
  if (is !== "succeeded") return is;
  const hadFailed = previous?.outcome?.state === "failed" || failedBefore(after, pushed);
  return hadFailed ? "recovered" : "succeeded";
}

/** An earlier attempt of the same run failed, and somebody was told. */
const failedBefore = (run: Run, pushed: readonly string[]): boolean =>
  pushed.some((mark) => {
    const [attempt, state] = mark.split(":");
    return state === "failed" && Number(attempt) < run.attempt;
  });

/** A track that keeps failing rings again after this, or as soon as somebody tried something else. */
export const KEEPS_FAILING_MS = 30 * 60_000;

/** The same commit has failed on this track a moment ago: nobody needs to be told twice. */
export function isSameFailure(after: Run, previous: Run | undefined): boolean {
  if (after.outcome?.state !== "failed" || previous?.outcome?.state !== "failed") return false;
  const commit = after.facts["commit"]?.value;
  const isSameCommit = commit !== undefined && commit === previous.facts["commit"]?.value;
  return isSameCommit && after.outcome.at - previous.outcome.at < KEEPS_FAILING_MS;
}

export const isNotified = (
  transition: Transition,
  settings: Pick<EndpointSettings, "notify">,
): boolean => NOTIFIED[settings.notify].includes(transition);

/** The push that tells of a run's transition: what happened in the title, the commit and the error below. */
export function runPush(
  run: Run,
  transition: Transition,
  previous: Run | undefined,
  settings: EndpointSettings,
): ComposedPush {
  const state = runState(run);
  const words = runWords(run, state, headline(run, state, barOf(run)));
  const shown = buttons(run, state);
  return pushOf(settings, words, {
    title: titleOf(run, phrase(run, transition)),
    subtitle: subtitleOf(words),
    message: messageOf(run, transition, previous),
    url: shown[0]?.url,
    buttons: shown,
  });
}

/** The push of a notice or an alert. */
export function occurrencePush(
  signal: NoticeSignal | AlertSignal,
  settings: EndpointSettings,
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
    title: signal.title,
    subtitle: undefined,
    message: signal.message,
    url: signal.url,
    buttons: [],
  });
}

/** A push before its tags. */
export type ComposedPush = Omit<Push, "tags">;

interface Texts {
  readonly title: string;
  readonly subtitle: string | undefined;
  readonly message: string | undefined;
  readonly url: string | undefined;
  readonly buttons: readonly Button[];
}

/** The composed texts, or the operator's own where the endpoint has some; empty ones are left out. */
function pushOf({ mapping, channels }: EndpointSettings, words: Words, texts: Texts): ComposedPush {
  const own = (name: "title" | "subtitle" | "message" | "redirection") =>
    mapping?.[name] && cleanText(fillTemplate(mapping[name], words));
  const subtitle = cut(own("subtitle") ?? texts.subtitle ?? "", MAX_GRAPHEMES.subtitle);
  const message = cut(own("message") ?? texts.message ?? "", MAX_GRAPHEMES.message);
  const redirection = httpsUrl(own("redirection")) ?? httpsUrl(texts.url);
  return {
    kind: "push",
    title: cut(own("title") || texts.title, MAX_GRAPHEMES.pushTitle) || UNNAMED,
    ...(subtitle && { subtitle }),
    ...(message && { message }),
    ...(redirection && { url: redirection }),
    ...(texts.buttons.length > 0 && { buttons: texts.buttons }),
    ...(channels && { channels }),
  };
}

/** A long name gives way to what happened: that is what the push is for. */
function titleOf(run: Run, happened: string): string {
  const name = `${nameOf(run)} ${run.environment?.name ?? ""}`;
  const room = Math.max(MIN_NAME_GRAPHEMES, MAX_GRAPHEMES.pushTitle - happened.length - 1);
  return `${cut(name, room)} ${happened}`;
}

function phrase(run: Run, transition: Transition): string {
  const done = successWord(run, barOf(run)).toLowerCase();
  const succeeded = run.shape === "parallel" ? "passed" : `is ${done}`;
  switch (transition) {
    case "failed":
      return "failed";
    case "waiting":
      return "needs approval";
    case "canceled":
      return "was canceled";
    case "skipped":
      return "was skipped";
    case "started":
      return "started";
    case "succeeded":
      return succeeded;
    case "recovered":
      return `${succeeded} again`;
  }
}

function messageOf(run: Run, transition: Transition, previous: Run | undefined): string {
  const { message, error } = run.facts;
  // Without a message the commit is not named in its place: the subtitle has it.
  const what = message && firstLine(message.value);
  const { endedAt } = runTimes(run);
  const brokenMs =
    transition === "recovered" && endedAt !== undefined
      ? endedAt - (plausibleTime(previous?.outcome?.at, endedAt) ?? endedAt)
      : 0;
  const fixed = brokenMs > 0 ? `Fixed after ${duration(brokenMs)}` : undefined;
  return dotted(fixed, what, transition === "failed" ? error?.value : undefined);
}
