/** Whom a run concerns: who is rung, who only sees it, and what is counted with others. Pure. */
import type { Run } from "../model/run/run.ts";
import type { Actor } from "../model/signal.ts";

/**
 * `ring`: makes a sound; `passive`: lies there quietly; `count`: one quiet push counts it with
 * others.
 */
export type Hearing =
  | { readonly how: "ring" }
  | { readonly how: "passive"; readonly because: string }
  | { readonly how: "count"; readonly of: "bots" | "forks"; readonly because: string };

const BOT_LOGIN = /\[bot\]$/i;
/** Where the provider does not tell which branch is the default one. */
export const USUAL_DEFAULT_BRANCHES = ["main", "master"];

/**
 * @param me logins and names of the person that the endpoint belongs to; empty: everybody's runs
 * ring
 */
export function hearingOf(run: Run, me: readonly string[]): Hearing {
  const isFork = run.source?.isFork === true;
  const isPreview = run.environment?.kind === "preview";
  if (run.environment?.kind === "production") return { how: "ring" };
  if (isFork) return { how: "count", of: "forks", because: "a fork's run, counted with others" };
  if (!isPreview && isDefaultBranch(run)) return { how: "ring" };
  if (isBot(run))
    return { how: "count", of: "bots", because: "a bot's branch, counted with others" };
  if (me.length === 0 || isMine(run, me)) return { how: "ring" };
  return { how: "passive", because: "somebody else's branch" };
}

function isDefaultBranch({ source, facts }: Run): boolean {
  if (source?.isDefaultBranch !== undefined) return source.isDefaultBranch;
  return USUAL_DEFAULT_BRANCHES.includes(facts["branch"]?.value ?? "");
}

export function isBot({ actor, facts }: Run): boolean {
  if (actor) return actor.value.kind === "bot" || BOT_LOGIN.test(actor.value.login ?? "");
  return BOT_LOGIN.test(facts["author"]?.value ?? "");
}

/** By login or name, whatever the case. */
function isMine(run: Run, me: readonly string[]): boolean {
  const names = namesOf(run).map((name) => name.toLowerCase());
  return me.some((mine) => names.includes(mine.toLowerCase()));
}

/** Who caused it, by every name that is known. */
export const namesOf = ({ actor, facts }: Run): string[] => [
  ...actorNames(actor?.value),
  ...(facts["author"] ? [facts["author"].value] : []),
];

export const actorNames = (actor: Actor | undefined): string[] =>
  [actor?.login, actor?.name].filter((name) => name !== undefined);
