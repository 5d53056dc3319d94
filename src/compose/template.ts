/**
 * Texts of the operator's own: `{{name}}` placeholders and nothing else, so that nothing can loop,
 * fetch or evaluate. Pure.
 */
import type { Run } from "../model/run/run.ts";
import { errorOf, runDuration } from "../tracking/segments.ts";
import type { RunState } from "../model/run/run.ts";
import { duration, firstLine, shortCommit } from "./text.ts";

export type Words = Readonly<Partial<Record<string, string>>>;

/** `{{name}}` becomes the word of that name; an unknown or missing one becomes nothing. */
export function fillTemplate(template: string, words: Words): string {
  return template
    .replace(/\{\{([^{}]*)\}\}/g, (_, name: string) => wordOf(words, name.trim()))
    .trim();
}

const wordOf = (words: Words, name: string): string =>
  Object.hasOwn(words, name) ? (words[name] ?? "") : "";

export function runWords(run: Run, state: RunState, status: string): Record<string, string> {
  const tookMs = runDuration(run);
  const fact = (name: string) => run.facts[name]?.value ?? "";
  return {
    project: run.project.value,
    line: run.line?.value ?? "",
    environment: run.environment?.name ?? "",
    state,
    status,
    duration: tookMs === undefined ? "" : duration(tookMs),
    branch: fact("branchTitle") || fact("branch"),
    commit: shortCommit(fact("commit")),
    message: firstLine(fact("message")),
    author: fact("author"),
    url: fact("url"),
    log_url: fact("logUrl"),
    error: errorOf(run) ?? "",
    label: fact("label"),
  };
}
