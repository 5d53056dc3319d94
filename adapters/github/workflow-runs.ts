/**
 * `workflow_run`: a run of GitHub Actions, to which `workflow-jobs.ts` adds a step per job. Pure.
 *
 * Both land on the track of their workflow, which they only have in common by its name: a job's payload carries
 * `workflow_name` but no workflow id or path, and `workflow_run.name` is the run's own name where the workflow sets
 * `run-name` (https://github.com/actions/runner/issues/4141), so of a run the name of its `workflow` comes first.
 */
import * as z from "zod";
import type { OutcomeState, ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { CONCLUSIONS } from "./conclusions.ts";
import {
  attempt,
  factsOf,
  httpsUrl,
  instant,
  moment,
  person,
  projectOf,
  repository,
  text,
} from "./payload.ts";
import type { Repository } from "./payload.ts";

export const runFields = z.object({
  id: z.number(),
  name: text,
  display_title: text,
  path: text,
  run_number: z.number().nullish(),
  run_attempt: attempt,
  status: text,
  conclusion: text,
  head_branch: text,
  head_sha: text,
  head_commit: z.object({ message: text, author: z.object({ name: text }).nullish() }).nullish(),
  actor: person,
  triggering_actor: person,
  html_url: text,
  created_at: instant,
  run_started_at: moment,
  updated_at: instant,
});
export type RunFields = z.infer<typeof runFields>;

const runEvent = z.object({
  action: text,
  workflow_run: runFields,
  workflow: z.object({ name: text }).nullish(),
  repository,
});

type RunEvent = z.infer<typeof runEvent>;

export const workflowRun = {
  schema: runEvent,
  toSignals: ({ action, workflow_run: run, workflow, repository }: RunEvent): ProgressSignal[] => {
    const outcome = outcomeOf(run.conclusion);
    const progress = progressOf(
      repository,
      run,
      workflow?.name || run.name || run.path || "Workflow",
    );
    return [{ ...progress, steps: [startOf(action, run)], ...(outcome && { outcome }) }];
  },
};

/** A workflow run as it stands, without steps: the run event and the reviews of its deployments share it. */
export function progressOf(from: Repository, run: RunFields, workflowName: string): ProgressSignal {
  return {
    kind: "progress",
    project: projectOf(from),
    line: { id: workflowName, name: workflowName },
    run: {
      id: `workflow_run:${run.id}`,
      attempt: run.run_attempt ?? 1,
      createdAt: run.run_started_at ?? run.created_at,
    },
    at: run.updated_at,
    shape: "parallel",
    steps: [],
    facts: factsOf({
      branch: run.head_branch,
      commit: run.head_sha,
      message: run.head_commit?.message || run.display_title,
      author: run.head_commit?.author?.name || run.triggering_actor?.login || run.actor?.login,
      logUrl: httpsUrl(run.html_url),
      label: run.run_number ? `#${run.run_number}` : undefined,
    }),
  };
}

/**
 * The run's own first step, seen only while a maintainer must let it start (the first run of a stranger's pull
 * request): `completed` with `action_required` is not an end.
 */
function startOf(action: string | null | undefined, run: RunFields): StepReport {
  const started = [run.status, action].some((it) => it === "in_progress" || it === "completed");
  const state = started ? "succeeded" : "planned";
  return {
    key: "start",
    title: "Start",
    order: 0,
    state: run.conclusion === "action_required" ? "waiting" : state,
    optional: true,
  };
}

/** Any conclusion is an end but `action_required`; one that is not known by name ends quietly. */
function outcomeOf(conclusion: string | null | undefined): { state: OutcomeState } | undefined {
  if (!conclusion || conclusion === "action_required") return undefined;
  const state = CONCLUSIONS.get(conclusion);
  return { state: state === "succeeded" || state === "failed" ? state : "canceled" };
}
