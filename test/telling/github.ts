/** GitHub's webhooks as the telling tests send them: only the fields that are read. Data only. */
import type { Webhook } from "./phone.ts";
import { NOON } from "./phone.ts";

const SHA = "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3";

export const REPOSITORY = {
  id: 1,
  name: "web-shop",
  full_name: "ada/web-shop",
  html_url: "https://github.com/ada/web-shop",
  default_branch: "main",
};

export const iso = (ms: number): string => new Date(ms).toISOString();

const account = (login: string) => ({ login, type: login.endsWith("[bot]") ? "Bot" : "User" });

export const github = (event: string, body: object): Webhook => ({
  provider: "github",
  event,
  body: { repository: REPOSITORY, ...body },
});

export interface RunOf {
  readonly id: number;
  /** By GitHub's clock, in ms. */
  readonly at: number;
  /** Null while it runs. */
  readonly conclusion: string | null;
  readonly branch?: string;
  readonly workflow?: number;
  readonly name?: string;
  readonly attempt?: number;
  readonly startedAt?: number;
  /** When its first attempt was made, where that is not when this one started. */
  readonly createdAt?: number;
  readonly login?: string;
  /** The owner of the fork it comes from. */
  readonly fork?: string;
  readonly path?: string;
  readonly message?: string;
}

export function runFields(it: RunOf) {
  const { id, at, conclusion, branch = "main", workflow = 88, name = "CI", attempt = 1 } = it;
  const { startedAt = NOON, login = "ada", fork, path = `.github/workflows/${workflow}.yml` } = it;
  return {
    id,
    workflow_id: workflow,
    name,
    path,
    display_title: it.message ?? "Sell more shoes",
    run_number: id,
    run_attempt: attempt,
    status: conclusion === null ? "in_progress" : "completed",
    conclusion,
    head_branch: branch,
    head_sha: SHA,
    head_commit: { message: it.message ?? "Sell more shoes", author: { name: login } },
    head_repository: fork
      ? { id: 900, owner: account(fork), fork: true }
      : { id: 1, owner: account("ada"), fork: false },
    html_url: `https://github.com/ada/web-shop/actions/runs/${id}`,
    created_at: iso(it.createdAt ?? startedAt),
    run_started_at: iso(startedAt),
    updated_at: iso(at),
    actor: account(login),
    triggering_actor: account(login),
  };
}

export const workflowRun = (it: RunOf): Webhook => {
  const { workflow = 88, name = "CI", path = `.github/workflows/${workflow}.yml` } = it;
  return github("workflow_run", {
    action: it.conclusion === null ? "in_progress" : "completed",
    workflow_run: runFields(it),
    workflow: { id: workflow, name, path },
  });
};

export interface JobOf {
  readonly id: number;
  readonly run: number;
  readonly conclusion: string | null;
  readonly at: number;
  readonly startedAt?: number;
  readonly name?: string;
  readonly attempt?: number;
  readonly status?: string;
  readonly environment?: string;
  readonly workflow?: string;
}

export const workflowJob = (it: JobOf): Webhook => {
  const { id, run, conclusion, at, startedAt = NOON, name = "test", attempt = 1 } = it;
  const status = it.status ?? (conclusion === null ? "in_progress" : "completed");
  return github("workflow_job", {
    action: status,
    workflow_job: {
      id,
      run_id: run,
      run_attempt: attempt,
      name,
      workflow_name: it.workflow ?? "CI",
      head_branch: "main",
      head_sha: SHA,
      status,
      conclusion,
      created_at: iso(startedAt),
      started_at: iso(startedAt),
      completed_at: conclusion === null ? null : iso(at),
      steps: conclusion === "failure" ? [{ name: "Run tests", conclusion }] : [],
    },
    ...(it.environment && { deployment: { environment: it.environment } }),
  });
};

export interface DeploymentOf {
  readonly id: number;
  readonly at: number;
  readonly task?: string;
  readonly environment?: string;
  readonly creator?: string;
  readonly createdAt?: number;
  readonly ref?: string;
  readonly sha?: string;
  /** The workflow run that makes it. */
  readonly run?: number;
  /** Of that run. */
  readonly attempt?: number;
}

function deploymentFields(it: DeploymentOf) {
  const { id, task = "deploy", environment = "production", creator = "ada", ref = "main" } = it;
  return {
    deployment: {
      id,
      sha: it.sha ?? SHA,
      ref,
      task,
      environment,
      original_environment: environment,
      creator: account(creator),
      created_at: iso(it.createdAt ?? NOON),
    },
    ...(it.run !== undefined && {
      workflow_run: {
        id: it.run,
        run_attempt: it.attempt ?? 1,
        head_branch: ref,
        html_url: `https://github.com/ada/web-shop/actions/runs/${it.run}`,
        head_repository: { id: 1, owner: account("ada"), fork: false },
        display_title: "Sell more shoes",
        actor: account("ada"),
      },
    }),
  };
}

export const deployment = (it: DeploymentOf): Webhook =>
  github("deployment", { action: "created", ...deploymentFields(it) });

export interface StatusOf extends DeploymentOf {
  readonly state: string;
  readonly description?: string;
  readonly url?: string;
  readonly log?: string;
}

export const deploymentStatus = (it: StatusOf): Webhook =>
  github("deployment_status", {
    action: "created",
    ...deploymentFields(it),
    deployment_status: {
      state: it.state,
      description: it.description ?? "",
      environment_url: it.url ?? "",
      log_url: it.log ?? "",
      target_url: it.log ?? "",
      created_at: iso(it.at),
      updated_at: iso(it.at),
    },
  });

export interface ReviewOf extends RunOf {
  readonly action: "requested" | "approved" | "rejected";
  readonly approver?: string;
  readonly environment?: string;
  readonly reviewers?: readonly string[];
}

export const deploymentReview = (it: ReviewOf): Webhook => {
  const { action, environment = "production", reviewers = ["grace"], startedAt = NOON } = it;
  return github("deployment_review", {
    action,
    environment,
    ...(it.approver && { approver: account(it.approver) }),
    ...(action === "rejected" && { comment: "Not before the holidays" }),
    workflow_run: { ...runFields(it), status: "waiting" },
    workflow_job_runs: [{ environment, created_at: iso(startedAt) }],
    reviewers: reviewers.map((login) => ({ type: "User", reviewer: { login } })),
  });
};

/** @param head the newest commit of the default branch */
export const commitStatus = (
  context: string,
  state: string,
  at: number,
  sha = SHA,
  head = sha,
): Webhook =>
  github("status", {
    sha,
    context,
    state,
    description: `${context} says ${state}`,
    target_url: "",
    branches: [{ name: "main", commit: { sha: head } }],
    commit: { html_url: `https://github.com/ada/web-shop/commit/${sha}` },
    updated_at: iso(at),
  });

export const dependabotAlert = (
  action: string,
  at: number,
  severity = "high",
  number = 7,
): Webhook =>
  github("dependabot_alert", {
    action,
    alert: {
      number,
      html_url: `https://github.com/ada/web-shop/security/dependabot/${number}`,
      created_at: iso(NOON),
      updated_at: iso(at),
      dependency: { package: { name: "left-pad" } },
      security_advisory: { summary: "Pads too much", severity },
    },
  });

export interface SuiteOf {
  readonly at: number;
  readonly conclusion: string;
  readonly app?: string;
  readonly sha?: string;
  /** When its commit was made. */
  readonly madeAt?: number;
}

export const checkSuite = ({
  at,
  conclusion,
  app = "sonde",
  sha = SHA,
  madeAt,
}: SuiteOf): Webhook =>
  github("check_suite", {
    action: "completed",
    check_suite: {
      conclusion,
      head_branch: "main",
      head_sha: sha,
      head_commit: { message: "Sell more shoes", timestamp: iso(madeAt ?? NOON) },
      app: { slug: app, name: app },
      updated_at: iso(at),
    },
  });

export interface StatusByOf {
  readonly at: number;
  readonly context: string;
  readonly sha: string;
  readonly login?: string;
  readonly url?: string;
  readonly state?: string;
}

/** The status that somebody writes of a commit on the default branch. */
export const statusBy = (it: StatusByOf): Webhook =>
  github("status", {
    sender: account(it.login ?? "ada"),
    state: it.state ?? "failure",
    sha: it.sha,
    context: it.context,
    description: "Deployment has failed",
    target_url: it.url ?? null,
    branches: [{ name: "main" }],
    updated_at: iso(it.at),
  });
