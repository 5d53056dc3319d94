/** What rings and what does not, through the front door: webhooks in, pushes out. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import type { TestEndpoint } from "../support/gateway.ts";

const NOON = Date.parse("2026-11-02T12:00:00.000Z");
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

let gateway: TestGateway;
beforeEach(async () => {
  gateway = await startGateway({ startsAt: NOON });
});
afterEach(() => gateway.close());

/** The clock goes on, and what has become due meanwhile is done. */
async function wait(ms: number): Promise<void> {
  gateway.clock.advance(ms);
  await gateway.settle();
}

const pushes = () =>
  gateway.core.calls.flatMap(({ path, body }) =>
    path === "/push-notification"
      ? [{ title: body["title"], level: body["interruption_level"] }]
      : [],
  );
const rung = () => pushes().flatMap(({ title, level }) => (level === "passive" ? [] : [title]));

let sent = 0;

async function github(endpoint: TestEndpoint, event: string, body: object): Promise<void> {
  sent++;
  const headers = {
    "content-type": "application/json",
    "x-github-event": event,
    "x-github-delivery": `d-${sent}`,
  };
  const name = `${event}__${sent}`;
  const text = JSON.stringify(body);
  await send(gateway, endpoint, { name, provider: "github", headers, body: text });
  await gateway.settle();
}

const REPOSITORY = {
  id: 1,
  name: "web-shop",
  full_name: "ada/web-shop",
  html_url: "https://github.com/ada/web-shop",
  default_branch: "main",
};

interface RunOf {
  readonly id: number;
  readonly branch: string;
  readonly conclusion: string | null;
  readonly workflow?: number;
  readonly startedAt?: number;
  readonly login?: string;
}

const iso = (ms: number) => new Date(ms).toISOString();

function workflowRun(it: RunOf) {
  const { id, branch, conclusion, workflow = 88, startedAt = NOON, login = "ada" } = it;
  const actor = { login, type: login.endsWith("[bot]") ? "Bot" : "User" };
  return {
    action: conclusion === null ? "in_progress" : "completed",
    workflow_run: {
      id,
      workflow_id: workflow,
      name: "CI",
      path: `.github/workflows/${workflow}.yml`,
      run_number: id,
      run_attempt: 1,
      status: conclusion === null ? "in_progress" : "completed",
      conclusion,
      head_branch: branch,
      head_sha: "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3",
      html_url: `https://github.com/ada/web-shop/actions/runs/${id}`,
      created_at: iso(startedAt),
      run_started_at: iso(startedAt),
      updated_at: iso(gateway.clock.now()),
      actor,
      triggering_actor: actor,
      head_repository: { id: 1, full_name: "ada/web-shop", owner: { login: "ada" } },
    },
    workflow: { id: workflow, name: "CI", path: `.github/workflows/${workflow}.yml` },
    repository: REPOSITORY,
  };
}

describe("each run is judged for itself", () => {
  test("another branch's success neither swallows a failure nor mends it", async () => {
    const endpoint = await endpointFor(gateway, "github");
    const run = (it: RunOf) => github(endpoint, "workflow_run", workflowRun(it));
    await run({ id: 1, branch: "main", conclusion: null });
    await wait(10 * SECOND);
    await run({ id: 2, branch: "feature/x", conclusion: null, startedAt: NOON + 10 * SECOND });
    await wait(10 * SECOND);
    await run({ id: 1, branch: "main", conclusion: "failure" });
    await run({ id: 2, branch: "feature/x", conclusion: "success", startedAt: NOON + 10 * SECOND });
    expect(rung()).toEqual(["web-shop · CI failed"]);
  });

  test("two workflows of one name are two lines", async () => {
    const endpoint = await endpointFor(gateway, "github");
    const run = (it: RunOf) => github(endpoint, "workflow_run", workflowRun(it));
    await wait(10 * SECOND);
    await run({ id: 1, branch: "main", conclusion: "failure", workflow: 88 });
    await run({ id: 2, branch: "main", conclusion: "success", workflow: 89 });
    expect(rung()).toEqual(["web-shop · CI failed"]);
  });

  test("a bot's failures are counted in one quiet push", async () => {
    const endpoint = await endpointFor(gateway, "github");
    for (let id = 1; id <= 9; id++) {
      const login = "dependabot[bot]";
      const run = { id, branch: `dependabot/npm/${id}`, conclusion: "failure", login };
      await github(endpoint, "workflow_run", workflowRun(run));
    }
    await wait(11 * MINUTE);
    expect(pushes()).toEqual([{ title: "web-shop · CI: 9 bot runs failed", level: "passive" }]);
  });

  test("beyond five in ten minutes the rest of a line is counted", async () => {
    const endpoint = await endpointFor(gateway, "github");
    for (let id = 1; id <= 8; id++)
      await github(
        endpoint,
        "workflow_run",
        workflowRun({ id, branch: `b${id}`, conclusion: "failure" }),
      );
    await wait(11 * MINUTE);
    expect(rung()).toHaveLength(5);
    expect(pushes().at(-1)?.title).toBe("web-shop · CI: 3 more runs failed");
  });
});

describe("whose run it is", () => {
  test("with `me` the others' branches fail quietly, and so are mended", async () => {
    const endpoint = await endpointFor(gateway, "github", { me: ["grace"] });
    const run = (it: RunOf) => github(endpoint, "workflow_run", workflowRun(it));
    await run({ id: 1, branch: "dev", conclusion: "failure" });
    await wait(MINUTE);
    await run({ id: 2, branch: "dev", conclusion: "success", login: "grace" });
    expect(rung()).toEqual([]);
    expect(pushes()).toHaveLength(2);
    await run({ id: 3, branch: "main", conclusion: "failure" });
    expect(rung()).toEqual(["web-shop · CI failed"]);
  });
});

describe("a rule", () => {
  test("mutes, or makes a failure quiet at night; what it did is said", async () => {
    const rules = [
      { when: { branches: ["wip/*"] }, then: { mute: true } },
      {
        when: { between: { from: "11:00", to: "13:00", zone: "UTC" } },
        then: { interruption_level: "passive" },
      },
    ];
    const endpoint = await endpointFor(gateway, "github", { rules });
    const run = (it: RunOf) => github(endpoint, "workflow_run", workflowRun(it));
    await run({ id: 1, branch: "wip/x", conclusion: "failure" });
    await run({ id: 2, branch: "main", conclusion: "failure" });
    expect(pushes()).toEqual([{ title: "web-shop · CI failed", level: "passive" }]);
    const listed = await (await gateway.admin("GET", "/api/v1/deliveries")).json();
    expect(JSON.stringify(listed)).toContain("muted by rule 1");
  });

  test("that nobody could mean is refused with the field's name", async () => {
    const body = {
      provider: "github",
      rules: [{ when: { branch: ["main"] }, then: { mute: true } }],
    };
    const answer = await gateway.admin("POST", "/api/v1/endpoints", body);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain("branch");
  });
});

test("a run of which only jobs are heard is told when all of them are over", async () => {
  const endpoint = await endpointFor(gateway, "github");
  const job = (conclusion: string | null) => ({
    action: conclusion === null ? "in_progress" : "completed",
    workflow_job: {
      id: 7,
      run_id: 1,
      run_attempt: 1,
      name: "test",
      workflow_name: "CI",
      head_branch: "main",
      head_sha: "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3",
      status: conclusion === null ? "in_progress" : "completed",
      conclusion,
      created_at: iso(NOON),
      started_at: iso(NOON),
      completed_at: conclusion === null ? null : iso(gateway.clock.now()),
      steps: [],
    },
    repository: REPOSITORY,
  });
  await github(endpoint, "workflow_job", job(null));
  await wait(MINUTE);
  await github(endpoint, "workflow_job", job("failure"));
  expect(rung()).toEqual([]);
  await wait(61 * SECOND);
  expect(rung()).toEqual(["web-shop · CI failed"]);
});
