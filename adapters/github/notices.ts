/** Single facts worth a push: releases and pull requests. Pure. */
import * as z from "zod";
import { flag, httpsUrl, optionalText as text, time } from "../../src/adapter/contract.ts";
import type { EventContext, Nothing } from "../../src/adapter/contract.ts";
import type { NoticeSignal } from "../../src/model/signal.ts";
import { actorOf, headRepository, noticeOf, person, repository, sourceOf } from "./payload.ts";

type Reading = readonly NoticeSignal[] | Nothing;

const releaseEvent = z.object({
  action: text,
  release: z.object({
    tag_name: z.string(),
    name: text,
    html_url: text,
    prerelease: flag,
    author: person,
    published_at: time,
    created_at: time,
  }),
  sender: person,
  repository,
});

export const release = {
  schema: releaseEvent,
  toSignals: (payload: z.output<typeof releaseEvent>, { receivedAt }: EventContext): Reading => {
    const { action, release, repository, sender } = payload;
    if (action !== "published")
      return { nothing: "only a release that gets published is told, not its drafts and edits" };
    const { tag_name: tag, name } = release;
    const at = release.published_at ?? release.created_at ?? receivedAt;
    const what = release.prerelease ? "pre-released" : "released";
    return [
      noticeOf(repository, at, `${tag} ${what}`, {
        message: name === tag ? undefined : name,
        url: httpsUrl(release.html_url),
        actor: actorOf(sender, release.author),
      }),
    ];
  },
};

const pullRequestEvent = z.object({
  action: text,
  pull_request: z.object({
    number: z.number(),
    title: z.string(),
    html_url: text,
    merged: flag,
    merged_at: time,
    merged_by: person,
    head: z.object({ ref: text, repo: headRepository }).nullish().catch(undefined),
    base: z.object({ ref: text }).nullish().catch(undefined),
    updated_at: time,
  }),
  requested_reviewer: person,
  requested_team: z.object({ name: text }).nullish().catch(undefined),
  sender: person,
  repository,
});
type PullRequestEvent = z.output<typeof pullRequestEvent>;

export const pullRequest = {
  schema: pullRequestEvent,
  toSignals: (payload: PullRequestEvent, { receivedAt }: EventContext): Reading => {
    const { action, pull_request: pull } = payload;
    if (action === "closed" && pull.merged) return [merged(payload, receivedAt)];
    if (action === "review_requested") return [reviewRequested(payload, receivedAt)];
    return action === "closed"
      ? { nothing: "a pull request that is closed without a merge changes nothing" }
      : { nothing: "only a merge and a request for a review are told of a pull request" };
  },
};

function merged(payload: PullRequestEvent, receivedAt: number): NoticeSignal {
  const { pull_request: pull, repository } = payload;
  const by = pull.merged_by?.login;
  const at = pull.merged_at ?? pull.updated_at ?? receivedAt;
  return noticeOf(repository, at, `#${pull.number} merged`, {
    message: by ? `${pull.title} (by ${by})` : pull.title,
    url: httpsUrl(pull.html_url),
    branch: pull.base?.ref,
    actor: actorOf(pull.merged_by, payload.sender),
  });
}

/** GitHub sends one event a reviewer: those of one pull request are one push. */
function reviewRequested(payload: PullRequestEvent, receivedAt: number): NoticeSignal {
  const { pull_request: pull, repository, sender } = payload;
  const whom = payload.requested_reviewer?.login ?? payload.requested_team?.name;
  const who = sender?.login;
  const title = `review requested on #${pull.number}`;
  return noticeOf(repository, pull.updated_at ?? receivedAt, title, {
    message: who && whom ? `${pull.title} (${who} asks ${whom})` : pull.title,
    url: httpsUrl(pull.html_url),
    branch: sourceOf(repository, pull.head?.ref, pull.head?.repo).branch,
    group: `review:${repository.id}:${pull.number}`,
    actor: actorOf(sender),
    asks: whom ? [whom] : [],
  });
}
