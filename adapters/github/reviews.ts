/** `deployment_review`: a workflow run waits until a person lets it into an environment. Pure. */
import * as z from "zod";
import {
  compact,
  environmentKind,
  optionalText as text,
  time,
} from "../../src/adapter/contract.ts";
import type { EventContext, Nothing } from "../../src/adapter/contract.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import { person, repository } from "./payload.ts";
import { lineOf, progressOf, runFields } from "./workflow-runs.ts";

const waitingJob = z.object({ environment: text, created_at: time });

const reviewEvent = z.object({
  action: text,
  environment: text,
  comment: text,
  approver: person,
  workflow_run: runFields,
  workflow_job_run: waitingJob.nullish(),
  /** All jobs that one answer is for. */
  workflow_job_runs: z.array(waitingJob).nullish(),
  /** Who may answer: users have a login, teams a name. */
  reviewers: z
    .array(z.object({ reviewer: z.object({ login: text, name: text }).nullish().catch(undefined) }))
    .nullish()
    .catch(undefined),
  repository,
});

type ReviewEvent = z.output<typeof reviewEvent>;

const ANSWERS: ReadonlyMap<string, StepState> = new Map([
  ["requested", "waiting"],
  ["approved", "succeeded"],
  ["rejected", "failed"],
]);

export const deploymentReview = {
  schema: reviewEvent,
  toSignals: (review: ReviewEvent, { receivedAt }: EventContext): ProgressSignal[] | Nothing => {
    const state = ANSWERS.get(review.action ?? "");
    if (!state)
      return { nothing: `the action ${review.action ?? "(none)"} is neither asking nor an answer` };
    const gates = gatesOf(review);
    if (gates.size === 0) return { nothing: "the review names no environment" };
    const { workflow_run: run } = review;
    const progress = progressOf(review.repository, run, lineOf(run), receivedAt);
    const refused = state === "failed";
    const asks = state === "waiting" || refused ? reviewersOf(review) : undefined;
    const { comment: rejection, approver } = review;
    return [
      {
        ...progress,
        steps: [...gates].map(([name, since]) => approval(name, since, state, asks)),
        environments: [...gates.keys()].map((name) => ({ name, kind: environmentKind(name) })),
        facts: {
          ...progress.facts,
          ...(refused && compact({ rejection, rejectedBy: approver?.login ?? "a reviewer" })),
        },
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
    gates.set(gate.environment, gate.created_at ?? run.run_started_at ?? run.created_at ?? 1);
  }
  return gates;
}

const reviewersOf = ({ reviewers }: ReviewEvent): string[] =>
  (reviewers ?? [])
    .flatMap(({ reviewer }) => reviewer?.login ?? reviewer?.name ?? [])
    .slice(0, 100);

/**
 * A millisecond before the jobs that it holds back, which have the time of their making as their
 * place.
 */
const approval = (
  environment: string,
  since: number,
  state: StepState,
  asks: string[] | undefined,
): StepReport => ({
  key: `approval:${environment}`,
  title: `Approve ${environment}`,
  order: since - 1,
  state,
  asks,
});
