/** Lines and branches: no run speaks for another's, and none is mute because another runs. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deployment, deploymentStatus, workflowJob, workflowRun } from "./github.ts";
import type { RunOf } from "./github.ts";
import { netlify, railway, vercel } from "./hosts.ts";
import { NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const run =
  (it: Omit<RunOf, "at">): Step[1] =>
  (at) =>
    workflowRun({ startedAt: NOON, ...it, at });

interface History {
  readonly name: string;
  readonly provider: string;
  readonly steps: readonly Step[];
  readonly rung: readonly string[];
  readonly quiet?: readonly string[];
}

const deploys = (task: string, id: number) => (state: string | undefined) => (at: number) =>
  state === undefined
    ? deployment({ id, task, at, createdAt: at })
    : deploymentStatus({ id, task, at, state });
const api = deploys("deploy:api", 1);
const web = deploys("deploy:web", 2);

const byBot = (creator: string, id: number, state: string | undefined) => (at: number) => {
  const it = { id, creator, environment: "Production", at };
  return state === undefined
    ? deployment({ ...it, createdAt: at })
    : deploymentStatus({ ...it, state });
};

const netlifyFailed = (id: string, error: string) => (at: number) =>
  netlify("deploy_failed", { id: id.repeat(12), at, state: "error", createdAt: at, error });

const preview = (id: string, branch: string, kind: string) => (at: number) =>
  vercel(kind, { id, at, target: null, branch });

const HISTORIES: readonly History[] = [
  {
    name: "another branch's success neither swallows a failure nor mends it",
    provider: "github",
    steps: [
      [0, run({ id: 1, branch: "main", conclusion: null })],
      [10, run({ id: 2, branch: "feature/x", conclusion: null, startedAt: NOON + 10 * SECOND })],
      [20, run({ id: 1, branch: "main", conclusion: "failure" })],
      [
        25,
        run({ id: 2, branch: "feature/x", conclusion: "success", startedAt: NOON + 10 * SECOND }),
      ],
    ],
    rung: ["web-shop · CI failed"],
  },
  {
    name: "two files of one workflow name are two lines",
    provider: "github",
    steps: [
      [0, run({ id: 1, workflow: 88, conclusion: null })],
      [1, run({ id: 2, workflow: 89, conclusion: null, startedAt: NOON + SECOND })],
      [30, run({ id: 1, workflow: 88, conclusion: "failure" })],
      [31, run({ id: 2, workflow: 89, conclusion: "success", startedAt: NOON + SECOND })],
    ],
    rung: ["web-shop · CI failed"],
  },
  {
    name: "two tasks to one environment are two lines",
    provider: "github",
    steps: [
      [0, api(undefined)],
      [1, web(undefined)],
      [5, api("in_progress")],
      [6, web("in_progress")],
      [40, api("failure")],
      [60, web("success")],
    ],
    rung: ["web-shop · api production failed"],
  },
  {
    name: "a task's failure is mended by the same task alone",
    provider: "github",
    steps: [
      [0, api(undefined)],
      [40, api("failure")],
      [50, web(undefined)],
      [90, web("success")],
      [100, deploys("deploy:api", 3)(undefined)],
      [160, deploys("deploy:api", 3)("success")],
    ],
    rung: ["web-shop · api production failed", "web-shop · api production is live again"],
  },
  {
    name: "two hosts' bots call their environments alike: each has a line of its own",
    provider: "github",
    steps: [
      [0, byBot("netlify[bot]", 1, undefined)],
      [1, byBot("vercel[bot]", 2, undefined)],
      [40, byBot("netlify[bot]", 1, "failure")],
      [60, byBot("vercel[bot]", 2, "success")],
      [90, byBot("vercel[bot]", 2, "inactive")],
    ],
    rung: ["web-shop · netlify production failed"],
  },
  {
    name: "a build that was canceled is none that failed, whatever its tests are called",
    provider: "netlify",
    steps: [
      [10, netlifyFailed("1a", "Canceled build due to no content change")],
      [20, netlifyFailed("2a", "Failed during stage 'building site': Build was cancelled")],
      [30, netlifyFailed("3a", "Test 'cancels an order' failed")],
    ],
    rung: ["web-shop production failed"],
  },
  {
    name: "a failure that nobody was told of is not mended aloud",
    provider: "github",
    steps: [
      [0, run({ id: 1, branch: "main", conclusion: "success" })],
      [60, run({ id: 2, branch: "main", conclusion: "success", startedAt: NOON + 40 * SECOND })],
    ],
    rung: [],
  },
  {
    name: "a job is heard before its run, whose name says less than its id",
    provider: "github",
    steps: [
      [0, (at) => workflowJob({ id: 5, run: 1, conclusion: null, at })],
      [30, (at) => workflowJob({ id: 5, run: 1, conclusion: "failure", at })],
      [31, run({ id: 1, conclusion: "failure", workflow: 88 })],
      [50, run({ id: 2, conclusion: "success", workflow: 89, startedAt: NOON + 40 * SECOND })],
    ],
    rung: ["web-shop · CI failed"],
  },
  {
    name: "previews of two branches, of which the elder fails",
    provider: "vercel",
    steps: [
      [0, preview("dpl_a", "one", "created")],
      [5, preview("dpl_b", "two", "created")],
      [40, preview("dpl_a", "one", "error")],
      [50, preview("dpl_b", "two", "succeeded")],
    ],
    rung: ["web-shop preview failed"],
  },
  {
    name: "two services of one project and one name's beginning",
    provider: "railway",
    steps: [
      [0, (at) => railway("building", { id: "d1", at, service: "api" })],
      [2, (at) => railway("building", { id: "d2", at, service: "api-worker" })],
      [30, (at) => railway("failed", { id: "d1", at, service: "api" })],
      [40, (at) => railway("deployed", { id: "d2", at, service: "api-worker" })],
    ],
    rung: ["web-shop · api production failed"],
  },
  {
    name: "a run that was skipped does not cover the failure before it",
    provider: "github",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [20, run({ id: 2, conclusion: "skipped", startedAt: NOON + 20 * SECOND })],
      [40, run({ id: 1, conclusion: "failure" })],
    ],
    rung: ["web-shop · CI failed"],
  },
  {
    name: "an older run's failure after a newer one passed is quiet",
    provider: "github",
    steps: [
      [0, run({ id: 1, conclusion: null })],
      [5, run({ id: 2, conclusion: null, startedAt: NOON + 5 * SECOND })],
      [30, run({ id: 2, conclusion: "success", startedAt: NOON + 5 * SECOND })],
      [40, run({ id: 1, conclusion: "failure" })],
    ],
    rung: [],
    quiet: ["web-shop · CI failed, a newer run passed"],
  },
  {
    name: "the second attempt fails and the third passes",
    provider: "github",
    steps: [
      [20, run({ id: 1, conclusion: "failure" })],
      [90, run({ id: 1, attempt: 2, conclusion: "failure", startedAt: NOON + 60 * SECOND })],
      [200, run({ id: 1, attempt: 3, conclusion: "success", startedAt: NOON + 150 * SECOND })],
    ],
    rung: ["web-shop · CI failed", "web-shop · CI failed", "web-shop · CI passed on the third try"],
  },
  {
    name: "an old run passes on its second try while a newer one is broken",
    provider: "github",
    steps: [
      [20, run({ id: 1, conclusion: "failure" })],
      [60, run({ id: 2, conclusion: "failure", startedAt: NOON + 40 * SECOND })],
      [120, run({ id: 1, attempt: 2, conclusion: "success", startedAt: NOON + 90 * SECOND })],
      [180, run({ id: 3, conclusion: "success", startedAt: NOON + 150 * SECOND })],
    ],
    rung: ["web-shop · CI failed", "web-shop · CI failed", "web-shop · CI passed again"],
  },
  {
    name: "only the second try of an old run is heard, which says when the first was made",
    provider: "github",
    steps: [
      [60, run({ id: 2, conclusion: "failure", startedAt: NOON + 40 * SECOND })],
      [
        120,
        run({
          id: 1,
          attempt: 2,
          conclusion: "success",
          createdAt: NOON,
          startedAt: NOON + 90 * SECOND,
        }),
      ],
    ],
    rung: ["web-shop · CI failed"],
  },
  {
    name: "an old run fails again after a newer one has mended its line",
    provider: "github",
    steps: [
      [20, run({ id: 1, conclusion: "failure" })],
      [60, run({ id: 2, conclusion: "success", startedAt: NOON + 40 * SECOND })],
      [120, run({ id: 1, attempt: 2, conclusion: "failure", startedAt: NOON + 90 * SECOND })],
      [180, run({ id: 3, conclusion: "success", startedAt: NOON + 150 * SECOND })],
    ],
    rung: ["web-shop · CI failed", "web-shop · CI passed again"],
    quiet: ["web-shop · CI failed, a newer run passed"],
  },
];

describe("each run is judged for itself", () => {
  test.each(HISTORIES)("$name", async ({ provider, steps, rung, quiet = [] }) => {
    const endpoint = await phone.endpoint(provider);
    await play(phone, endpoint, steps);
    expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung, quiet });
  });

  test.each(HISTORIES)(
    "every webhook twice: $name",
    async ({ provider, steps, rung, quiet = [] }) => {
      const endpoint = await phone.endpoint(provider);
      await play(
        phone,
        endpoint,
        steps.flatMap((step) => [step, step]),
      );
      expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({ rung, quiet });
    },
  );
});

test("an old run that was run again is not what the card ends with", async () => {
  const endpoint = await phone.endpoint("github", { notify: "outcomes" });
  await play(phone, endpoint, [
    [20, run({ id: 1, conclusion: "failure" })],
    [60, run({ id: 2, conclusion: "failure", startedAt: NOON + 40 * SECOND })],
    [100, run({ id: 1, attempt: 2, conclusion: null, startedAt: NOON + 90 * SECOND })],
    [120, run({ id: 1, attempt: 2, conclusion: "success", startedAt: NOON + 90 * SECOND })],
  ]);
  expect(phone.cards()).toEqual([expect.stringContaining("CI: Failed")]);
  expect(phone.quiet()).toEqual(["web-shop · CI passed, a newer run failed"]);
});

test("of two custom environments one neither mends the other nor speaks for it", async () => {
  const endpoint = await phone.endpoint("vercel", { notify: "failures" });
  const staging = { id: "dpl_staging", target: null, customEnvironment: "env_staging" };
  const qa = { id: "dpl_qa", target: null, customEnvironment: "env_qa" };
  await play(phone, endpoint, [
    [0, (at) => vercel("created", { ...staging, at })],
    [20, (at) => vercel("error", { ...staging, at })],
    [60, (at) => vercel("created", { ...qa, at })],
    [90, (at) => vercel("succeeded", { ...qa, at })],
    [120, (at) => vercel("created", { ...qa, id: "dpl_qa2", at })],
    [150, (at) => vercel("error", { ...qa, id: "dpl_qa2", at })],
    [200, (at) => vercel("created", { ...staging, id: "dpl_staging2", at })],
    [230, (at) => vercel("succeeded", { ...staging, id: "dpl_staging2", at })],
  ]);
  expect(phone.rung()).toEqual([
    "web-shop custom failed",
    "web-shop custom failed",
    "web-shop custom is ready again",
  ]);
  const tracks = await (await phone.gateway.admin("GET", "/api/v1/tracks")).text();
  expect(tracks.match(/"stream_key"/g)).toHaveLength(2);
});

test("jobs alone tell no branch: another run's success mends nothing and hides no failure", async () => {
  const endpoint = await phone.endpoint("github");
  const job =
    (run: number, conclusion: string | null, id = run): Step[1] =>
    (at) =>
      workflowJob({ id, run, at, conclusion });
  await play(
    phone,
    endpoint,
    [
      [0, job(1, null)],
      [1, job(2, null)],
      [2, job(3, null)],
      [60, job(1, "failure")],
      [65, job(3, "success")],
      [130, job(2, "failure")],
    ],
    200,
  );
  expect(phone.rung()).toEqual(["web-shop · CI failed", "web-shop · CI failed"]);
  expect(phone.quiet()).toEqual([]);
});
