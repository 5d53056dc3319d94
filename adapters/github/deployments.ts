/**
 * `deployment` and `deployment_status`: whatever deploys through GitHub's deployments (Actions environments, Vercel,
 * Railway, Render, Pages…) as one line Queued → Deploying → Live. Pure.
 */
import * as z from "zod";
import type { EventContext } from "../../src/adapter/contract.ts";
import type {
  Environment,
  Facts,
  OutcomeReport,
  ProgressSignal,
  StepReport,
  StepState,
} from "../../src/model/signal.ts";
import {
  factsOf,
  httpsUrl,
  instant,
  moment,
  person,
  projectOf,
  repository,
  text,
} from "./payload.ts";

const deploymentFields = z.object({
  id: z.number(),
  sha: text,
  ref: text,
  environment: z.string(),
  original_environment: text,
  production_environment: z.boolean().nullish(),
  transient_environment: z.boolean().nullish(),
  creator: person,
  created_at: instant,
});

const workflowRun = z
  .object({ head_branch: text, display_title: text, actor: person, triggering_actor: person })
  .nullish();

const deploymentEvent = z.object({
  deployment: deploymentFields,
  workflow_run: workflowRun,
  repository,
});

const statusEvent = deploymentEvent.extend({
  deployment_status: z.object({
    state: z.string(),
    description: text,
    environment_url: text,
    log_url: text,
    target_url: text,
    created_at: moment,
    updated_at: moment,
  }),
  check_run: z.object({ conclusion: text, html_url: text }).nullish(),
});

type DeploymentEvent = z.infer<typeof deploymentEvent>;
type StatusEvent = z.infer<typeof statusEvent>;
type Status = StatusEvent["deployment_status"];
type LineStates = readonly [queued: StepState, deploying: StepState, live: StepState];

const PLANNED: LineStates = ["planned", "planned", "planned"];

/** A new deployment reports nothing as queued yet: from queued a step could not fall back to waiting for approval. */
const LINE_STATES: ReadonlyMap<string, LineStates> = new Map([
  ["waiting", ["waiting", "planned", "planned"]],
  ["pending", ["queued", "planned", "planned"]],
  ["queued", ["queued", "planned", "planned"]],
  ["in_progress", ["succeeded", "running", "planned"]],
  ["success", ["succeeded", "succeeded", "succeeded"]],
]);

const OUTCOMES: ReadonlyMap<string, OutcomeReport> = new Map([
  ["success", { state: "succeeded" }],
  ["failure", { state: "failed" }],
  ["error", { state: "failed" }],
  // Replaced by a newer deployment, or taken down: says nothing of one whose end is known.
  ["inactive", { state: "canceled", provisional: true }],
]);

export const deployment = {
  schema: deploymentEvent,
  toSignals: (payload: DeploymentEvent): ProgressSignal[] => [
    progressOf(payload, payload.deployment.created_at, PLANNED, factsOf(sourceOf(payload))),
  ],
};

export const deploymentStatus = {
  schema: statusEvent,
  toSignals: (payload: StatusEvent, { receivedAt }: EventContext): ProgressSignal[] => {
    const { deployment_status: status, check_run: checkRun } = payload;
    const at = status.created_at ?? status.updated_at ?? receivedAt;
    const outcome = outcomeOf(status, checkRun?.conclusion);
    const facts = factsOf({
      ...sourceOf(payload),
      url: httpsUrl(status.environment_url),
      logUrl: httpsUrl(status.log_url, status.target_url, checkRun?.html_url),
      error: outcome?.state === "failed" ? status.description : undefined,
    });
    const states = LINE_STATES.get(status.state) ?? PLANNED;
    return [{ ...progressOf(payload, at, states, facts), ...(outcome && { outcome }) }];
  },
};

/** GitHub has no status for a canceled deployment: a canceled job leaves a failure whose check run says so. */
function outcomeOf(
  status: Status,
  checkConclusion: string | null | undefined,
): OutcomeReport | undefined {
  const outcome = OUTCOMES.get(status.state);
  return outcome?.state === "failed" && checkConclusion === "cancelled"
    ? { state: "canceled" }
    : outcome;
}

function progressOf(
  { deployment, repository }: DeploymentEvent,
  at: number,
  states: LineStates,
  facts: Facts,
): ProgressSignal {
  return {
    kind: "progress",
    project: projectOf(repository),
    environment: environmentOf(deployment),
    run: { id: `deployment:${deployment.id}`, attempt: 1, createdAt: deployment.created_at },
    at,
    shape: "line",
    steps: lineOf(states),
    facts,
  };
}

const lineOf = ([queued, deploying, live]: LineStates): StepReport[] => [
  { key: "queued", title: "Queued", order: 0, state: queued },
  { key: "deploying", title: "Deploying", order: 1, state: deploying },
  { key: "live", title: "Live", order: 2, state: live },
];

/** A status may rename its deployment's environment half-way; the original one keeps the run on its track. */
function environmentOf(deployment: DeploymentEvent["deployment"]): Environment {
  const name = deployment.original_environment || deployment.environment;
  if (deployment.production_environment || /^prod/i.test(name)) return { name, kind: "production" };
  const passing = deployment.transient_environment || /preview|\bpr[-\s#\d]/i.test(name);
  return { name, kind: passing ? "preview" : "other" };
}

function sourceOf({ deployment, workflow_run: run }: DeploymentEvent): Facts {
  return factsOf({
    branch: run?.head_branch || (isCommit(deployment.ref) ? undefined : deployment.ref),
    commit: deployment.sha,
    message: run?.display_title,
    author: run?.triggering_actor?.login || run?.actor?.login || deployment.creator?.login,
  });
}

const isCommit = (ref: string | null | undefined): boolean => /^[0-9a-f]{40}$/i.test(ref ?? "");
