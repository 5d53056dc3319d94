/** What of a run is worth being judged: each once for a run, an attempt and an outcome. Pure. */
import type { Run } from "../model/run/run.ts";
import { askedSteps, endedAtOf, runState } from "../tracking/segments.ts";

export const NEWS_KINDS = [
  "failed",
  "succeeded",
  "canceled",
  "rolled_back",
  /** A person is asked to let it go on. */
  "asked",
  /** It has waited for long, and nobody was asked. */
  "waiting",
  "started",
] as const;
export type NewsKind = (typeof NEWS_KINDS)[number];

export interface News {
  readonly kind: NewsKind;
  /** What is kept with the run once it was judged: it is not judged again. */
  readonly mark: string;
  /** When it happened by the provider's clock, in ms. */
  readonly at: number;
}

const ASKED = "asked=";

/** @param marks what of this run was judged before */
export function newsOf(run: Run, marks: readonly string[]): News | undefined {
  const news = rollbackOf(run, marks) ?? endOrAsk(run, marks);
  return news && !marks.includes(news.mark) ? news : undefined;
}

/** It stands still for no person: told when it has done so for long. */
export const waitingNews = (run: Run, since: number): News => ({
  kind: "waiting",
  mark: `${run.attempt}:waiting`,
  at: since,
});

/** One that is asked for once more within so long is the same one, in ms. */
const SAME_ROLLBACK_MS = 60_000;

function rollbackOf({ serves, attempt }: Run, marks: readonly string[]): News | undefined {
  if (serves?.how !== "rolled_back") return undefined;
  const { at } = serves;
  const prefix = `${attempt}:rolled_back:`;
  const isTold = marks.some(
    (mark) =>
      mark.startsWith(prefix) &&
      Math.abs(Number(mark.slice(prefix.length)) - at) < SAME_ROLLBACK_MS,
  );
  return isTold ? undefined : { kind: "rolled_back", mark: `${prefix}${at}`, at };
}

function endOrAsk(run: Run, marks: readonly string[]): News | undefined {
  const state = runState(run);
  const at = endedAtOf(run) ?? run.lastAt;
  switch (state) {
    case "failed":
    case "succeeded":
    case "canceled":
      return { kind: state, mark: `${run.attempt}:${state}`, at };
    case "skipped":
      return undefined;
    case "queued":
    case "waiting":
    case "running":
      return askOf(run, marks) ?? { kind: "started", mark: `${run.attempt}:started`, at };
  }
}

/** Asked anew only where somebody is asked for a step that nobody was asked for before. */
function askOf(run: Run, marks: readonly string[]): News | undefined {
  const steps = askedSteps(run);
  const prefix = `${run.attempt}:${ASKED}`;
  const asked = new Set(
    marks.flatMap((mark) => (mark.startsWith(prefix) ? mark.slice(prefix.length).split(",") : [])),
  );
  const open = steps.filter(({ key }) => !asked.has(key));
  if (open.length === 0) return undefined;
  const keys = steps.map(({ key }) => key).toSorted();
  return { kind: "asked", mark: prefix + keys.join(","), at: Math.max(...open.map((it) => it.at)) };
}
