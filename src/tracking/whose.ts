/** Whose run it is and of which branch: asked by those who show, group and tell it. Pure. */
import type { Run } from "../model/run/run.ts";
import type { Actor } from "../model/signal.ts";

const BOT_LOGIN = /\[bot\]$/i;
/**
 * Branches that bots make, by their default prefixes:
 * https://docs.github.com/code-security/dependabot and
 * https://docs.renovatebot.com/configuration-options/#branchprefix
 */
const BOT_BRANCH = /^(dependabot|renovate)\//;
/** Where the provider does not tell which branch is the default one. */
const USUAL_DEFAULT_BRANCHES = ["main", "master"];

export function isOfDefaultBranch({ source, facts }: Run): boolean {
  if (source?.isDefaultBranch !== undefined) return source.isDefaultBranch;
  return USUAL_DEFAULT_BRANCHES.includes(facts["branch"]?.value ?? "");
}

/**
 * Whether a bot caused it. A host's bot that tells a code host of a deployment is the messenger of
 * whoever pushed: the branch alone says then who that was.
 */
export function isOfBot(run: Run): boolean {
  if (!wasDoneByBot(run)) return false;
  const isMessenger = run.deployment?.secondHand === true;
  return !isMessenger || BOT_BRANCH.test(run.facts["branch"]?.value ?? "");
}

function wasDoneByBot({ actor, facts }: Run): boolean {
  if (actor) return actor.value.kind === "bot" || BOT_LOGIN.test(actor.value.login ?? "");
  return BOT_LOGIN.test(facts["author"]?.value ?? "");
}

/** Who caused it, by every name that is known. */
export const namesOf = ({ actor, facts }: Run): string[] => [
  ...actorNames(actor?.value),
  ...(facts["author"] ? [facts["author"].value] : []),
];

export const actorNames = (actor: Actor | undefined): string[] =>
  [actor?.login, actor?.name].filter((name) => name !== undefined);
