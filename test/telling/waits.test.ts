/** Waiting: a person is asked only where people are asked, and a long wait is told as one. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  deployment,
  deploymentReview,
  deploymentStatus,
  workflowJob,
  workflowRun,
} from "./github.ts";
import { railway } from "./hosts.ts";
import { play, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const status =
  (state: string, more: object = {}): Step[1] =>
  (at) =>
    deploymentStatus({ id: 1, at, state, ...more });
const opened: Step[1] = (at) => deployment({ id: 1, at, createdAt: at });

interface History {
  readonly name: string;
  readonly provider?: string;
  readonly steps: readonly Step[];
  readonly rung: readonly string[];
  readonly thenSeconds?: number;
}

const HISTORIES: readonly History[] = [
  {
    name: "a deployment waits for half a second, as each one does",
    steps: [
      [0, opened],
      [1, status("waiting")],
      [1.5, status("queued")],
      [4, status("in_progress")],
      [60, status("success")],
    ],
    rung: [],
  },
  {
    name: "the waiting is heard last",
    steps: [
      [0, opened],
      [1.5, status("queued")],
      [2, status("in_progress")],
      [
        3,
        () => deploymentStatus({ id: 1, at: Date.parse("2026-11-02T12:00:01Z"), state: "waiting" }),
      ],
      [60, status("success")],
    ],
    rung: [],
  },
  {
    name: "a wait timer of nine minutes",
    steps: [
      [0, opened],
      [1, status("waiting")],
      [9 * 60, status("in_progress")],
      [10 * 60, status("success")],
    ],
    rung: [],
  },
  {
    name: "a wait timer of half an hour is told once",
    steps: [
      [0, opened],
      [1, status("waiting")],
      [5 * 60, status("waiting")],
      [30 * 60, status("in_progress")],
      [31 * 60, status("success")],
    ],
    rung: ["web-shop production is waiting"],
  },
  {
    name: "jobs that wait for their concurrency group ask nobody",
    steps: [
      [0, (at) => workflowRun({ id: 1, at, conclusion: null })],
      [1, (at) => workflowJob({ id: 5, run: 1, at, conclusion: null, status: "waiting" })],
      [60, (at) => workflowJob({ id: 5, run: 1, at, conclusion: null })],
      [90, (at) => workflowJob({ id: 5, run: 1, at, conclusion: "success" })],
      [91, (at) => workflowRun({ id: 1, at, conclusion: "success" })],
    ],
    rung: [],
  },
  {
    name: "two people are asked, and asked again by a second delivery",
    steps: [
      [0, (at) => workflowRun({ id: 1, at, conclusion: null })],
      [
        5,
        (at) =>
          deploymentReview({
            id: 1,
            at,
            conclusion: null,
            action: "requested",
            reviewers: ["grace", "alan"],
          }),
      ],
      [
        6,
        (at) =>
          deploymentReview({
            id: 1,
            at,
            conclusion: null,
            action: "requested",
            reviewers: ["grace"],
          }),
      ],
      [70, (at) => deploymentReview({ id: 1, at, conclusion: null, action: "approved" })],
      [200, (at) => workflowRun({ id: 1, at, conclusion: "success" })],
    ],
    rung: ["web-shop · CI needs approval"],
  },
  {
    name: "first staging is asked for, then production",
    steps: [
      [0, (at) => workflowRun({ id: 1, at, conclusion: null })],
      [
        5,
        (at) =>
          deploymentReview({
            id: 1,
            at,
            conclusion: null,
            action: "requested",
            environment: "staging",
          }),
      ],
      [
        60,
        (at) =>
          deploymentReview({
            id: 1,
            at,
            conclusion: null,
            action: "approved",
            environment: "staging",
          }),
      ],
      [120, (at) => deploymentReview({ id: 1, at, conclusion: null, action: "requested" })],
    ],
    rung: ["web-shop · CI needs approval", "web-shop · CI needs approval"],
  },
  {
    name: "Railway asks for an approval",
    provider: "railway",
    steps: [
      [0, (at) => railway("needsApproval", { id: "d1", at })],
      [60, (at) => railway("building", { id: "d1", at })],
      [120, (at) => railway("deployed", { id: "d1", at })],
    ],
    rung: ["web-shop · api production needs approval"],
  },
  {
    name: "Railway waits for CI",
    provider: "railway",
    steps: [
      [0, (at) => railway("waiting", { id: "d1", at })],
      [60, (at) => railway("building", { id: "d1", at })],
      [120, (at) => railway("deployed", { id: "d1", at })],
    ],
    rung: [],
  },
];

describe("what waits", () => {
  test.each(HISTORIES)("$name", async ({ provider = "github", steps, rung, thenSeconds }) => {
    const endpoint = await phone.endpoint(provider);
    await play(phone, endpoint, steps, thenSeconds);
    expect(phone.rung()).toEqual(rung);
    expect(phone.quiet()).toEqual([]);
  });
});

test("the first button of an approval is Review, and the card says that it waits for one", async () => {
  const endpoint = await phone.endpoint("github");
  await play(phone, endpoint, [
    [0, (at) => workflowRun({ id: 1, at, conclusion: null })],
    [20, (at) => deploymentReview({ id: 1, at, conclusion: null, action: "requested" })],
  ]);
  expect(phone.pushes()[0]?.actions[0]).toEqual({
    title: "Review",
    url: "https://github.com/ada/web-shop/actions/runs/1",
  });
  expect(phone.pushes()[0]?.message).toBe("Approve production (grace) · Sell more shoes");
  expect(phone.cards()).toEqual(["web-shop · CI: Needs approval · main · 8a0c5f9"]);
});

test.each([
  ["by whom the review names", { approver: "grace" }, "grace"],
  ["by nobody that it names", {}, "a reviewer"],
])("an approval that is refused %s is told as that", async (_name, more, who) => {
  const endpoint = await phone.endpoint("github");
  const run = { id: 41, name: "Deploy", startedAt: phone.now() };
  await play(phone, endpoint, [
    [0, (at) => workflowRun({ ...run, at, conclusion: null })],
    [20, (at) => deploymentReview({ ...run, at, conclusion: null, action: "requested" })],
    [300, (at) => deploymentReview({ ...run, at, conclusion: null, action: "rejected", ...more })],
    // The job that it held back fails with it: that is no reason of its own.
    [301, (at) => workflowJob({ id: 2, run: 41, at, conclusion: "failure", name: "deploy" })],
    [303, (at) => workflowRun({ ...run, at, conclusion: "failure" })],
  ]);
  expect(phone.rung()).toEqual([
    "web-shop · Deploy needs approval",
    "web-shop · Deploy was rejected",
  ]);
  expect(phone.pushes().at(-1)?.subtitle).toContain(`Rejected by ${who} after 5 min`);
  expect(phone.pushes().at(-1)?.message).toBe("Sell more shoes · Not before the holidays");
  expect(phone.cards()).toEqual([expect.stringContaining(`Rejected by ${who}`)]);
});

test("a wait that asks nobody says Waiting on the card", async () => {
  const endpoint = await phone.endpoint("github");
  await play(phone, endpoint, [
    [0, opened],
    [5, status("waiting")],
  ]);
  expect(phone.cards()).toEqual(["web-shop: Waiting · main · 8a0c5f9"]);
});
