/**
 * GitHub: "run 41 completed", "job 41/build success", "review 41 requested environment=production",
 * "deployment 7 success". What a job or a review does not say, its run said.
 */
import type { HttpFixture } from "../../fixtures.ts";
import type { Said, Subject } from "../words.ts";
import { hexOf, numberOf, recorded, uuidOf } from "./recorded.ts";
import type { Values } from "./recorded.ts";

const OWNER = "harbour-street";
const STATUSES: readonly string[] = ["requested", "queued", "waiting", "pending", "in_progress"];
const RUN_IDS = 19_100_000_000;
const JOB_IDS = 55_100_000_000;
const DEPLOYMENT_IDS = 2_450_000_000;

export function githubPayload(said: Said, number: number): HttpFixture | undefined {
  switch (said.kind) {
    case "run":
      return request(said, number, "workflow_run", "workflow_run__requested", run(said));
    case "job":
      return request(said, number, "workflow_job", "workflow_job__gated-build-queued", job(said));
    case "review":
      return request(
        said,
        number,
        "deployment_review",
        "deployment_review__requested",
        review(said),
      );
    case "deployment":
      return deployment(said, number);
    default:
      return undefined;
  }
}

function request(
  said: Said,
  number: number,
  event: string,
  base: string,
  values: Values,
): HttpFixture {
  const headers = {
    "x-github-event": event,
    "x-github-delivery": uuidOf(`${said.kind} ${said.id} ${said.state} ${number}`),
  };
  return recorded("github", base, { ...repository(said.words), ...values }, headers);
}

const iso = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+/, "");
const action = (state: string): string => (STATUSES.includes(state) ? state : "completed");
const conclusion = (state: string): string | null => (STATUSES.includes(state) ? null : state);
const status = (state: string): string => (state === "requested" ? "queued" : action(state));

function repository(words: Subject["words"]): Values {
  const { repo = "web-shop" } = words;
  return {
    "repository.id": repo === "web-shop" ? 710_020_030 : 710_000_000 + (numberOf(repo) % 9_999),
    "repository.name": repo,
    "repository.full_name": `${OWNER}/${repo}`,
    "repository.html_url": `https://github.com/${OWNER}/${repo}`,
  };
}

function run(said: Said): Values {
  const { id, words, state } = said;
  return {
    action: action(state),
    ...fieldsOf(id, said),
    "workflow_run.status": status(state),
    "workflow_run.conclusion": conclusion(state),
    "workflow_run.updated_at": iso(said.at),
    "workflow.id": workflowId(words),
    "workflow.name": words["workflow"] ?? "CI",
    "workflow.path": fileOf(words),
  };
}

const fileOf = (words: Subject["words"]): string =>
  `.github/workflows/${words["file"] ?? (words["workflow"] ?? "CI").toLowerCase().replaceAll(/\W+/g, "-")}.yml`;
const workflowId = (words: Subject["words"]): number => 88_000 + (numberOf(fileOf(words)) % 1_000);

function fieldsOf(id: string, { words, since, createdAt }: RunTold): Values {
  const { branch = "main", by = "ada-example", repo = "web-shop", fork } = words;
  const commit = hexOf(words["commit"] ?? `run ${id}`, 40);
  const by_ = person(by);
  return {
    "workflow_run.id": RUN_IDS + numberOf(id),
    "workflow_run.name": words["workflow"] ?? "CI",
    "workflow_run.display_title": words["message"] ?? "Faster checkout",
    "workflow_run.path": fileOf(words),
    "workflow_run.workflow_id": workflowId(words),
    "workflow_run.run_number": numberOf(id) % 100_000,
    "workflow_run.run_attempt": Number(words["attempt"] ?? 1),
    "workflow_run.event": words["event"] ?? (fork ? "pull_request" : "push"),
    "workflow_run.head_branch": branch,
    "workflow_run.head_sha": commit,
    "workflow_run.head_commit.id": commit,
    "workflow_run.head_commit.message": words["message"] ?? "Faster checkout",
    "workflow_run.head_commit.author.name": words["name"] ?? by,
    "workflow_run.html_url": `https://github.com/${OWNER}/${repo}/actions/runs/${RUN_IDS + numberOf(id)}`,
    "workflow_run.created_at": iso(createdAt),
    "workflow_run.run_started_at": iso(since["begun"] ?? createdAt),
    "workflow_run.actor": by_,
    "workflow_run.triggering_actor": by_,
    ...(fork && {
      "workflow_run.head_repository.id": 710_900_000 + (numberOf(fork) % 90_000),
      "workflow_run.head_repository.full_name": `${fork}/${repo}`,
      "workflow_run.head_repository.owner": person(fork),
      "workflow_run.head_repository.fork": true,
    }),
  };
}

type RunTold = Pick<Said, "words" | "since" | "createdAt">;

const person = (login: string) => ({
  login,
  id: 700_000 + (numberOf(login) % 90_000),
  type: login.endsWith("[bot]") ? "Bot" : "User",
  html_url: `https://github.com/${login}`,
});

/** The run of a job or a review, whose words hold where these have none of their own. */
function runOf(said: Said, id: string): RunTold & { readonly id: string } {
  const known = said.other("run", id);
  const first = said.other("run", `${id} first`);
  return {
    id,
    words: { ...known?.words, ...said.words },
    since: known?.since ?? said.since,
    createdAt: first?.since["begun"] ?? known?.since["begun"] ?? said.createdAt,
  };
}

function job(said: Said): Values {
  const { id, state, since, at } = said;
  const [ofRun = "", ...name] = id.split("/");
  const { words } = runOf(said, ofRun);
  const { attempt = "1", repo = "web-shop" } = words;
  const jobId = JOB_IDS + numberOf(`${id} ${attempt}`);
  const runId = RUN_IDS + numberOf(ofRun);
  const isOver = conclusion(state) !== null;
  const failedStep = said.words["step"] ?? "Run npm test";
  return {
    action: action(state),
    ...repository(words),
    "workflow_job.id": jobId,
    "workflow_job.run_id": runId,
    "workflow_job.run_attempt": Number(attempt),
    "workflow_job.name": said.words["name"] ?? name.join("/"),
    "workflow_job.workflow_name": words["workflow"] ?? "CI",
    "workflow_job.head_branch": words["branch"] ?? "main",
    "workflow_job.head_sha": hexOf(words["commit"] ?? `run ${ofRun}`, 40),
    "workflow_job.html_url": `https://github.com/${OWNER}/${repo}/actions/runs/${runId}/job/${jobId}`,
    "workflow_job.status": status(state),
    "workflow_job.conclusion": conclusion(state),
    "workflow_job.created_at": iso(since["begun"] ?? at),
    "workflow_job.started_at": iso(since["in_progress"] ?? since["begun"] ?? at),
    "workflow_job.completed_at": isOver ? iso(at) : null,
    "workflow_job.steps":
      state === "failure" ? [{ name: failedStep, conclusion: "failure", status: "completed" }] : [],
    ...(said.words["environment"] && { deployment: { environment: said.words["environment"] } }),
  };
}

function review(said: Said): Values {
  const { id, state, words, at } = said;
  const told = runOf(said, id);
  const { environment = "production", reviewers = "grace,linus" } = words;
  return {
    action: state,
    ...repository(told.words),
    ...fieldsOf(id, told),
    "workflow_run.status": state === "requested" ? "waiting" : "queued",
    "workflow_run.updated_at": iso(at),
    since: iso(at),
    environment,
    "workflow_job_run.id": JOB_IDS + numberOf(`${id}/deploy ${told.words["attempt"] ?? "1"}`),
    "workflow_job_run.environment": environment,
    "workflow_job_run.created_at": iso(since(said)),
    reviewers: reviewers
      .split(",")
      .map((login) => ({ type: "User", reviewer: { ...person(login), name: login } })),
  };
}

const since = (said: Said): number => said.since["requested"] ?? said.at;

function deployment(said: Said, number: number): HttpFixture {
  const { id, state, words, at, createdAt } = said;
  const { environment = "production", branch = "main", by = "github-actions[bot]" } = words;
  const production = /^production/i.test(environment);
  const ofRun = words["run"];
  const told: Values = {
    "deployment.id": DEPLOYMENT_IDS + numberOf(id),
    "deployment.task": words["task"] ?? "deploy",
    "deployment.environment": environment,
    "deployment.original_environment": environment,
    "deployment.production_environment": production,
    "deployment.transient_environment": /^preview/i.test(environment),
    "deployment.sha": hexOf(words["commit"] ?? (ofRun ? `run ${ofRun}` : id), 40),
    "deployment.ref": branch,
    "deployment.creator": person(by),
    "deployment.created_at": iso(createdAt),
    "deployment.updated_at": iso(at),
    ...(ofRun ? fieldsOf(ofRun, runOf(said, ofRun)) : { workflow: null, workflow_run: null }),
  };
  if (state === "created")
    return request(said, number, "deployment", "deployment__production", told);
  return request(said, number, "deployment_status", "deployment_status__production-success", {
    ...told,
    "deployment_status.id": (DEPLOYMENT_IDS + numberOf(id)) * 10 + (number % 10),
    "deployment_status.state": state,
    "deployment_status.creator": person(by),
    "deployment_status.environment": environment,
    "deployment_status.description": words["error"] ?? "",
    "deployment_status.created_at": iso(at),
    "deployment_status.updated_at": iso(at),
    "deployment_status.environment_url": words["url"] ?? "",
    "deployment_status.log_url": words["log"] ?? "",
    "deployment_status.target_url": words["url"] ?? "",
    ...(!ofRun && { check_run: null }),
  });
}
