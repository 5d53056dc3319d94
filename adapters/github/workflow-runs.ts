/**
 * `workflow_run`: a run of GitHub Actions, to which `workflow-jobs.ts` adds a step per job. Pure.
 *
 * Its line is the workflow's id: two files may have one name, and `workflow_run.name` is the run's
 * own name where the workflow sets `run-name` (https://github.com/actions/runner/issues/4141). A
 * job knows neither id nor path, it finds its line through the run.
 */
import * as z from "zod";
import {
  compact,
  httpsUrl,
  optionalText as text,
  publicName,
  time,
} from "../../src/adapter/contract.ts";
import type { EventContext } from "../../src/adapter/contract.ts";
import type { ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { outcomeOf } from "./conclusions.ts";
import {
  actorOf,
  attempt,
  branchTitleOf,
  headRepository,
  isMergeQueue,
  person,
  projectOf,
  repository,
  repositoryUrl,
  sourceOf,
  workflowKey,
} from "./payload.ts";
import type { Repository } from "./payload.ts";

const id = z.number().nullish().catch(undefined);

export const runFields = z.object({
  id: z.number(),
  workflow_id: id,
  name: text,
  display_title: text,
  path: text,
  run_number: id,
  run_attempt: attempt,
  status: text,
  conclusion: text,
  head_branch: text,
  head_sha: text,
  head_commit: z
    .object({ message: text, author: z.object({ name: text }).nullish() })
    .nullish()
    .catch(undefined),
  head_repository: headRepository,
  actor: person,
  triggering_actor: person,
  html_url: text,
  created_at: time,
  run_started_at: time,
  updated_at: time,
});
export type RunFields = z.output<typeof runFields>;

const runEvent = z.object({
  action: text,
  workflow_run: runFields,
  workflow: z.object({ id, name: text, path: text }).nullish().catch(undefined),
  repository,
});

type RunEvent = z.output<typeof runEvent>;

export const workflowRun = {
  schema: runEvent,
  toSignals: (
    { action, workflow_run: run, workflow, repository }: RunEvent,
    { receivedAt }: EventContext,
  ): ProgressSignal[] => {
    const state = outcomeOf(run.conclusion);
    const name = workflow?.name ?? run.name ?? fileName(run.path) ?? "Workflow";
    const line = { id: String(workflow?.id ?? run.workflow_id ?? run.path ?? name), name };
    return [
      {
        ...progressOf(repository, run, line, receivedAt),
        steps: [startOf(action, run)],
        outcome: state && { state },
      },
    ];
  },
};

/**
 * The line of a run whose payload has no `workflow`. Its own name is only the workflow's where it
 * is not the run's title: the two are equal where the workflow sets `run-name`.
 */
export function lineOf(run: RunFields): NonNullable<ProgressSignal["line"]> {
  const isTitle = !run.name || run.name === run.display_title;
  const name = (isTitle ? undefined : run.name) ?? fileName(run.path) ?? run.name ?? "Workflow";
  return {
    id: String(run.workflow_id ?? run.path ?? name),
    name,
    provisional: isTitle || undefined,
  };
}

const fileName = (path: string | undefined): string | undefined =>
  path
    ?.split("/")
    .at(-1)
    ?.replace(/\.ya?ml$/i, "") || undefined;

/**
 * A workflow run as it stands, without steps: the run event and the reviews of its deployments
 * share it.
 */
export function progressOf(
  from: Repository,
  run: RunFields,
  line: NonNullable<ProgressSignal["line"]>,
  receivedAt: number,
): ProgressSignal {
  const { branch, source } = sourceOf(from, run.head_branch, run.head_repository);
  const actor = actorOf(...[run.triggering_actor, run.actor].filter((it) => !isMergeQueue(it)));
  return {
    kind: "progress",
    project: projectOf(from),
    line,
    run: {
      id: `workflow_run:${run.id}`,
      attempt: run.run_attempt ?? 1,
      createdAt: run.run_started_at ?? run.created_at,
      firstCreatedAt: (run.run_attempt ?? 1) > 1 ? run.created_at : undefined,
    },
    at: run.updated_at ?? receivedAt,
    shape: "parallel",
    steps: [],
    actor,
    source,
    deployment: { keys: [workflowKey(from, run.id)] },
    facts: compact({
      branch,
      branchTitle: branchTitleOf(run.head_branch),
      commit: run.head_sha,
      message: run.head_commit?.message ?? run.display_title,
      author: publicName(authorOf(run), actor?.login),
      logUrl: httpsUrl(run.html_url) ?? repositoryUrl(from, `actions/runs/${run.id}`),
      label: run.run_number ? `#${run.run_number}` : undefined,
    }),
  };
}

/** The merge queue writes its commits itself. */
function authorOf({ head_commit: commit }: RunFields): string | undefined {
  const name = commit?.author?.name;
  return isMergeQueue({ login: name, type: undefined }) ? undefined : name;
}

/**
 * The run's own first step, seen only while a maintainer must let it start (the first run of a
 * stranger's pull request): `completed` with `action_required` is not an end.
 */
function startOf(action: string | undefined, run: RunFields): StepReport {
  const asked = run.conclusion === "action_required";
  const started = [run.status, action].some((it) => it === "in_progress" || it === "completed");
  const state = started ? "succeeded" : "planned";
  return {
    key: "start",
    title: "Start",
    order: 0,
    state: asked ? "waiting" : state,
    optional: true,
    asks: asked ? [] : undefined,
  };
}
