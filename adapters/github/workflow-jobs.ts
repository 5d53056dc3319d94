/** `workflow_job`: one step of a workflow run, see `workflow-runs.ts`. Pure. */
import * as z from "zod";
import {
  compact,
  environmentKind,
  optionalText as text,
  time,
} from "../../src/adapter/contract.ts";
import type { EventContext } from "../../src/adapter/contract.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import { stateOf } from "./conclusions.ts";
import { attempt, projectOf, repository, repositoryUrl, workflowKey } from "./payload.ts";

const jobEvent = z.object({
  action: text,
  workflow_job: z.object({
    id: z.number(),
    run_id: z.number(),
    run_attempt: attempt,
    name: z.string(),
    workflow_name: text,
    head_sha: text,
    status: text,
    conclusion: text,
    created_at: time,
    started_at: time,
    completed_at: time,
    steps: z
      .array(z.object({ name: text, conclusion: text }))
      .nullish()
      .catch(undefined),
  }),
  /** There where the job deploys to an environment. */
  deployment: z.object({ environment: text }).nullish().catch(undefined),
  repository,
});

type JobEvent = z.output<typeof jobEvent>;
type Job = JobEvent["workflow_job"];

const STATUSES: ReadonlyMap<string, StepState> = new Map([
  ["waiting", "waiting"],
  ["requested", "queued"],
  ["queued", "queued"],
  ["pending", "queued"],
  ["in_progress", "running"],
]);

const HAS_BEGUN: readonly StepState[] = ["running", "succeeded", "failed"];
/** Clocks of GitHub's machines differ by less, in ms. */
const CLOCK_JITTER_MS = 5_000;

/**
 * A job tells no branch: of a fork's it would say `main` like of our own, only the run knows whose
 * it is.
 */
export const workflowJob = {
  schema: jobEvent,
  toSignals: (
    { action, workflow_job: job, deployment, repository }: JobEvent,
    { receivedAt }: EventContext,
  ): ProgressSignal[] => {
    const step = stepOf(job, action);
    const { workflow_name: workflow } = job;
    const environment = deployment?.environment;
    return [
      {
        kind: "progress",
        project: projectOf(repository),
        line: workflow ? { id: workflow, name: workflow, provisional: true } : undefined,
        run: { id: `workflow_run:${job.run_id}`, attempt: job.run_attempt ?? 1 },
        at: endOf(job) ?? job.started_at ?? job.created_at ?? receivedAt,
        shape: "parallel",
        steps: [step],
        environments: environment
          ? [{ name: environment, kind: environmentKind(environment) }]
          : undefined,
        deployment: { keys: [workflowKey(repository, job.run_id)] },
        facts: compact({
          commit: job.head_sha,
          logUrl: repositoryUrl(repository, `actions/runs/${job.run_id}`),
          error: step.state === "failed" ? whatFailed(job) : undefined,
        }),
      },
    ];
  },
};

/** When it ended; undefined where that is said to be before it began, as of skipped jobs. */
function endOf({ created_at, started_at = created_at, completed_at: end }: Job) {
  const isBefore =
    started_at !== undefined && end !== undefined && end < started_at - CLOCK_JITTER_MS;
  return isBefore ? undefined : end;
}

function stepOf(job: Job, action: string | undefined): StepReport {
  const state = stateOf(job.conclusion) ?? STATUSES.get(job.status ?? action ?? "") ?? "planned";
  return {
    key: `job:${job.id}`,
    title: job.name,
    order: job.created_at ?? job.started_at ?? 0,
    state,
    startedAt: HAS_BEGUN.includes(state) ? job.started_at : undefined,
  };
}

function whatFailed(job: Job): string {
  const step = job.steps?.find(({ conclusion }) => conclusion === "failure");
  return step?.name ? `${job.name}: ${step.name}` : job.name;
}
