/** Single facts worth a push: releases and pull requests. Pure. */
import * as z from "zod";
import type { EventContext } from "../../src/adapter/contract.ts";
import type { NoticeSignal } from "../../src/model/signal.ts";
import { httpsUrl, instant, moment, noticeOf, person, repository, text } from "./payload.ts";

const releaseEvent = z.object({
  action: text,
  release: z.object({
    tag_name: z.string(),
    name: text,
    html_url: text,
    prerelease: z.boolean().nullish(),
    published_at: moment,
    created_at: moment,
  }),
  repository,
});

export const release = {
  schema: releaseEvent,
  toSignals: (
    { action, release, repository }: z.infer<typeof releaseEvent>,
    { receivedAt }: EventContext,
  ): NoticeSignal[] => {
    if (action !== "published") return [];
    const { tag_name: tag, name } = release;
    const at = release.published_at ?? release.created_at ?? receivedAt;
    const what = release.prerelease ? "pre-released" : "released";
    return [
      noticeOf(repository, at, `${tag} ${what}`, {
        message: name === tag ? undefined : name,
        url: httpsUrl(release.html_url),
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
    merged: z.boolean().nullish(),
    merged_at: moment,
    merged_by: person,
    head: z.object({ ref: text }).nullish(),
    base: z.object({ ref: text }).nullish(),
    updated_at: instant,
  }),
  requested_reviewer: person,
  requested_team: z.object({ name: text }).nullish(),
  sender: person,
  repository,
});
type PullRequestEvent = z.infer<typeof pullRequestEvent>;

export const pullRequest = {
  schema: pullRequestEvent,
  toSignals: (payload: PullRequestEvent): NoticeSignal[] => {
    const { action, pull_request: pull } = payload;
    if (action === "closed" && pull.merged) return [merged(payload)];
    return action === "review_requested" ? [reviewRequested(payload)] : [];
  },
};

function merged({ pull_request: pull, repository }: PullRequestEvent): NoticeSignal {
  const by = pull.merged_by?.login;
  return noticeOf(repository, pull.merged_at ?? pull.updated_at, `#${pull.number} merged`, {
    message: by ? `${pull.title} (by ${by})` : pull.title,
    url: httpsUrl(pull.html_url),
    branch: pull.base?.ref,
  });
}

function reviewRequested(payload: PullRequestEvent): NoticeSignal {
  const { pull_request: pull, repository } = payload;
  const whom = payload.requested_reviewer?.login || payload.requested_team?.name;
  const who = payload.sender?.login;
  return noticeOf(repository, pull.updated_at, `review requested on #${pull.number}`, {
    message: who && whom ? `${pull.title} (${who} asks ${whom})` : pull.title,
    url: httpsUrl(pull.html_url),
    branch: pull.head?.ref,
  });
}
