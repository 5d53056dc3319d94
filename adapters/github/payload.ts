/**
 * What GitHub's payloads have in common: schemas of shared fields and the small functions that read
 * them. Pure.
 */
import * as z from "zod";
import {
  compact,
  flag,
  httpsUrl,
  optionalText as text,
  personOrBot,
} from "../../src/adapter/contract.ts";
import type { Actor, NoticeSignal, Project } from "../../src/model/signal.ts";

export const person = z
  .object({ login: text, type: text })
  .nullish()
  .catch(undefined)
  .transform((told) => told ?? undefined);
type Person = z.output<typeof person>;

/** Counts the runs under the same id. */
export const attempt = z.number().int().positive().nullish();

export const repository = z.object({
  id: z.number(),
  name: z.string(),
  html_url: text,
  default_branch: text,
});
export type Repository = z.output<typeof repository>;

/**
 * Where a branch stands; null where that repository was deleted, undefined where nothing is said.
 */
export const headRepository = z
  .object({ id: z.number(), owner: person, fork: flag })
  .nullish()
  .catch(undefined);
type HeadRepository = z.output<typeof headRepository>;

export const projectOf = ({ id, name }: Repository): Project => ({ id: String(id), name });

/** The messenger of whoever put a pull request into the queue, whom GitHub does not name. */
export const isMergeQueue = (told: Person): boolean => told?.login === "github-merge-queue[bot]";

/** `gh-readonly-queue/main/pr-12-<commit>`: each try has another commit. */
const QUEUE_BRANCH = /^(gh-readonly-queue\/.+\/pr-(\d+))-[0-9a-f]+$/;

/** A pull request in the merge queue is one branch, however often it is tried. */
const withoutTry = (branch: string | undefined): string | undefined =>
  branch?.replace(QUEUE_BRANCH, "$1");

export function branchTitleOf(branch: string | undefined): string | undefined {
  const number = QUEUE_BRANCH.exec(branch ?? "")?.[2];
  return number && `PR ${number} in the merge queue`;
}

/** The first of these that is an account. */
export function actorOf(...candidates: readonly Person[]): Actor | undefined {
  const found = candidates.find((it) => it?.login);
  return personOrBot(found?.login, { type: found?.type });
}

/**
 * A branch as it is shown and matched, and where it stands: one of a fork is never called like one
 * of our own.
 */
export function sourceOf(repository: Repository, branch: string | undefined, head: HeadRepository) {
  const isFork = head === undefined ? undefined : head?.id !== repository.id;
  const own = withoutTry(branch);
  const told = isFork && own ? `${head?.owner?.login ?? "deleted fork"}:${own}` : own;
  const { default_branch: main } = repository;
  const isKnown = branch !== undefined && main !== undefined;
  const isDefaultBranch = isKnown ? !isFork && branch === main : undefined;
  const isSilent = isFork === undefined && isDefaultBranch === undefined;
  const defaultBranch = isDefaultBranch === false ? main : undefined;
  return {
    branch: told,
    source: isSilent ? undefined : { isFork, isDefaultBranch, defaultBranch },
  };
}

/** What identifies a workflow run as a deployment, whoever tells of it. */
export const workflowKey = (repository: Repository, runId: number): string =>
  `workflow:${repository.id}:${runId}`;

type NoticeDetails = Partial<
  Record<"message" | "url" | "branch" | "group", string | null | undefined>
> & { readonly actor?: Actor | undefined; readonly asks?: string[] | undefined };

/**
 * A notice about a repository; its title starts with the repository's name, and a tap opens at
 * least its page.
 */
export function noticeOf(
  from: Repository,
  at: number,
  title: string,
  { message, url, branch, group, actor, asks }: NoticeDetails,
): NoticeSignal {
  return {
    kind: "notice",
    project: projectOf(from),
    title: `${from.name}: ${title}`,
    ...compact({ message, url: url ?? httpsUrl(from.html_url), branch, group }),
    at,
    actor,
    asks,
  };
}

/** `https://github.com/owner/name` plus a path. */
export const repositoryUrl = (of: Repository, path: string): string | undefined =>
  httpsUrl(of.html_url && `${of.html_url}/${path}`);
