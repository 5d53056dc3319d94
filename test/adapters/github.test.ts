/** What GitHub's recorded deliveries cannot show one by one. */
import { describe, expect, test } from "vitest";
import { github } from "../../adapters/github/index.ts";
import type { ProgressSignal, Signal } from "../../src/model/signal.ts";
import { mergeSignal } from "../../src/tracking/merge.ts";
import type { Run } from "../../src/model/run/run.ts";
import { barOf } from "../../src/tracking/bar.ts";
import { runState } from "../../src/tracking/segments.ts";
import { httpFixture } from "../support/fixtures.ts";

/** Event names of the documentation, checked 2026-11-22. */
const EVENT_NAMES = `
  branch_protection_configuration branch_protection_rule check_run check_suite code_scanning_alert commit_comment create
  custom_property custom_property_values delete dependabot_alert deploy_key deployment deployment_protection_rule
  deployment_review deployment_status discussion discussion_comment fork github_app_authorization gollum installation
  installation_repositories installation_target issue_comment issue_dependencies issues label marketplace_purchase
  member membership merge_group meta milestone org_block organization package page_build personal_access_token_request
  project project_card project_column projects_v2 projects_v2_item projects_v2_status_update public pull_request
  pull_request_review pull_request_review_comment pull_request_review_thread push registry_package release repository
  repository_advisory repository_dispatch repository_import repository_ruleset repository_vulnerability_alert
  secret_scanning_alert secret_scanning_alert_location secret_scanning_scan security_advisory security_and_analysis
  sponsorship star status sub_issues team team_add watch workflow_dispatch workflow_job workflow_run`
  .trim()
  .split(/\s+/);

/**
 * The signals of a recorded delivery in which these fields, wherever they stand, have other values.
 */
function read(fixture: string, fields: Readonly<Record<string, unknown>> = {}): readonly Signal[] {
  const { headers, body } = httpFixture("github", fixture);
  const json: unknown = JSON.parse(body, (key, value: unknown) =>
    Object.hasOwn(fields, key) ? fields[key] : value,
  );
  const event = headers["x-github-event"] ?? "";
  const result = github.read({ header: (name) => headers[name], json }, { event, receivedAt: 0 });
  if (result.kind !== "signals") throw new Error(`${fixture} is ${JSON.stringify(result)}`);
  return result.signals;
}

function progress(fixture: string, fields?: Readonly<Record<string, unknown>>): ProgressSignal {
  const [first] = read(fixture, fields);
  if (first?.kind !== "progress") throw new Error(`${fixture} is no progress`);
  return first;
}

function runFrom(...signals: readonly ProgressSignal[]): Run {
  const run = signals.reduce<Run | undefined>(mergeSignal, undefined);
  if (!run) throw new Error("no signals");
  return run;
}

const titles = (run: Run): string[] =>
  barOf(run).segments.map(({ title, state }) => `${title} ${state}`);

describe("github", () => {
  test.each(EVENT_NAMES)("%s is handled or ignored with a reason", (event) => {
    const result = github.read({ header: () => undefined, json: {} }, { event, receivedAt: 0 });
    expect(result.kind).not.toBe("event_unknown");
  });
});

describe("github deployments", () => {
  test.each([
    [{ original_environment: "production", production_environment: false }, "production"],
    [{ original_environment: "Prod EU", production_environment: false }, "production"],
    [{ original_environment: "live", production_environment: true }, "production"],
    [{ original_environment: "Preview", production_environment: false }, "preview"],
    [{ original_environment: "PR #12", production_environment: false }, "preview"],
    [{ original_environment: "web-shop-pr-12", production_environment: false }, "preview"],
    [
      { original_environment: "qa", production_environment: null, transient_environment: true },
      "preview",
    ],
    [{ original_environment: "staging", production_environment: false }, "other"],
    [{ original_environment: "sprint-4", production_environment: false }, "other"],
    [{ original_environment: null, environment: "staging", production_environment: null }, "other"],
  ])("%j is of kind %s", (fields, kind) => {
    expect(progress("deployment__production", fields).environment?.kind).toBe(kind);
  });

  test("waiting for approval shows although the deployment was heard of before", () => {
    const run = runFrom(
      progress("deployment__approval"),
      progress("deployment_status__approval-waiting"),
    );
    expect(runState(run)).toBe("waiting");
  });

  test("inactive changes nothing of a run whose end is known, however late the end is heard", () => {
    const inactive = progress("deployment_status__staging-first-inactive");
    const success = progress("deployment_status__staging-first-success");
    const failure = progress("deployment_status__staging-first-success", { state: "failure" });
    expect(runState(runFrom(inactive))).toBe("canceled");
    expect(runState(runFrom(inactive, success))).toBe("succeeded");
    expect(runState(runFrom(failure, inactive))).toBe("failed");
  });

  test("a state that GitHub may invent moves nothing", () => {
    const known = runFrom(progress("deployment_status__production-in-progress"));
    const told = progress("deployment_status__production-in-progress", { state: "verifying" });
    expect(mergeSignal(known, told)).toEqual(known);
  });
});

describe("github workflows", () => {
  test.each([
    ["success", "succeeded", "succeeded"],
    ["neutral", "succeeded", "succeeded"],
    ["failure", "failed", "failed"],
    ["timed_out", "failed", "failed"],
    ["startup_failure", "failed", "failed"],
    ["cancelled", "canceled", "canceled"],
    ["stale", "canceled", "canceled"],
    ["skipped", "skipped", "skipped"],
    ["something_new", "canceled", "canceled"],
    ["action_required", undefined, "waiting"],
    [null, undefined, "running"],
  ])("conclusion %s: the run is %s, a job %s", (conclusion, outcome, step) => {
    expect(progress("workflow_run__completed", { conclusion }).outcome?.state).toBe(outcome);
    const job = progress("workflow_job__lint-in-progress", { conclusion, action: "completed" });
    expect(job.steps[0]?.state).toBe(step);
  });

  test("a job that is queued after it has begun goes on running", () => {
    const run = runFrom(
      progress("workflow_job__lint-in-progress"),
      progress("workflow_job__lint-queued"),
    );
    expect(titles(run)).toEqual(["lint running"]);
  });

  test.each([
    ["the run first", [0, 1]],
    ["the job first", [1, 0]],
  ])("a job finds its line through its run, %s", (_, order) => {
    const signals = [
      progress("workflow_run__named-run"),
      progress("workflow_job__lint-queued", { workflow_name: "Other", run_id: 19100300901 }),
    ];
    const run = runFrom(...order.flatMap((index) => signals[index] ?? []));
    expect(run.line).toMatchObject({ id: "88003", value: "Release train" });
  });

  test("two workflow files of one name are two lines", () => {
    const nightly = progress("workflow_run__same-name-other-file");
    expect(progress("workflow_run__completed").line).toEqual({ id: "88001", name: "CI" });
    expect(nightly.line).toEqual({ id: "88009", name: "CI" });
  });

  test("a fork's branch is never called like one of our own", () => {
    const { facts, source } = progress("workflow_run__fork-main-failed");
    expect([facts.branch, source]).toEqual([
      "casey-newcomer:main",
      { isFork: true, isDefaultBranch: false, defaultBranch: "main" },
    ]);
  });

  test("a failed job is not yet the end of its run", () => {
    const run = runFrom(
      progress("workflow_run__pr-in-progress"),
      progress("workflow_job__pr-lint-in-progress"),
      progress("workflow_job__pr-test-completed"),
    );
    expect([runState(run), titles(run)]).toEqual(["running", ["test failed", "lint running"]]);
    expect(run.facts["error"]?.value).toBe("test: Run npm test");
  });

  test("news of the first attempt are nothing to a second one", () => {
    const second = runFrom(progress("workflow_run__pr-rerun-in-progress"));
    const { earlier, ...merged } = mergeSignal(second, progress("workflow_run__pr-failed"));
    expect(merged).toEqual(second);
    // Only what its steps were is remembered.
    expect(Object.keys(earlier ?? {})).toEqual(["start"]);
    expect(second.createdAt).toBe(Date.parse("2026-11-02T12:30:00Z"));
  });

  test("a stranger's run waits for a maintainer, also where that it began was never heard", () => {
    const waiting = runFrom(
      progress("workflow_run__fork-requested"),
      progress("workflow_run__fork-completed-waiting"),
    );
    expect([runState(waiting), titles(waiting)]).toEqual(["waiting", ["Start waiting"]]);
    const over = mergeSignal(waiting, progress("workflow_run__fork-completed"));
    expect([runState(over), titles(over)]).toEqual(["succeeded", ["Start succeeded"]]);
  });

  test("an approval that covers several environments answers each of them", () => {
    const { steps } = progress("deployment_review__approved", {
      workflow_job_runs: [{ environment: "eu" }, { environment: "us" }, { environment: "eu" }],
      workflow_job_run: null,
    });
    expect(steps.map(({ key, state }) => [key, state])).toEqual([
      ["approval:eu", "succeeded"],
      ["approval:us", "succeeded"],
    ]);
  });
});

describe("github asks", () => {
  test.each([
    ["deployment_review__requested", ["release-crew"]],
    ["workflow_run__fork-requested", []],
    ["deployment_status__approval-waiting", undefined],
    ["workflow_job__gated-deploy-waiting", undefined],
    ["deployment_review__approved", undefined],
  ])("%s asks %j", (fixture, asks) => {
    expect(progress(fixture).steps[0]?.asks).toEqual(asks);
  });
});

describe("github hosts", () => {
  const told = (login: string, url: string) =>
    progress("deployment_status__preview-success", {
      login,
      environment_url: url,
      target_url: url,
      environment: "Preview",
      original_environment: "Preview",
    }).deployment;
  const shop = "web-shop-k3v9qd2mt-ada-shop.vercel.app";
  // Where its bot names no app the repository has only one.
  const only = expect.stringMatching(/^app:vercel:repository \d+\/preview:[0-9a-f]{40}$/);

  test.each([
    ["vercel[bot]", `https://${shop}`, { keys: [`host:${shop}`, only], secondHand: true }],
    ["vercel[bot]", "https://web-shop.vercel.app", { keys: [only], secondHand: true }],
    ["railway-app[bot]", "https://shop.example.com", { keys: [], secondHand: true }],
    ["ada-example", "https://shop.example.com", undefined],
  ])("%s at %s is known by %j", (login, url, deployment) => {
    expect(told(login, url)).toEqual(deployment);
  });

  test("a log at the deployment's own address is none, and nothing opens before it is done", () => {
    const { facts } = progress("deployment_status__host-bot-failure");
    expect(facts).not.toHaveProperty("url");
    expect(facts.logUrl).toBe("https://github.com/harbour-street/web-shop/deployments");
  });
});

describe("github links", () => {
  test.each(["http://github.com/x", "javascript:alert(1)", "https://", ""])(
    "a link to %j is left out",
    (url) => {
      const { facts } = progress("deployment_status__production-success", {
        environment_url: url,
        log_url: url,
        target_url: url,
        html_url: url,
      });
      expect(facts).not.toHaveProperty("url");
      expect(facts).not.toHaveProperty("logUrl");
    },
  );
});
