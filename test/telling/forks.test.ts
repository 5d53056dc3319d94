/** Strangers: a fork's `main` is not ours, by whatever its webhooks arrive and in whatever order. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { workflowJob, workflowRun } from "./github.ts";
import { netlify, vercel } from "./hosts.ts";
import { MINUTE, play, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const forkRun =
  (id: number, conclusion: string | null, fork = "mallory"): Step[1] =>
  (at) =>
    workflowRun({ id, at, conclusion, fork, login: fork, branch: "main" });

const ONLY_MAIN = { filters: { branches: ["main"] } };

describe("with a filter on main", () => {
  test.each<{ name: string; steps: readonly Step[] }>([
    {
      name: "the run alone",
      steps: [
        [0, forkRun(1, null)],
        [30, forkRun(1, "failure")],
      ],
    },
    {
      name: "its job first",
      steps: [
        [0, (at) => workflowJob({ id: 5, run: 1, conclusion: null, at })],
        [1, forkRun(1, null)],
        [29, (at) => workflowJob({ id: 5, run: 1, conclusion: "failure", at })],
        [30, forkRun(1, "failure")],
      ],
    },
    {
      name: "its jobs alone tell no branch",
      steps: [[29, (at) => workflowJob({ id: 5, run: 1, conclusion: "failure", at })]],
    },
  ])("nothing of a fork's main is shown or told: $name", async ({ steps }) => {
    const endpoint = await phone.endpoint("github", ONLY_MAIN);
    await play(phone, endpoint, steps, 900);
    expect(phone.pushes()).toEqual([]);
    expect(phone.cards()).toEqual([]);
  });

  test("our own main is", async () => {
    const endpoint = await phone.endpoint("github", ONLY_MAIN);
    await play(phone, endpoint, [[30, (at) => workflowRun({ id: 1, at, conclusion: "failure" })]]);
    expect(phone.rung()).toEqual(["web-shop · CI failed"]);
  });
});

test("a filter may name the fork", async () => {
  const endpoint = await phone.endpoint("github", { filters: { branches: ["mallory:*"] } });
  await play(phone, endpoint, [
    [0, forkRun(1, null)],
    [30, forkRun(1, "failure")],
    [40, forkRun(2, "failure", "eve")],
  ]);
  expect(phone.cards()).toEqual(["web-shop · CI: Failed after 30 s · mallory:main · 8a0c5f9"]);
});

test("a fork's main breaks and mends nothing of ours", async () => {
  const endpoint = await phone.endpoint("github");
  await play(phone, endpoint, [
    [10, (at) => workflowRun({ id: 1, at, conclusion: "failure" })],
    [30, forkRun(2, "success")],
    [60, forkRun(3, "failure")],
  ]);
  expect(phone.rung()).toEqual(["web-shop · CI failed"]);
  await phone.wait(11 * MINUTE);
  expect(phone.quiet()).toEqual(["web-shop · CI: 1 fork run failed"]);
});

test("forty forks wait for a maintainer and twelve fail: at most one quiet push in ten minutes", async () => {
  const endpoint = await phone.endpoint("github");
  const waiting = Array.from({ length: 40 }, (_, index): Step => [
    index * 60,
    forkRun(index, "action_required", `stranger-${index}`),
  ]);
  const failing = Array.from({ length: 12 }, (_, index): Step => [
    2400 + index * 60,
    forkRun(index, "failure", `stranger-${index}`),
  ]);
  await play(phone, endpoint, [...waiting, ...failing], 1200);
  expect(phone.rung()).toEqual([]);
  expect(phone.quiet().length).toBeLessThanOrEqual(6);
  expect(phone.quiet().join("\n")).toContain("fork runs wait for a maintainer");
  expect(phone.quiet().join("\n")).toContain("fork runs failed");
});

test("a deploy that strangers ask Netlify for rings nobody, as a fork's run does", async () => {
  const endpoint = await phone.endpoint("netlify");
  const id = "5fa1b2c3d4e5f60718293a4b";
  const of =
    (event: string, state: string): Step[1] =>
    (at) =>
      netlify(event, { id, at, state, context: "deploy-preview", branch: "main" });
  await play(
    phone,
    endpoint,
    [
      [0, of("deploy_request_pending", "pending_review")],
      [60, of("deploy_request_accepted", "accepted")],
      [70, of("deploy_building", "building")],
      [120, of("deploy_failed", "error")],
    ],
    900,
  );
  expect(phone.rung()).toEqual([]);
  expect(phone.quiet()).toEqual(["web-shop: 1 fork run failed"]);
});

/** Of a commit that stands in a stranger's repository: Vercel asks before it builds. */
const ofFork =
  (kind: string, owner: string): Step[1] =>
  (at) =>
    vercel(kind, { id: `dpl_${owner}`, at, target: null, forkedBy: owner });

test.each([
  [
    "one of two is let go on",
    [
      [0, ofFork("blocked", "eve")],
      [5, ofFork("blocked", "mallory")],
      [60, ofFork("ready", "eve")],
    ],
    ["web-shop: 1 fork run waits for a maintainer"],
  ],
  [
    "all are let go on",
    [
      [0, ofFork("created", "eve")],
      [2, ofFork("blocked", "eve")],
      [60, ofFork("ready", "eve")],
    ],
    [],
  ],
  [
    "asking is heard before its making, and it fails",
    [
      [0, ofFork("blocked", "eve")],
      [1, ofFork("created", "eve")],
      [60, ofFork("build-requested", "eve")],
      [90, ofFork("error", "eve")],
    ],
    ["web-shop: 1 fork run failed"],
  ],
  [
    "nobody answers",
    [[0, ofFork("blocked", "eve")]],
    ["web-shop: 1 fork run waits for a maintainer"],
  ],
] satisfies [string, Step[], string[]][])(
  "forks that Vercel asks to build, of which %s",
  async (_, steps, quiet) => {
    const endpoint = await phone.endpoint("vercel");
    await play(phone, endpoint, steps, 900);
    expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung: [], quiet });
  },
);

test("a branch of our own that Vercel asks to build rings", async () => {
  const endpoint = await phone.endpoint("vercel");
  const own = { id: "dpl_a", target: null, branch: "prices" };
  await play(phone, endpoint, [[0, (at) => vercel("blocked", { ...own, at })]]);
  expect(phone.rung()).toEqual(["web-shop preview needs approval"]);
});
