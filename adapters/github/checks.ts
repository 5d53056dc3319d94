/**
 * Failures on the default branch that come from outside of Actions: check suites, commit statuses,
 * Pages builds. Pure.
 */
import * as z from "zod";
import {
  compact,
  firstLine,
  httpsUrl,
  optionalText as text,
  time,
} from "../../src/adapter/contract.ts";
import type { EventContext, Nothing } from "../../src/adapter/contract.ts";
import type { AlertSignal } from "../../src/model/signal.ts";
import { anyAppKey, appOfContext, appOfUrl, hostKeys, hostOf } from "./hosts.ts";
import { person, projectOf, repository, repositoryUrl } from "./payload.ts";
import type { Repository } from "./payload.ts";

type Reading = readonly AlertSignal[] | Nothing;

interface Failure {
  readonly what: string;
  readonly message: string | undefined;
  readonly url: string | undefined;
  readonly branch?: string | undefined;
  readonly at: number;
  /** What failed, which may fail again. */
  readonly incident: string;
  readonly group?: string | undefined;
  readonly deployment?: AlertSignal["deployment"];
}

function failureOf(of: Repository, failure: Failure): AlertSignal {
  const { what, message, url, branch, at, incident, group, deployment } = failure;
  return {
    kind: "alert",
    project: projectOf(of),
    title: `${of.name}: ${what}`,
    ...compact({ message, url: url ?? httpsUrl(of.html_url), branch, group }),
    at,
    incident,
    state: "firing",
    severity: "critical",
    ...(group !== undefined && { quietAfterMs: KEPT_MS }),
    ...(deployment && { deployment }),
  };
}

/** A check that failed stays failed until it passes, which may be after a weekend. */
const KEPT_MS = 7 * 24 * 60 * 60_000;

/** What failed of some commit before passes now. */
function successOf(of: Repository, success: Omit<Failure, "message" | "group">): AlertSignal {
  const { quietAfterMs: _none, ...told } = failureOf(of, { ...success, message: undefined });
  return { ...told, state: "resolved", endsInGroups: true };
}

/** All that fails of one commit is one incident, and one push. */
const groupOf = ({ id }: Repository, sha: string | undefined): string | undefined =>
  sha && `commit:${id}:${sha}`;

const elsewhere: Nothing = {
  nothing: "only checks of the default branch are told; pull requests show theirs",
};

const checkSuiteEvent = z.object({
  action: text,
  check_suite: z.object({
    conclusion: text,
    head_branch: text,
    head_sha: text,
    head_commit: z.object({ message: text, timestamp: time }).nullish().catch(undefined),
    app: z.object({ slug: text, name: text }).nullish().catch(undefined),
    updated_at: time,
  }),
  repository,
});

/** Suites of Actions are left out: `workflow_run` tells more of them. */
export const checkSuite = {
  schema: checkSuiteEvent,
  toSignals: (
    { action, check_suite: suite, repository }: z.output<typeof checkSuiteEvent>,
    { receivedAt }: EventContext,
  ): Reading => {
    if (action && action !== "completed")
      return { nothing: `the action ${action} only asks for checks, or repeats an old conclusion` };
    if (suite.app?.slug === "github-actions")
      return { nothing: "checks of Actions are told by workflow_run" };
    const isFailure = suite.conclusion === "failure" || suite.conclusion === "timed_out";
    if (!isFailure && suite.conclusion !== "success")
      return { nothing: `checks that ended with ${suite.conclusion ?? "nothing"} need nobody` };
    if (!suite.head_branch || suite.head_branch !== repository.default_branch) return elsewhere;
    const incident = `checks:${repository.id}:${suite.app?.slug ?? "unknown"}`;
    const url = suite.head_sha && repositoryUrl(repository, `commit/${suite.head_sha}/checks`);
    const branch = suite.head_branch;
    // An older commit's checks may pass later: only what was made after the failure mends it.
    const madeAt = suite.head_commit?.timestamp;
    if (!isFailure)
      return madeAt === undefined
        ? { nothing: "checks that passed do not say when their commit was made" }
        : [
            successOf(repository, {
              what: `checks pass again on ${branch}`,
              url,
              branch,
              at: madeAt,
              incident,
            }),
          ];
    const what = [suite.app?.name, firstLine(suite.head_commit?.message)].filter(Boolean);
    return [
      failureOf(repository, {
        what: `checks failed on ${branch}`,
        message: what.join(": "),
        url,
        branch,
        at: suite.updated_at ?? receivedAt,
        incident,
        group: groupOf(repository, suite.head_sha),
        deployment: checkedBy(suite.app?.slug, suite.head_sha),
      }),
    ];
  },
};

/** A host's own app checks what the host deploys: where that failure is told, its checks say no more. */
function checkedBy(slug: string | undefined, commit: string | undefined) {
  const host = hostOf(slug && `${slug}[bot]`);
  const key = host && anyAppKey(host, commit);
  return key ? { keys: [key], secondHand: true } : undefined;
}

const statusEvent = z.object({
  state: z.string(),
  sha: text,
  context: z.string(),
  description: text,
  target_url: text,
  branches: z
    .array(z.object({ name: text, commit: z.object({ sha: text }).nullish().catch(undefined) }))
    .nullish()
    .catch(undefined),
  commit: z.object({ html_url: text }).nullish().catch(undefined),
  updated_at: time,
  sender: person,
  repository,
});

/** A commit is on every branch that contains its head; only the default one is worth a push. */
export const commitStatus = {
  schema: statusEvent,
  toSignals: (status: z.output<typeof statusEvent>, { receivedAt }: EventContext): Reading => {
    const { repository, state } = status;
    const branch = repository.default_branch;
    const isFailure = state === "failure" || state === "error";
    if (!isFailure && state !== "success")
      return { nothing: `a commit status ${state} needs nobody` };
    const main = status.branches?.find(({ name }) => name && name === branch);
    if (!main) return elsewhere;
    const incident = `status:${repository.id}:${status.context}`;
    const url = httpsUrl(status.target_url, status.commit?.html_url);
    const at = status.updated_at ?? receivedAt;
    // An older commit's status may come later: only that of the branch's newest commit mends it.
    if (!isFailure)
      return main.commit?.sha === status.sha && status.sha !== undefined
        ? [
            successOf(repository, {
              what: `${status.context} passes again on ${branch}`,
              url,
              branch,
              at,
              incident,
            }),
          ]
        : {
            nothing:
              "a commit status success of another commit than the branch's newest mends nothing",
          };
    return [
      failureOf(repository, {
        what: `${status.context} failed on ${branch}`,
        message: status.description,
        url,
        branch,
        at,
        incident,
        group: groupOf(repository, status.sha),
        deployment: deployedBy(status),
      }),
    ];
  },
};

/** A host's bot writes a status beside its deployment: both are of one deployment of production. */
function deployedBy(status: z.output<typeof statusEvent>): AlertSignal["deployment"] {
  const host = hostOf(status.sender?.login);
  if (!host) return undefined;
  const { repository, context, target_url: url, sha: commit } = status;
  const about = { urls: [url], kind: "production", commit } as const;
  const only = context === "Vercel" ? repository.id : undefined;
  const keys = [
    ...hostKeys(host, { ...about, app: appOfContext(context), repository: only }),
    ...hostKeys(host, { ...about, app: appOfUrl(url) }),
  ];
  return { keys: [...new Set(keys)], secondHand: true };
}

const pageBuildEvent = z.object({
  build: z.object({
    status: text,
    error: z.object({ message: text }).nullish().catch(undefined),
    updated_at: time,
  }),
  repository,
});

/** What failed may never have got as far as a `deployment_status`. */
export const pageBuild = {
  schema: pageBuildEvent,
  toSignals: (
    { build, repository }: z.output<typeof pageBuildEvent>,
    { receivedAt }: EventContext,
  ): Reading =>
    build.status === "errored"
      ? [
          failureOf(repository, {
            what: "Pages build failed",
            message: build.error?.message ?? undefined,
            url: repositoryUrl(repository, "deployments/github-pages"),
            at: build.updated_at ?? receivedAt,
            incident: `page_build:${repository.id}`,
          }),
        ]
      : { nothing: "a page that builds or is built is told by deployment_status" },
};
