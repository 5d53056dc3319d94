/** Whom a run concerns: who is rung, who only sees it, and what is counted with others. Pure. */
import type { Run } from "../model/run/run.ts";
import { isOfBot, isOfDefaultBranch, namesOf } from "../tracking/whose.ts";

/**
 * `ring`: makes a sound; `passive`: lies there quietly; `count`: one quiet push counts it with
 * others.
 */
export type Hearing =
  | { readonly how: "ring" }
  | { readonly how: "passive"; readonly because: string }
  | { readonly how: "count"; readonly of: "bots" | "forks"; readonly because: string };

/**
 * @param me logins and names of the person that the endpoint belongs to; empty: everybody's runs
 * ring
 */
export function hearingOf(run: Run, me: readonly string[]): Hearing {
  const isFork = run.source?.isFork === true;
  const isPreview = run.environment?.kind === "preview";
  if (run.environment?.kind === "production") return { how: "ring" };
  if (isFork) return { how: "count", of: "forks", because: "a fork's run, counted with others" };
  if (!isPreview && isOfDefaultBranch(run)) return { how: "ring" };
  if (isOfBot(run))
    return { how: "count", of: "bots", because: "a bot's branch, counted with others" };
  if (me.length === 0 || isMine(run, me)) return { how: "ring" };
  return { how: "passive", because: "somebody else's branch" };
}

/** By login or name, whatever the case. */
function isMine(run: Run, me: readonly string[]): boolean {
  const names = namesOf(run).map((name) => name.toLowerCase());
  return me.some((mine) => names.includes(mine.toLowerCase()));
}
