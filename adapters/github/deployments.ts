/**
 * `deployment` and `deployment_status`: whatever deploys through GitHub's deployments (Actions
 * environments, Vercel,
 * Railway, Render, Pages…) as one line Queued → Deploying → Live. Pure.
 */
import * as z from "zod";
import {
  compact,
  environmentKind,
  flag,
  httpsUrl,
  lineSteps,
  optionalText as text,
  publicName,
  time,
} from "../../src/adapter/contract.ts";
import type { EventContext } from "../../src/adapter/contract.ts";
import type { OutcomeReport, ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { hostKeys, hostOf, splitEnvironment } from "./hosts.ts";
import {
  actorOf,
  attempt,
  branchTitleOf,
  headRepository,
  person,
  projectOf,
  repository,
  repositoryUrl,
  sourceOf,
  workflowKey,
} from "./payload.ts";

const deploymentEvent = z.object({
  deployment: z.object({
    id: z.number(),
    sha: text,
    ref: text,
    task: text,
    environment: z.string(),
    original_environment: text,
    production_environment: flag,
    transient_environment: flag,
    creator: person,
    created_at: time,
  }),
  workflow_run: z
    .object({
      id: z.number(),
      head_branch: text,
      head_repository: headRepository,
      display_title: text,
      html_url: text,
      run_attempt: attempt.catch(undefined),
      actor: person,
      triggering_actor: person,
    })
    .nullish()
    .catch(undefined),
  repository,
});

const statusEvent = deploymentEvent.extend({
  deployment_status: z.object({
    state: z.string(),
    description: text,
    environment_url: text,
    log_url: text,
    target_url: text,
    created_at: time,
    updated_at: time,
  }),
  check_run: z.object({ conclusion: text, html_url: text }).nullish().catch(undefined),
});

type DeploymentEvent = z.output<typeof deploymentEvent>;
type StatusEvent = z.output<typeof statusEvent>;

const PREVIEW = lineSteps({ queued: "Queued", deploying: "Deploying", live: "Ready" });
const LASTING = lineSteps({ queued: "Queued", deploying: "Deploying", live: "Live" });

const OUTCOMES: ReadonlyMap<string, OutcomeReport> = new Map([
  ["success", { state: "succeeded" }],
  ["failure", { state: "failed" }],
  ["error", { state: "failed" }],
  // Replaced by a newer deployment, or taken down: says nothing of one whose end is known.
  ["inactive", { state: "canceled", provisional: true }],
]);

/**
 * A new deployment reports nothing as queued yet: from queued a step could not fall back to
 * waiting.
 */
export const deployment = {
  schema: deploymentEvent,
  toSignals: (payload: DeploymentEvent, { receivedAt }: EventContext): ProgressSignal[] => [
    progressOf(payload, payload.deployment.created_at ?? receivedAt),
  ],
};

export const deploymentStatus = {
  schema: statusEvent,
  toSignals: (payload: StatusEvent, { receivedAt }: EventContext): ProgressSignal[] => {
    const { deployment_status: status, deployment } = payload;
    const at = status.created_at ?? status.updated_at ?? receivedAt;
    const outcome = outcomeOf(payload);
    const progress = progressOf(payload, at, [status.environment_url, status.target_url]);
    const isLive = outcome?.state === "succeeded" && progress.environment?.kind !== "preview";
    return [
      {
        ...progress,
        steps: stepsOf(progress, status.state),
        outcome,
        // A host's bot calls built what its host may not have promoted or published.
        serves: isLive && !hostOf(deployment.creator?.login) ? { how: "live", at } : undefined,
        facts: { ...progress.facts, ...statusFacts(payload, outcome) },
      },
    ];
  },
};

/**
 * GitHub has no status for a canceled deployment: a canceled job leaves a failure whose check run
 * says so.
 */
function outcomeOf({ deployment_status: status, check_run: check }: StatusEvent) {
  const outcome = OUTCOMES.get(status.state);
  return outcome?.state === "failed" && check?.conclusion === "cancelled"
    ? { state: "canceled" as const }
    : outcome;
}

/**
 * Before it is done its address opens what was there before; and a log at that very address is
 * none.
 */
function statusFacts(payload: StatusEvent, outcome: OutcomeReport | undefined) {
  const { deployment_status: status, check_run: check, workflow_run: run, repository } = payload;
  const failed = outcome?.state === "failed";
  const logs = [status.log_url, status.target_url].filter((it) => it !== status.environment_url);
  return compact({
    url: outcome?.state === "succeeded" ? httpsUrl(status.environment_url) : undefined,
    logUrl:
      httpsUrl(...logs, check?.html_url, run?.html_url) ??
      (failed ? repositoryUrl(repository, "deployments") : undefined),
    error: failed ? status.description : undefined,
  });
}

function progressOf(
  { deployment, workflow_run: run, repository }: DeploymentEvent,
  at: number,
  urls: readonly (string | undefined)[] = [],
): ProgressSignal {
  // A status may rename its deployment's environment half-way; the original one keeps the run on
  // its track.
  const { name, app } = splitEnvironment(deployment.original_environment ?? deployment.environment);
  const kind = environmentKind(name, {
    isProduction: deployment.production_environment,
    isTransient: deployment.transient_environment,
  });
  const ref = isCommit(deployment.ref) ? undefined : deployment.ref;
  const { branch, source } = sourceOf(repository, run?.head_branch ?? ref, run?.head_repository);
  const host = hostOf(deployment.creator?.login);
  // An app that makes a deployment is the messenger of whoever caused it.
  const maker = deployment.creator?.type === "Bot" ? undefined : deployment.creator;
  const actor = actorOf(run?.triggering_actor, run?.actor, maker);
  const hosted = { urls, app, repository: repository.id, kind, commit: deployment.sha };
  const keys = [...(run ? [workflowKey(repository, run.id)] : []), ...hostKeys(host, hosted)];
  return {
    kind: "progress",
    project: projectOf(repository),
    environment: { name, kind },
    line: lineOf(deployment.task, app ?? (host === "vercel" ? undefined : host)),
    run: { id: `deployment:${deployment.id}`, attempt: 1, createdAt: deployment.created_at },
    at,
    shape: "line",
    steps: (kind === "preview" ? PREVIEW : LASTING).untold(),
    actor,
    source,
    deployment: toldElsewhere(keys, host !== undefined, run?.run_attempt),
    facts: compact({
      branch,
      branchTitle: branchTitleOf(run?.head_branch ?? ref),
      commit: deployment.sha,
      message: run?.display_title,
      author: publicName(actor?.login, deployment.creator?.login),
      logUrl: httpsUrl(run?.html_url),
    }),
  };
}

/** Undefined where nobody else tells of it. */
const toldElsewhere = (
  keys: string[],
  secondHand: boolean,
  runAttempt: number | null | undefined,
): ProgressSignal["deployment"] =>
  keys.length > 0 || secondHand ? { keys, secondHand, attempt: rerunOf(runAttempt) } : undefined;

/** A re-run makes its deployments anew: they are of the run's second attempt, but their own first. */
const rerunOf = (attempt: number | null | undefined): number | undefined =>
  attempt && attempt > 1 ? attempt : undefined;

/** What shares an environment is told apart by its task, `deploy` where nobody said more. */
function lineOf(task = "deploy", app?: string): ProgressSignal["line"] {
  const name = task === "deploy" ? app : task.replace(/^deploy[:/]/, "");
  return name ? { id: task === "deploy" ? `app:${name}` : task, name } : undefined;
}

/** A state that is not known by name moves nothing. */
function stepsOf({ environment, steps }: ProgressSignal, state: string): StepReport[] {
  const line = environment?.kind === "preview" ? PREVIEW : LASTING;
  if (state === "waiting") return line.at("queued", "waiting");
  if (state === "pending" || state === "queued") return line.at("queued", "queued");
  if (state === "in_progress") return line.at("deploying");
  return state === "success" ? line.done() : steps;
}

const isCommit = (ref: string | undefined): boolean => /^[0-9a-f]{40}$/i.test(ref ?? "");
