/** Failures on the default branch that come from outside of Actions: check suites, commit statuses, Pages builds. Pure. */
import * as z from "zod";
import type { NoticeSignal } from "../../src/model/signal.ts";
import {
  firstLine,
  httpsUrl,
  instant,
  noticeOf,
  repository,
  repositoryUrl,
  text,
} from "./payload.ts";

const checkSuiteEvent = z.object({
  check_suite: z.object({
    conclusion: text,
    head_branch: text,
    head_sha: text,
    head_commit: z.object({ message: text }).nullish(),
    app: z.object({ slug: text, name: text }).nullish(),
    updated_at: instant,
  }),
  repository,
});

/** Suites of Actions are left out: `workflow_run` tells more of them. */
export const checkSuite = {
  schema: checkSuiteEvent,
  toSignals: ({
    check_suite: suite,
    repository,
  }: z.infer<typeof checkSuiteEvent>): NoticeSignal[] => {
    const failed = suite.conclusion === "failure" || suite.conclusion === "timed_out";
    const onDefault = suite.head_branch && suite.head_branch === repository.default_branch;
    if (!failed || !onDefault || suite.app?.slug === "github-actions") return [];
    const what = [suite.app?.name, firstLine(suite.head_commit?.message)].filter(Boolean);
    return [
      noticeOf(repository, suite.updated_at, `checks failed on ${suite.head_branch}`, {
        message: what.join(": "),
        url: suite.head_sha && repositoryUrl(repository, `commit/${suite.head_sha}/checks`),
        branch: suite.head_branch,
      }),
    ];
  },
};

const statusEvent = z.object({
  state: z.string(),
  context: z.string(),
  description: text,
  target_url: text,
  branches: z.array(z.object({ name: text })).nullish(),
  commit: z.object({ html_url: text }).nullish(),
  updated_at: instant,
  repository,
});

/** A commit is on every branch that contains its head; only the default one is worth a push. */
export const commitStatus = {
  schema: statusEvent,
  toSignals: (status: z.infer<typeof statusEvent>): NoticeSignal[] => {
    const { repository, state } = status;
    const branch = repository.default_branch;
    const onDefault = status.branches?.some(({ name }) => name && name === branch);
    if ((state !== "failure" && state !== "error") || !onDefault) return [];
    return [
      noticeOf(repository, status.updated_at, `${status.context} failed on ${branch}`, {
        message: status.description,
        url: httpsUrl(status.target_url, status.commit?.html_url),
        branch,
      }),
    ];
  },
};

const pageBuildEvent = z.object({
  build: z.object({
    status: text,
    error: z.object({ message: text }).nullish(),
    updated_at: instant,
  }),
  repository,
});

/** A built page has told its way through `deployment_status` already; what failed may never have got that far. */
export const pageBuild = {
  schema: pageBuildEvent,
  toSignals: ({ build, repository }: z.infer<typeof pageBuildEvent>): NoticeSignal[] =>
    build.status === "errored"
      ? [
          noticeOf(repository, build.updated_at, "Pages build failed", {
            message: build.error?.message,
            url: repositoryUrl(repository, "deployments/github-pages"),
          }),
        ]
      : [],
};
