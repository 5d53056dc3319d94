/** GitHub's webhooks of workflow runs and their jobs, unsigned, for any run, branch and attempt. */
import type { HttpFixture } from "./fixtures.ts";

const REPOSITORY = {
  id: 7,
  name: "web-shop",
  full_name: "ada/web-shop",
  html_url: "https://github.com/ada/web-shop",
  default_branch: "main",
  owner: { login: "ada" },
};

const iso = (ms: number) => new Date(ms).toISOString();
let sent = 0;

/** A delivery with an id of its own. */
export function githubDelivery(event: string, body: object): HttpFixture {
  sent += 1;
  return {
    name: `${event}__${sent}`,
    provider: "github",
    headers: {
      "content-type": "application/json",
      "x-github-event": event,
      "x-github-delivery": `00000000-0000-4000-8000-${String(sent).padStart(12, "0")}`,
    },
    body: JSON.stringify({ ...body, repository: REPOSITORY }),
  };
}

export interface WorkflowRun {
  readonly id: number;
  readonly attempt?: number;
  readonly branch?: string;
  /** Null while it is under way. */
  readonly conclusion: string | null;
  /** By GitHub's clock, in ms: when the attempt began, and when this was said. */
  readonly startedAt: number;
  readonly at: number;
  readonly workflow?: { readonly id: number; readonly name: string };
  readonly login?: string;
  readonly commit?: string;
  /** Owner of the head repository: another than `ada` is a fork's. */
  readonly from?: string;
}

const COMMIT = "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3";

export function workflowRun(it: WorkflowRun): HttpFixture {
  const { id, attempt = 1, branch = "main", conclusion, startedAt, at } = it;
  const { workflow = { id: 88, name: "CI" }, login = "ada", from = "ada", commit = COMMIT } = it;
  const actor = { login, type: login.endsWith("[bot]") ? "Bot" : "User" };
  const path = `.github/workflows/${workflow.id}.yml`;
  const state = conclusion === null ? "in_progress" : "completed";
  return githubDelivery("workflow_run", {
    action: state,
    workflow_run: {
      id,
      workflow_id: workflow.id,
      name: workflow.name,
      path,
      run_number: id,
      run_attempt: attempt,
      status: state,
      conclusion,
      head_branch: branch,
      head_sha: commit,
      html_url: `https://github.com/ada/web-shop/actions/runs/${id}`,
      created_at: iso(startedAt),
      run_started_at: iso(startedAt),
      updated_at: iso(at),
      actor,
      triggering_actor: actor,
      head_repository: {
        id: from === "ada" ? 7 : 8,
        full_name: `${from}/web-shop`,
        owner: { login: from },
      },
    },
    workflow: { ...workflow, path },
  });
}

export interface WorkflowJob {
  readonly id: number;
  readonly run: number;
  readonly attempt?: number;
  readonly name: string;
  readonly state: "queued" | "in_progress" | "success" | "failure" | "skipped";
  readonly at: number;
}

export function workflowJob({ id, run, attempt = 1, name, state, at }: WorkflowJob): HttpFixture {
  const isOver = state !== "queued" && state !== "in_progress";
  return githubDelivery("workflow_job", {
    action: isOver ? "completed" : state,
    workflow_job: {
      id,
      run_id: run,
      run_attempt: attempt,
      workflow_name: "CI",
      name,
      head_sha: COMMIT,
      status: isOver ? "completed" : state,
      conclusion: isOver ? state : null,
      created_at: iso(at),
      started_at: iso(at),
      completed_at: isOver ? iso(at) : null,
      steps: [],
    },
  });
}
