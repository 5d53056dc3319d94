/**
 * Runs of which nothing is heard, runs that take long, and tracks that keep failing: through the
 * front door, on a moved clock.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deliveriesOf, readLifecycle } from "../support/fixtures.ts";
import type { HttpFixture } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { endpointFor, send } from "../support/send.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";

const MINUTE_MS = 60_000;
const NOON = Date.parse("2026-11-02T12:00:00.000Z");

let gateway: TestGateway;
let endpoint: TestEndpoint;
beforeEach(async () => {
  gateway = await startGateway({ startsAt: NOON, settings: { STREAM_UPDATE_INTERVAL_SECONDS: 0 } });
  endpoint = await endpointFor(gateway, "netlify", { notify: "outcomes" });
});
afterEach(() => gateway.close());

interface Story {
  readonly deploy: string;
  /** Minutes after noon. */
  readonly from: number;
  readonly to?: number;
  readonly commit?: string;
}

const at = (minutes: number): string => new Date(NOON + minutes * MINUTE_MS).toISOString();

/** A Netlify deploy of our own making, with the fields that its notifications have. */
function deploy(
  event: string,
  state: string,
  { deploy: name, from, to, commit = "abc" }: Story,
): HttpFixture {
  const body = {
    id: name.padEnd(24, "0"),
    site_id: "0f6d1c9e-6a55-4d7c-9a53-1d2f3e4b5c6d",
    name: "web-shop",
    state,
    context: "production",
    branch: "main",
    commit_ref: commit.padEnd(40, "0"),
    created_at: at(from),
    updated_at: at(to ?? from),
    published_at: state === "ready" ? at(to ?? from) : null,
    error_message: state === "error" ? "Build script returned non-zero exit code: 2" : null,
  };
  const headers = { "content-type": "application/json", "x-netlify-event": event };
  return { name: event, provider: "netlify", headers, body: JSON.stringify(body) };
}

async function tell(event: string, state: string, story: Story): Promise<void> {
  const now = NOON + (story.to ?? story.from) * MINUTE_MS;
  gateway.clock.advance(Math.max(0, now - gateway.clock.now()));
  expect((await send(gateway, endpoint, deploy(event, state, story))).status).toBe(200);
  await gateway.settle();
}
/** Until its first frame is on the screen. */
async function begins(story: Story): Promise<void> {
  await tell("deploy_building", "building", story);
  gateway.clock.advance(1_000);
  await gateway.settle();
}
const succeeds = (story: Story) => tell("deploy_created", "ready", story);
const fails = (story: Story) => tell("deploy_failed", "error", story);

async function wait(minutes: number): Promise<void> {
  gateway.clock.advance(minutes * MINUTE_MS);
  await gateway.settle();
}

const subtitle = () => gateway.core.calls.at(-1)?.body["content_state"];
const pushTitles = () =>
  gateway.core.calls
    .filter(({ path }) => path === "/push-notification")
    .map(({ body }) => body["title"]);

describe("a run that falls silent", () => {
  test("is said to have no news, then leaves the screen", async () => {
    await begins({ deploy: "d1", from: 0 });
    await wait(59);
    expect(gateway.core.calls).toHaveLength(1);
    await wait(1);
    expect(subtitle()).toMatchObject({
      subtitle: expect.stringMatching(/^No news for 1 h/),
      color: "gray",
    });
    await wait(15);
    expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "PUT", "DELETE"]);
    await wait(600);
    expect(gateway.core.calls).toHaveLength(3);
  });

  test("comes back when something is heard of it after all", async () => {
    await begins({ deploy: "d1", from: 0 });
    await wait(60);
    await wait(15);
    await succeeds({ deploy: "d1", from: 0, to: 90 });
    const screens = gateway.core.calls.filter(({ path }) => path !== "/push-notification");
    expect(screens.at(-1)).toMatchObject({
      method: "PUT",
      body: { content_state: { color: "green" } },
    });
  });
});

describe("with a history of at least five runs", () => {
  beforeEach(async () => {
    for (let run = 0; run < 5; run++) {
      const story = { deploy: `a${run}`, from: run * 10 };
      await begins(story);
      await succeeds({ ...story, to: run * 10 + 2 });
    }
  });

  test("a running one says how long it may still take", async () => {
    await begins({ deploy: "b1", from: 60 });
    expect(subtitle()).toMatchObject({
      subtitle: expect.stringMatching(/^Building, about 2 min left · main/),
    });
  });

  test("one that takes longer than usual says so, without being asked", async () => {
    await begins({ deploy: "b1", from: 60 });
    await wait(3);
    expect(subtitle()).toMatchObject({
      subtitle: expect.stringMatching(/^Building, slower than usual · main/),
    });
  });
});

test("with fewer runs nothing is said of the time", async () => {
  await begins({ deploy: "a1", from: 0 });
  await succeeds({ deploy: "a1", from: 0, to: 2 });
  await begins({ deploy: "b1", from: 10 });
  expect(subtitle()).toMatchObject({ subtitle: expect.stringMatching(/^Building · main/) });
});

test("every run that fails is told, and what mends them says for how long it was broken", async () => {
  await fails({ deploy: "d1", from: 0, to: 1 });
  await fails({ deploy: "d2", from: 5, to: 6 });
  expect(pushTitles()).toEqual(["web-shop production failed", "web-shop production failed"]);
  await succeeds({ deploy: "d4", from: 20, to: 23, commit: "fed" });
  expect(pushTitles().at(-1)).toBe("web-shop production is live again");
  expect(
    gateway.core.calls.findLast(({ path }) => path === "/push-notification")?.body["message"],
  ).toMatch(/^Fixed after 22 min/);
});

test("a run of CI that passes at the second attempt is fixed", async () => {
  const github = await endpointFor(gateway, "github", { notify: "failures" });
  for (const fixture of deliveriesOf(readLifecycle("github", "ci-rerun"))) {
    await send(gateway, github, fixture);
    await gateway.settle();
  }
  expect(pushTitles()).toEqual(["web-shop · CI failed", "web-shop · CI passed on the second try"]);
});
