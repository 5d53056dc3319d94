/** How runs end: skipped is not canceled, and a time limit is not a person. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { workflowJob, workflowRun } from "./github.ts";
import type { RunOf } from "./github.ts";
import { netlify } from "./hosts.ts";
import { HOUR, MINUTE, NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const run =
  (it: Omit<RunOf, "at">): Step[1] =>
  (at) =>
    workflowRun({ ...it, at });
const seconds = (ms: number) => ms / SECOND;

interface History {
  readonly name: string;
  readonly steps: readonly Step[];
  readonly rung: readonly string[];
  readonly quiet?: readonly string[];
}

const CANCELED: readonly History[] = [
  {
    name: "a job stopped by the limit of six hours, of which run and job are heard",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [1, (at) => workflowJob({ id: 5, run: 1, conclusion: null, at })],
      [seconds(6 * HOUR), (at) => workflowJob({ id: 5, run: 1, conclusion: "cancelled", at })],
      [seconds(6 * HOUR) + 5, run({ id: 1, conclusion: "cancelled" })],
    ],
    rung: ["web-shop · CI stopped (time limit?)"],
  },
  {
    name: "a run canceled after 59 min 40 s",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [seconds(HOUR) - 20, run({ id: 1, conclusion: "cancelled" })],
    ],
    rung: ["web-shop · CI stopped (time limit?)"],
  },
  {
    name: "a run that waited for twenty minutes and was stopped five minutes after it began",
    steps: [
      [0, (at) => workflowJob({ id: 5, run: 1, conclusion: null, at, status: "queued" })],
      [
        seconds(20 * MINUTE),
        (at) => workflowJob({ id: 5, run: 1, conclusion: null, at, startedAt: at }),
      ],
      [
        seconds(26 * MINUTE) - 10,
        (at) =>
          workflowJob({
            id: 5,
            run: 1,
            conclusion: "cancelled",
            at,
            startedAt: NOON + 20 * MINUTE,
          }),
      ],
      [seconds(26 * MINUTE), run({ id: 1, conclusion: "cancelled" })],
    ],
    rung: ["web-shop · CI stopped (time limit?)"],
  },
  {
    name: "a person cancels after seven minutes and a half",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [450, run({ id: 1, conclusion: "cancelled" })],
    ],
    rung: [],
  },
  {
    name: "a newer run of the branch cancels it after exactly ten minutes",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [600, run({ id: 2, conclusion: null, startedAt: NOON + 600 * SECOND })],
      [602, run({ id: 1, conclusion: "cancelled" })],
    ],
    rung: [],
  },
  {
    name: "the newer run is heard of 20 s after what it canceled",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [600, run({ id: 1, conclusion: "cancelled" })],
      [620, run({ id: 2, conclusion: null, startedAt: NOON + 599 * SECOND })],
    ],
    rung: [],
  },
  {
    name: "a newer run of another branch cancels nothing",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [600, run({ id: 2, branch: "other", conclusion: null, startedAt: NOON + 600 * SECOND })],
      [602, run({ id: 1, conclusion: "cancelled" })],
    ],
    rung: ["web-shop · CI stopped (time limit?)"],
  },
  {
    name: "the provider says itself that it was the time",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [100, run({ id: 1, conclusion: "timed_out" })],
    ],
    rung: ["web-shop · CI failed"],
  },
  {
    name: "after a limit's stop the next run has passed again",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [600, run({ id: 1, conclusion: "cancelled" })],
      [900, run({ id: 2, conclusion: null, startedAt: NOON + 900 * SECOND })],
      [960, run({ id: 2, conclusion: "success", startedAt: NOON + 900 * SECOND })],
    ],
    rung: ["web-shop · CI stopped (time limit?)", "web-shop · CI passed again"],
  },
];

describe("canceled", () => {
  test.each(CANCELED)("$name", async ({ steps, rung, quiet = [] }) => {
    const endpoint = await phone.endpoint("github");
    await play(phone, endpoint, steps, 120);
    expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung, quiet });
  });
});

test("a skipped run shows nothing, rings nobody, and leaves yesterday's failure where it is", async () => {
  const endpoint = await phone.endpoint("github");
  await play(phone, endpoint, [
    [20, run({ id: 1, conclusion: "failure" })],
    [60, run({ id: 2, conclusion: null, startedAt: NOON + 59 * SECOND })],
    [62, run({ id: 2, conclusion: "skipped", startedAt: NOON + 59 * SECOND })],
  ]);
  expect(phone.rung()).toEqual(["web-shop · CI failed"]);
  expect(phone.cards()).toEqual(["web-shop · CI: Failed after 20 s · main · 8a0c5f9"]);
});

test("a build that Netlify skipped is no failure and no cancellation", async () => {
  const endpoint = await phone.endpoint("netlify");
  const skipped = netlify("deploy_failed", {
    id: "5fa1b2c3d4e5f60718293a4b",
    at: NOON + 10 * SECOND,
    state: "error",
    error: "Canceled build due to no content change",
  });
  await phone.hear(endpoint, skipped);
  await phone.wait(MINUTE);
  expect(phone.pushes()).toEqual([]);
  expect(phone.cards()).toEqual([]);
});

test("jobs alone: all skipped is nothing, one canceled by a limit is told", async () => {
  const endpoint = await phone.endpoint("github");
  await play(
    phone,
    endpoint,
    [
      [0, (at) => workflowJob({ id: 5, run: 1, conclusion: "skipped", at })],
      [0, (at) => workflowJob({ id: 6, run: 2, conclusion: null, at })],
      [600, (at) => workflowJob({ id: 6, run: 2, conclusion: "cancelled", at })],
    ],
    180,
  );
  expect(phone.rung()).toEqual(["web-shop · CI stopped (time limit?)"]);
});

test("a job whose failure is heard after the others seemed to be all rings, in any order", async () => {
  const endpoint = await phone.endpoint("github");
  await play(
    phone,
    endpoint,
    [
      [0, (at) => workflowJob({ id: 5, run: 1, conclusion: null, at })],
      [20, (at) => workflowJob({ id: 5, run: 1, conclusion: "success", at })],
      [300, (at) => workflowJob({ id: 6, run: 1, conclusion: "failure", at })],
      [301, () => workflowJob({ id: 6, run: 1, conclusion: null, at: NOON + 30 * SECOND })],
    ],
    180,
  );
  expect(phone.rung()).toEqual(["web-shop · CI failed"]);
  expect(phone.cards().join()).toContain("failed");
});

test("what was told later is found at the delivery that said it may be", async () => {
  const endpoint = await phone.endpoint("github");
  await play(
    phone,
    endpoint,
    [
      [0, run({ id: 1, conclusion: null })],
      [seconds(HOUR) - 20, run({ id: 1, conclusion: "cancelled" })],
    ],
    120,
  );
  const answer = await phone.gateway.admin("GET", "/api/v1/deliveries?limit=1");
  const { data } = z
    .object({ data: z.array(z.object({ effects: z.array(z.string()) })) })
    .parse(await answer.json());
  expect(data[0]?.effects).toContain("push sent");
});

const DAY_MS = 24 * HOUR;

test("a job that ended twenty days before it began makes no run of twenty days", async () => {
  const endpoint = await phone.endpoint("github");
  const skippedJob = workflowJob({ id: 5, run: 1, conclusion: "skipped", at: NOON - 20 * DAY_MS });
  await phone.wait(65 * SECOND);
  await phone.hear(endpoint, skippedJob);
  await phone.hear(endpoint, workflowRun({ id: 1, at: phone.now(), conclusion: "success" }));
  await phone.wait(MINUTE);
  expect(phone.cards().join()).not.toContain(" d ");
  const tracks = await (await phone.gateway.admin("GET", "/api/v1/tracks")).text();
  expect(tracks).toContain('"median_duration_ms":65000');
});
