/** Texts and links: what reaches a phone can be read by a person and by any strict JSON parser. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploymentStatus, workflowJob, workflowRun } from "./github.ts";
import { netlify, railway, vercel, vercelRollback } from "./hosts.ts";
import { MINUTE, NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const HOSTILE: readonly (readonly [name: string, text: string])[] = [
  ["C0 controls", "Fix \u0000\u0007\u001b[31mred"],
  ["C1 controls", "Fix \u0085\u009b31m"],
  ["a right-to-left override", "Fix \u202Egnp.exe"],
  ["an unbalanced isolate", "Fix \u2067abc"],
  ["a lone surrogate", "Fix \uD800 it"],
  ["zero-width characters alone", "\u200b\u200b\u2060\ufeff"],
  ["a lone Hangul filler", "\u3164\u115f\uffa0"],
  ["the tag characters", "Fix\u{E0041}\u{E0042}"],
  ["line separators", "Fix\u2028\u2029it"],
  ["soft hyphens alone", "\u00ad\u00ad"],
  ["variation selectors alone", "\ufe0f\ufe0e"],
  ["non-characters", "Fix \ufffe\uffff it"],
  ["a thousand combining marks", `Fix ${"\u0301".repeat(1000)}`],
  ["markup and templates", "{{project}} <b>x</b> ${1}"],
];

const FORBIDDEN = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\ufeff\ufffe\uffff\u{E0000}-\u{E007F}]/u;

describe("a commit message of", () => {
  test.each(HOSTILE)("%s", async (_, message) => {
    const endpoint = await phone.endpoint("github");
    await phone.wait(30 * SECOND);
    await phone.hear(
      endpoint,
      workflowRun({ id: 1, at: phone.now(), conclusion: "failure", message }),
    );
    await phone.wait(MINUTE);
    expect(phone.rung()).toEqual(["web-shop · CI failed"]);
    for (const { body } of phone.gateway.core.calls)
      for (const text of textsIn(body)) {
        expect(text).not.toMatch(FORBIDDEN);
        expect(text.isWellFormed()).toBe(true);
        expect(text.trim()).not.toBe("");
      }
    const [push] = phone.pushes();
    if (!message.includes("Fix") && !message.includes("{{")) expect(push?.message).toBeUndefined();
  });
});

function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

describe("names that nobody can see", () => {
  test.each(["\u200b", "\u202e", "   ", "\u3164"])("%j as a workflow's", async (name) => {
    const endpoint = await phone.endpoint("github");
    await phone.hear(
      endpoint,
      workflowRun({ id: 1, at: phone.now(), conclusion: "failure", name }),
    );
    expect(phone.rung()).toHaveLength(1);
    expect(phone.rung()[0]).toMatch(/^web-shop.* failed$/);
  });
});

describe("what a card says", () => {
  test("of a failure without a step is no 'Run failed'", async () => {
    const endpoint = await phone.endpoint("github");
    await phone.wait(2 * MINUTE);
    await phone.hear(endpoint, workflowRun({ id: 1, at: phone.now(), conclusion: "failure" }));
    expect(phone.cards()).toEqual(["web-shop · CI: Failed after 2 min · main · 8a0c5f9"]);
  });

  test("of a failed job: which step, in push and card", async () => {
    const endpoint = await phone.endpoint("github");
    await play(phone, endpoint, [
      [0, (at) => workflowJob({ id: 5, run: 1, at, conclusion: null })],
      [60, (at) => workflowJob({ id: 5, run: 1, at, conclusion: "failure" })],
      [61, (at) => workflowRun({ id: 1, at, conclusion: "failure" })],
    ]);
    expect(phone.cards()[0]).toContain("test failed after 1 min");
    expect(phone.pushes()[0]?.message).toBe("Sell more shoes · test: Run tests");
  });

  test("while Vercel waits for promotion is not that it is live", async () => {
    const endpoint = await phone.endpoint("vercel");
    const told = (kind: string) => vercel(kind, { id: "dpl_1", at: phone.now() });
    await phone.hear(endpoint, told("created"));
    await phone.wait(MINUTE);
    await phone.hear(endpoint, told("ready"));
    await phone.wait(SECOND);
    await phone.hear(endpoint, told("succeeded"));
    await phone.wait(5 * SECOND);
    expect(phone.cards()[0]).toContain("Going live");
    for (let waited = 0; waited < 6; waited++) await phone.wait(MINUTE);
    expect(phone.cards()[0]).toContain("Built, not promoted");
    await phone.hear(endpoint, told("promoted"));
    expect(phone.cards()[0]).toMatch(/: Live\b/);
    expect(phone.pushes()).toEqual([]);
  });

  test("of a preview that GitHub tells of is Ready", async () => {
    const endpoint = await phone.endpoint("github");
    const status = (state: string, at: number) =>
      deploymentStatus({ id: 1, at, state, environment: "Preview", creator: "ada", ref: "x" });
    await play(phone, endpoint, [
      [1, (at) => status("in_progress", at)],
      [30, (at) => status("success", at)],
    ]);
    expect(phone.cards()[0]).toContain("Ready");
  });
});

test("a run of the merge queue says which pull request it is of, not its branch", async () => {
  const endpoint = await phone.endpoint("github");
  const queued = {
    id: 7,
    branch: `gh-readonly-queue/main/pr-12-${"c".repeat(40)}`,
    login: "github-merge-queue[bot]",
    startedAt: phone.now(),
  };
  await play(phone, endpoint, [
    [0, (at) => workflowRun({ ...queued, at, conclusion: null })],
    [60, (at) => workflowRun({ ...queued, at, conclusion: "failure" })],
  ]);
  expect(phone.rung()).toEqual(["web-shop · CI failed"]);
  const again = { ...queued, id: 8, branch: `gh-readonly-queue/main/pr-12-${"d".repeat(40)}` };
  await play(phone, endpoint, [
    [300, (at) => workflowRun({ ...again, at, startedAt: at, conclusion: null })],
    [
      360,
      (at) => workflowRun({ ...again, at, startedAt: at - 60 * SECOND, conclusion: "success" }),
    ],
  ]);
  expect(phone.rung()).toEqual(["web-shop · CI failed", "web-shop · CI passed again"]);
  expect(phone.cards()).toHaveLength(1);
  const said = JSON.stringify([phone.pushes(), phone.cards()]);
  expect(said).toContain("PR 12 in the merge queue");
  expect(said).not.toContain("gh-readonly-queue");
});

describe("rollbacks name the project and what they went back to", () => {
  const both =
    (kinds: readonly string[], id: string, sha: string) =>
    async (endpoint: Parameters<Phone["hear"]>[0]) => {
      for (const kind of kinds) {
        await phone.hear(endpoint, vercel(kind, { id, at: phone.now(), sha }));
        await phone.wait(30 * SECOND);
      }
    };
  const live = ["created", "ready", "succeeded", "promoted"];

  test("Vercel tells only ids of it", async () => {
    const endpoint = await phone.endpoint("vercel");
    await both(live, "dpl_a", "a".repeat(40))(endpoint);
    await both(live, "dpl_b", "b".repeat(40))(endpoint);
    await phone.hear(endpoint, vercelRollback("dpl_a", phone.now()));
    await phone.wait(MINUTE);
    expect(phone.rung()).toEqual(["web-shop production rolled back to aaaaaaa"]);
    expect(phone.cards()).toEqual(["web-shop: Rolled back · main · aaaaaaa"]);
  });

  test("of a deployment that was never heard of, on a track that has a name", async () => {
    const endpoint = await phone.endpoint("vercel");
    await both(live, "dpl_b", "b".repeat(40))(endpoint);
    await phone.hear(endpoint, vercelRollback("dpl_old", phone.now()));
    await phone.wait(MINUTE);
    expect(phone.rung()).toEqual(["web-shop production rolled back to an earlier one"]);
  });

  const deploy = (event: string, id: string, more: object) => (at: number) =>
    netlify(event, { id, at, state: "ready", ...more });
  const OLD = "5fa1b2c3d4e5f60718293a4b";
  const NEW = "6fa1b2c3d4e5f60718293a4c";

  test("Netlify: an older build is rolled back to", async () => {
    const endpoint = await phone.endpoint("netlify");
    await play(phone, endpoint, [
      [60, (at) => deploy("deploy_created", OLD, { publishedAt: at })(at)],
      [
        120,
        (at) =>
          deploy("deploy_created", NEW, { publishedAt: at, createdAt: NOON + 90 * SECOND })(at),
      ],
      [300, (at) => deploy("deploy_restored", OLD, { publishedAt: at })(at)],
    ]);
    expect(phone.rung()).toEqual(["web-shop production rolled back to 5fa1b2c"]);
  });

  test("Netlify: three builds of a locked site, of which the newest is published by hand", async () => {
    const endpoint = await phone.endpoint("netlify");
    const third = "7fa1b2c3d4e5f60718293a4d";
    await play(phone, endpoint, [
      [60, (at) => deploy("deploy_created", OLD, { publishedAt: at })(at)],
      [120, deploy("deploy_created", NEW, { createdAt: NOON + 90 * SECOND })],
      [220, deploy("deploy_created", third, { createdAt: NOON + 190 * SECOND })],
    ]);
    expect(phone.cards()).toEqual(["web-shop: Built, not published · main · 7fa1b2c"]);
    await play(phone, endpoint, [
      [
        400,
        (at) =>
          deploy("deploy_restored", third, { publishedAt: at, createdAt: NOON + 190 * SECOND })(at),
      ],
    ]);
    expect(phone.rung()).toEqual([]);
    expect(phone.cards()[0]).toMatch(/^web-shop: Live/);
  });
});

describe("links", () => {
  test("a push without a log opens at least the repository", async () => {
    const endpoint = await phone.endpoint("github");
    await play(phone, endpoint, [[10, (at) => deploymentStatus({ id: 1, at, state: "failure" })]]);
    expect(phone.pushes()[0]?.redirection).toBe("https://github.com/ada/web-shop/deployments");
  });

  test("an address that is the site's is no log", async () => {
    const endpoint = await phone.endpoint("github");
    const site = "https://shop.example.com/";
    const status = (state: string) => (at: number) =>
      deploymentStatus({ id: 1, at, state, url: site, log: site });
    await play(phone, endpoint, [
      [5, status("in_progress")],
      [30, status("failure")],
    ]);
    expect(phone.pushes()[0]?.actions).toEqual([
      { title: "View log", url: "https://github.com/ada/web-shop/deployments" },
    ]);
    expect(phone.pushes()[0]?.redirection).not.toBe(site);
  });

  test("nothing opens the site while it is built; Open comes first once it is live", async () => {
    const endpoint = await phone.endpoint("vercel");
    await phone.hear(endpoint, vercel("created", { id: "dpl_1", at: phone.now() }));
    await phone.wait(MINUTE);
    const calls = () => JSON.stringify(phone.gateway.core.calls.map(({ body }) => body));
    expect(calls()).not.toContain('"Open"');
  });

  test("Railway's push opens its dashboard", async () => {
    const endpoint = await phone.endpoint("railway");
    await play(phone, endpoint, [[10, (at) => railway("failed", { id: "d1", at })]]);
    expect(phone.rung()).toEqual(["web-shop · api production failed"]);
  });
});

test("a mapped title does not swallow what happened, unless it names it itself", async () => {
  const own = await phone.endpoint("github", { mapping: { title: "{{project}}!" } });
  const named = await phone.endpoint("github", { mapping: { title: "{{project}}: {{state}}" } });
  await phone.hear(own, workflowRun({ id: 1, at: phone.now(), conclusion: "failure" }));
  await phone.hear(named, workflowRun({ id: 2, at: phone.now(), conclusion: "failure" }));
  expect(phone.rung()).toEqual(["web-shop! failed", "web-shop: failed"]);
});
