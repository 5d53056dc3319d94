/** `workflow_job`: one step of a workflow run, see `workflow-runs.ts`. Pure. */
import * as z from "zod";
import type { EventContext } from "../../src/adapter/contract.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import { CONCLUSIONS } from "./conclusions.ts";
import {
  attempt,
  endAfter,
  factsOf,
  moment,
  projectOf,
  repository,
  repositoryUrl,
  text,
} from "./payload.ts";

const jobEvent = z.object({
  action: text,
  workflow_job: z.object({
    id: z.number(),
    run_id: z.number(),
    run_attempt: attempt,
    name: z.string(),
    workflow_name: text,
    head_branch: text,
    head_sha: text,
    status: text,
    conclusion: text,
    created_at: moment,
    started_at: moment,
    completed_at: moment,
    steps: z.array(z.object({ name: text, conclusion: text })).nullish(),
  }),
  repository,
});

type JobEvent = z.infer<typeof jobEvent>;
type Job = JobEvent["workflow_job"];

const STATUSES: ReadonlyMap<string, StepState> = new Map([
  ["waiting", "waiting"],
  ["requested", "queued"],
  ["queued", "queued"],
  ["pending", "queued"],
  ["in_progress", "running"],
]);

const HAS_BEGUN: readonly StepState[] = ["running", "succeeded", "failed"];

export const workflowJob = {
  schema: jobEvent,
  toSignals: (
    { action, workflow_job: job, repository }: JobEvent,
    { receivedAt }: EventContext,
  ): ProgressSignal[] => {
    // Without it the job cannot be placed beside its run, and would open a second run that never ends.
    if (!job.workflow_name) return [];
    const step = stepOf(job, action);
    return [
      {
        kind: "progress",
        project: projectOf(repository),
        line: { id: job.workflow_name, name: job.workflow_name },
        run: { id: `workflow_run:${job.run_id}`, attempt: job.run_attempt ?? 1 },
        at:
          endAfter(job.started_at ?? job.created_at, job.completed_at) ??
          job.started_at ??
          job.created_at ??
          receivedAt,
        shape: "parallel",
        steps: [step],
        facts: factsOf({
          branch: job.head_branch,
          commit: job.head_sha,
          logUrl: repositoryUrl(repository, `actions/runs/${job.run_id}`),
          error: step.state === "failed" ? whatFailed(job) : undefined,
        }),
      },
    ];
  },
};

function stepOf(job: Job, action: string | null | undefined): StepReport {
  const state = jobState(job, action);
  const startedAt = HAS_BEGUN.includes(state) ? job.started_at : undefined;
  return {
    key: `job:${job.id}`,
    title: job.name,
    order: job.created_at ?? job.started_at ?? 0,
    state,
    ...(startedAt && { startedAt }),
  };
}

/** Conclusion before status before action: GitHub sends `queued` with the status `waiting`. */
function jobState(job: Job, action: string | null | undefined): StepState {
  if (job.conclusion) return CONCLUSIONS.get(job.conclusion) ?? "canceled";
  return STATUSES.get(job.status || action || "") ?? "planned";
}

function whatFailed(job: Job): string {
  const step = job.steps?.find(({ conclusion }) => conclusion === "failure");
  return step?.name ? `${job.name}: ${step.name}` : job.name;
}
