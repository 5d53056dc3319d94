/** `deployment_review`: a workflow run waits until a person lets it into an environment. Pure. */
import * as z from "zod";
import type { Signal, StepReport, StepState } from "../../src/model/signal.ts";
import { httpsUrl, moment, noticeOf, repository, text } from "./payload.ts";
import { progressOf, runFields } from "./workflow-runs.ts";
import type { RunFields } from "./workflow-runs.ts";

const waitingJob = z.object({ environment: text, created_at: moment });

const reviewEvent = z.object({
  action: text,
  environment: text,
  comment: text,
  workflow_run: runFields,
  workflow_job_run: waitingJob.nullish(),
  /** All jobs that one answer is for. */
  workflow_job_runs: z.array(waitingJob).nullish(),
  repository,
});

type ReviewEvent = z.infer<typeof reviewEvent>;

const ANSWERS: ReadonlyMap<string, StepState> = new Map([
  ["requested", "waiting"],
  ["approved", "succeeded"],
  ["rejected", "failed"],
]);

export const deploymentReview = {
  schema: reviewEvent,
  toSignals: (review: ReviewEvent): Signal[] => {
    const state = ANSWERS.get(review.action ?? "");
    const gates = gatesOf(review);
    if (!state || gates.size === 0) return [];
    const workflowName = workflowNameOf(review.workflow_run);
    if (!workflowName) return state === "waiting" ? [waitingNotice(review, gates)] : [];
    const progress = progressOf(review.repository, review.workflow_run, workflowName);
    const steps = [...gates].map(([name, since]) => approval(name, since, state));
    const refused = state === "failed" && review.comment;
    return [
      {
        ...progress,
        steps,
        facts: { ...progress.facts, ...(refused && { error: refused }) },
      },
    ];
  },
};

/** The environments it is about, each with the time its first job was made. */
function gatesOf(review: ReviewEvent): ReadonlyMap<string, number> {
  const { environment, workflow_job_run: job, workflow_job_runs: jobs, workflow_run: run } = review;
  const gates = new Map<string, number>();
  for (const gate of [...(jobs ?? []), job, { environment, created_at: undefined }]) {
    if (!gate?.environment || gates.has(gate.environment)) continue;
    gates.set(gate.environment, gate.created_at ?? run.run_started_at ?? run.created_at);
  }
  return gates;
}

/**
 * A review has no `workflow` object, and the run's name is only the workflow's where it is not the run's title:
 * the two are equal where the workflow sets `run-name`. Undefined where it cannot be told.
 */
const workflowNameOf = (run: RunFields): string | undefined =>
  run.name && run.name !== run.display_title ? run.name : undefined;

/** A millisecond before the jobs that it holds back, which have the time of their making as their place. */
const approval = (environment: string, since: number, state: StepState): StepReport => ({
  key: `approval:${environment}`,
  title: `Approve ${environment}`,
  order: since - 1,
  state,
});

function waitingNotice(review: ReviewEvent, gates: ReadonlyMap<string, number>): Signal {
  const { workflow_run: run, repository } = review;
  const title = `${[...gates.keys()].join(", ")} needs approval`;
  return noticeOf(repository, run.updated_at, title, {
    message: run.display_title,
    url: httpsUrl(run.html_url),
    branch: run.head_branch,
  });
}
