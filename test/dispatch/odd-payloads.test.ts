/** Texts, names and numbers as no provider should send them, in by HTTP; what the phone is sent all the same. */
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

  /** Sends the events, and answers the bodies of the calls that came of them by their method. */
  async function told(...payloads: readonly { readonly event: string; readonly body: object }[]) {
    const endpoint = await endpointFor(gateway, "github", { notify: "all" });
    for (const { event, body } of payloads) {
      const headers = { "content-type": "application/json", "x-github-event": event };
      const fixture = { name: event, provider: "github", headers, body: JSON.stringify(body) };
      expect((await send(gateway, endpoint, fixture)).status).toBe(200);
      await gateway.settle();
    }
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
        subtitle: "Run failed after 1 min 5 s · main · 8a0c5f9",
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
    expect(pushes[0]).toMatchObject({ subtitle: "Run failed after 1 min 5 s · main · 8a0c5f9" });
  });

  test("a long subtitle loses the commit whole", async () => {
    const { pushes } = await told(run({ head_branch: "feature/checkout-in-one-step" }));
    expect(pushes).toMatchObject([
      { subtitle: "Run failed after 1 min 5 s · feature/checkout-in-one-step" },
    ]);
  });
});
