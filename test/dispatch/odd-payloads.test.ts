/**
 * Texts, names and numbers as no provider should send them, in by HTTP; what the phone is sent all
 * the same.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const STARTED = "2026-11-02T12:00:00Z";

/** A GitHub workflow run that failed, with these changes. */
function failedRun(changes: object = {}, repository: object = {}) {
  return {
    action: "completed",
    workflow_run: {
      id: 1,
      name: "CI",
      run_number: 7,
      run_attempt: 1,
      status: "completed",
      conclusion: "failure",
      head_branch: "main",
      head_sha: "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3",
      head_commit: { message: "Fix the cart" },
      created_at: STARTED,
      run_started_at: STARTED,
      updated_at: "2026-11-02T12:01:05Z",
      ...changes,
    },
    workflow: { name: "CI" },
    repository: { id: 1, name: "web-shop", ...repository },
  };
}

describeOnStores((openStore) => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({ store: await openStore() });
    gateway.clock.advance(65_000);
  });
  afterEach(() => gateway.close());

  interface Event {
    readonly event: string;
    readonly body: object;
  }

  /**
   * Sends the events one after the other, and answers the bodies of the calls that came of them by
   * their method.
   */
  const told = (...events: readonly Event[]) => sendAll(events, () => gateway.settle());

  async function sendAll(events: readonly Event[], afterEach = async (): Promise<void> => {}) {
    const endpoint = await endpointFor(gateway, "github", { notify: "all" });
    for (const { event, body } of events) {
      const headers = { "content-type": "application/json", "x-github-event": event };
      const fixture = { name: event, provider: "github", headers, body: JSON.stringify(body) };
      expect((await send(gateway, endpoint, fixture)).status).toBe(200);
      await afterEach();
    }
    await gateway.settle();
    const bodies = (method: string) =>
      gateway.core.calls.filter((call) => call.method === method).map(({ body }) => body);
    return { pushes: bodies("POST"), updates: bodies("PUT"), ends: bodies("DELETE") };
  }
  const run = (changes?: object, repository?: object) => ({
    event: "workflow_run",
    body: failedRun(changes, repository),
  });

  test("names become tags that the API takes", async () => {
    const name = "Preview – web-shop";
    const { pushes, updates } = await told(run({}, { name }));
    expect(pushes).toMatchObject([{ tags: ["github", "preview-web-shop"] }]);
    expect(updates).toMatchObject([{ tags: ["github", "preview-web-shop"] }]);
  });

  test("controls, half characters and overrides do not leave", async () => {
    const head_commit = { message: "\u200b\nFix \ud83d the\u0000 \u001b[31mcart\u202e" };
    const odd = { head_commit, head_branch: "ma\u0007in\ud800", display_title: "x" };
    const { pushes, updates, ends } = await told(run(odd, { name: "web\u0000-shop\udc00" }));
    expect(pushes).toMatchObject([
      {
        title: "web-shop · CI failed",
        subtitle: "Failed after 1 min 5 s · main · 8a0c5f9",
        message: "Fix the cart",
      },
    ]);
    for (const body of [...pushes, ...updates, ...ends])
      expect(JSON.stringify(body)).not.toMatch(/\\u|[\u202a-\u202e]/);
  });

  test("a message of which nothing can be seen is none, and the commit is named once", async () => {
    const { pushes } = await told(run({ head_commit: { message: "\u200b\u3164" } }));
    expect(pushes).toHaveLength(1);
    expect(pushes[0]).not.toHaveProperty("message");
    expect(pushes[0]).toMatchObject({ subtitle: "Failed after 1 min 5 s · main · 8a0c5f9" });
  });

  test("a long subtitle loses the commit whole", async () => {
    const { pushes } = await told(run({ head_branch: "feature/checkout-in-one-step-now" }));
    expect(pushes).toMatchObject([
      { subtitle: "Failed after 1 min 5 s · feature/checkout-in-one-step-now" },
    ]);
  });

  const job = (changes: object) => ({
    event: "workflow_job",
    body: {
      action: "completed",
      workflow_job: {
        id: 11,
        run_id: 1,
        run_attempt: 1,
        name: "test",
        workflow_name: "CI",
        status: "completed",
        conclusion: "success",
        ...changes,
      },
      repository: { id: 1, name: "web-shop" },
    },
  });
  const passed = (changes: object = {}) => run({ conclusion: "success", ...changes });
  const subtitles = (bodies: readonly Record<string, unknown>[]) =>
    bodies.map(({ subtitle }) => subtitle);

  const TWENTY_DAYS_BEFORE = "2026-10-13T12:30:00Z";
  const COMMIT = "main · 8a0c5f9";

  test.each([
    [
      "a job skipped 20 days before it started",
      { conclusion: "skipped", started_at: STARTED, completed_at: TWENTY_DAYS_BEFORE },
      {},
      "Passed in 1 min 5 s",
      65_000,
    ],
    [
      "a job that only says when it ended, 20 days ago",
      { completed_at: TWENTY_DAYS_BEFORE },
      {},
      "Passed in 1 min 5 s",
      65_000,
    ],
    [
      "a job of the year 1",
      { started_at: "0001-01-01T00:00:00Z", completed_at: "0001-01-01T00:00:00Z" },
      {},
      "Passed in 1 min 5 s",
      65_000,
    ],
    [
      "a run created in the year 1",
      {},
      { created_at: "0001-01-01T00:00:00Z", run_started_at: "0001-01-01T00:00:00Z" },
      "Passed",
      0,
    ],
    ["a run created in 2006", {}, { run_started_at: "2006-01-01T00:00:00Z" }, "Passed", null],
    [
      "a run ended in 9999",
      {},
      { updated_at: "9999-12-31T23:59:59Z" },
      "Passed in 1 min 5 s",
      65_000,
    ],
    ["times that are none", {}, { updated_at: "yesterday" }, "Passed in 1 min 5 s", 65_000],
    [
      "times in seconds",
      { started_at: Date.parse(STARTED) / 1000 },
      { run_started_at: Date.parse(STARTED) / 1000, updated_at: Date.parse(STARTED) / 1000 + 65 },
      "Passed in 1 min 5 s",
      65_000,
    ],
  ])("%s makes no absurd duration", async (_, jobTimes, runTimes, status, median) => {
    // As the run may be heard of before or after its job.
    const { pushes } = await told(job(jobTimes), passed(runTimes), job(jobTimes));
    expect(subtitles(pushes)).toEqual(expect.arrayContaining([`${status} · ${COMMIT}`]));
    expect(JSON.stringify(gateway.core.calls)).not.toMatch(/\d+ d\b/);
    const tracks = await (await gateway.admin("GET", "/api/v1/tracks")).json();
    expect(tracks).toMatchObject({ data: [{ median_duration_ms: median }] });
  });

  test("an attempt that no provider counts to is invalid, and says why", async () => {
    const { pushes, updates } = await told(run({ run_attempt: 5_000_000_000 }));
    expect([pushes, updates]).toEqual([[], []]);
    const listed = await (await gateway.admin("GET", "/api/v1/deliveries")).json();
    expect(listed).toMatchObject({
      data: [{ status: "invalid", detail: expect.stringMatching(/^run\.attempt: /) }],
    });
  });

  test("a high attempt costs no more than the first", async () => {
    const { pushes } = await told(run(), passed({ run_attempt: 900_000 }));
    expect(pushes.map(({ title }) => title)).toContain("web-shop · CI passed again");
  });

  test("500 jobs share twelve segments of the line's next run, and no body passes 3.5 KB", async () => {
    // The first run begins with the one job that was heard first, and its bar stands still.
    const jobs = (run: number) =>
      Array.from({ length: 500 }, (_, index) =>
        job({
          id: run * 1_000 + index,
          run_id: run,
          name: `test ${index}`,
          started_at: STARTED,
          completed_at: STARTED,
        }),
      );
    const next = { id: 2, run_number: 8 };
    const { updates } = await sendAll([...jobs(1), passed(), ...jobs(2), passed(next)]);
    expect(updates.at(-1)).toMatchObject({ content_state: { number_of_steps: 12 } });
    for (const body of updates) expect(JSON.stringify(body).length).toBeLessThanOrEqual(3_584);
  });
});
