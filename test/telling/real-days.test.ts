/**
 * Real days, one line each: what overlaps, is run again, renamed, heard late or twice, comes from a
 * fork, a bot or the merge queue. What rings, what lies there quietly.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  commitStatus,
  deploymentReview,
  deploymentStatus,
  workflowJob,
  workflowRun,
} from "./github.ts";
import type { RunOf } from "./github.ts";
import { netlify, railway, vercel } from "./hosts.ts";
import type { VercelOf } from "./hosts.ts";
import { NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

interface Day {
  readonly name: string;
  readonly provider: string;
  readonly settings?: object;
  readonly steps: readonly Step[];
  readonly rung: readonly string[];
  readonly quiet?: readonly string[];
  readonly thenSeconds?: number;
}

const DAY = 24 * 60 * 60;

/** Made as many seconds after noon as its number is. */
const run =
  (id: number, conclusion: string | null, more: Partial<RunOf> = {}): Step[1] =>
  (at) =>
    workflowRun({ id, at, conclusion, startedAt: NOON + id * SECOND, ...more });
const second = (startedAt: number): Partial<RunOf> => ({
  attempt: 2,
  createdAt: NOON + SECOND,
  startedAt: NOON + startedAt * SECOND,
});
const made =
  (kind: string, id: string, more: Partial<VercelOf> = {}): Step[1] =>
  (at) =>
    vercel(kind, { id, at, ...more });
const preview = (branch: string) => ({ target: null, branch });
const renamed =
  (told: Step[1], name: string): Step[1] =>
  (at) => {
    const webhook = told(at);
    const repository = { id: 1, name, full_name: `ada/${name}`, default_branch: "main" };
    return { ...webhook, body: { ...webhook.body, repository } };
  };
const asked =
  (action: "requested" | "approved" | "rejected", environment: string): Step[1] =>
  (at) =>
    deploymentReview({
      id: 1,
      at,
      conclusion: null,
      action,
      environment,
      approver: "grace",
      startedAt: NOON + SECOND,
    });

const OLDER = "5fa1b2c3d4e5f60718293a4b";
const NEWER = "6fa1b2c3d4e5f60718293a4c";
const FAILED = "web-shop · CI failed";
const PASSED = "web-shop · CI passed again";

const DAYS: readonly Day[] = [
  {
    name: "a newer run passes first, the older one fails later",
    provider: "github",
    steps: [
      [1, run(1, null)],
      [10, run(2, null)],
      [60, run(2, "success")],
      [90, run(1, "failure")],
    ],
    rung: [],
    quiet: ["web-shop · CI failed, a newer run passed"],
  },
  {
    name: "a newer run fails, the older one passes later: nothing is fixed",
    provider: "github",
    steps: [
      [1, run(1, null)],
      [10, run(2, null)],
      [60, run(2, "failure")],
      [90, run(1, "success")],
    ],
    rung: [FAILED],
  },
  {
    name: "an old run is run again and passes, after a newer one failed: nothing is fixed",
    provider: "github",
    steps: [
      [5, run(1, "failure")],
      [20, run(2, "failure")],
      [100, run(1, null, second(95))],
      [160, run(1, "success", second(95))],
    ],
    rung: [FAILED, FAILED],
  },
  {
    name: "the repository is renamed between failure and success",
    provider: "github",
    steps: [
      [5, run(1, "failure")],
      [100, renamed(run(2, null), "shop")],
      [160, renamed(run(2, "success"), "shop")],
    ],
    rung: [FAILED, "shop · CI passed again"],
  },
  {
    name: "the workflow is renamed between failure and success",
    provider: "github",
    steps: [
      [5, run(1, "failure")],
      [60, run(2, "success", { name: "Tests" })],
    ],
    rung: [FAILED, "web-shop · Tests passed again"],
  },
  {
    name: "the provider's clock is five minutes ahead",
    provider: "github",
    steps: [
      [1, (at) => run(1, null)(at + 300 * SECOND)],
      [60, (at) => run(1, "failure")(at + 300 * SECOND)],
      [120, (at) => run(2, "success", { startedAt: NOON + 400 * SECOND })(at + 300 * SECOND)],
    ],
    rung: [FAILED, PASSED],
  },
  {
    name: "a run is said to be of 1970",
    provider: "github",
    steps: [
      [1, run(1, null, { startedAt: 0, createdAt: 0 })],
      [60, run(1, "failure", { startedAt: 0, createdAt: 0 })],
    ],
    rung: [FAILED],
  },
  {
    name: "all of it is heard backwards",
    provider: "github",
    steps: [
      [60, run(1, "failure")],
      [61, () => workflowJob({ id: 1, run: 1, conclusion: "failure", at: NOON + 50 * SECOND })],
      [62, () => run(1, null)(NOON + 5 * SECOND)],
    ],
    rung: [FAILED],
  },
  {
    name: "both are sent once more the next day",
    provider: "github",
    steps: [
      [5, run(1, "failure")],
      [60, run(2, "success")],
      [DAY, () => run(1, "failure")(NOON + 5 * SECOND)],
      [DAY + 5, () => run(2, "success")(NOON + 60 * SECOND)],
    ],
    rung: [FAILED, PASSED],
  },
  {
    name: "a newer run of the branch cancels it",
    provider: "github",
    steps: [
      [1, run(1, null, { branch: "cart" })],
      [30, run(2, null, { branch: "cart" })],
      [32, run(1, "cancelled", { branch: "cart" })],
      [90, run(2, "success", { branch: "cart" })],
    ],
    rung: [],
  },
  {
    name: "what a person cancels, or what is skipped, lies between failure and success",
    provider: "github",
    steps: [
      [5, run(1, "failure")],
      [100, run(2, null)],
      [130, run(2, "cancelled")],
      [150, run(3, "skipped")],
      [200, run(4, "success")],
    ],
    rung: [FAILED, PASSED],
  },
  {
    name: "it fails on main; the fix passes on its own branch, then on main",
    provider: "github",
    steps: [
      [5, run(1, "failure")],
      [60, run(2, "success", { branch: "fix" })],
      [120, run(3, "success")],
    ],
    rung: [FAILED, PASSED],
  },
  {
    name: "a bot's nightly on main fails: it is main's",
    provider: "github",
    steps: [[60, run(1, "failure", { login: "github-actions[bot]" })]],
    rung: [FAILED],
  },
  {
    name: "two environments of one run are approved one after the other",
    provider: "github",
    steps: [
      [1, run(1, null)],
      [20, asked("requested", "staging")],
      [40, asked("approved", "staging")],
      [100, asked("requested", "production")],
      [130, run(1, "success")],
    ],
    rung: ["web-shop · CI needs approval", "web-shop · CI needs approval"],
  },
  {
    name: "it is refused; the second try fails by itself",
    provider: "github",
    steps: [
      [1, run(1, null)],
      [20, asked("requested", "production")],
      [60, asked("rejected", "production")],
      [62, run(1, "failure")],
      [600, run(1, null, second(600))],
      [622, run(1, "failure", second(600))],
    ],
    rung: ["web-shop · CI needs approval", "web-shop · CI was rejected", FAILED],
  },
  {
    name: "a bot's deployment of production fails: it is production's",
    provider: "github",
    steps: [
      [
        1,
        (at) => deploymentStatus({ id: 1, at, state: "in_progress", creator: "dependabot[bot]" }),
      ],
      [40, (at) => deploymentStatus({ id: 1, at, state: "failure", creator: "dependabot[bot]" })],
    ],
    rung: ["web-shop production failed"],
  },
  {
    name: "a status flaps on one commit: each turn is told once",
    provider: "github",
    steps: [
      [0, (at) => commitStatus("build", "failure", at)],
      [60, (at) => commitStatus("build", "success", at)],
      [120, (at) => commitStatus("build", "failure", at)],
      [180, (at) => commitStatus("build", "success", at)],
    ],
    rung: [
      "web-shop: build failed on main",
      "web-shop: build passes again on main",
      "web-shop: build failed on main",
      "web-shop: build passes again on main",
    ],
  },
  {
    name: "the project is renamed while it is built",
    provider: "vercel",
    steps: [
      [0, made("created", "a1")],
      [30, made("error", "a1", { project: { id: "prj_1", name: "shop" } })],
      [100, made("created", "a2", { project: { id: "prj_1", name: "shop" } })],
      [150, made("promoted", "a2", { project: { id: "prj_1", name: "shop" } })],
    ],
    rung: ["shop production failed", "shop production is live again"],
  },
  {
    name: "the branch is deleted after a failure, and made again days later",
    provider: "vercel",
    steps: [
      [0, made("created", "a", preview("x"))],
      [20, made("error", "a", preview("x"))],
      [3 * DAY, made("created", "b", preview("x"))],
      [3 * DAY + 30, made("succeeded", "b", preview("x"))],
    ],
    rung: ["web-shop preview failed", "web-shop preview is ready again"],
  },
  {
    name: "eight branches fail at once: five ring, the rest is counted",
    provider: "vercel",
    steps: Array.from({ length: 8 }, (_, at): Step[] => [
      [at * 10, made("created", `q${at}`, preview(`b${at}`))],
      [at * 10 + 5, made("error", `q${at}`, preview(`b${at}`))],
    ]).flat(),
    rung: Array.from({ length: 5 }, () => "web-shop preview failed"),
    quiet: ["web-shop: 3 more runs failed"],
    thenSeconds: 700,
  },
  {
    name: "a newer build replaces one that runs",
    provider: "netlify",
    steps: [
      [0, (at) => netlify("deploy_building", { id: OLDER, at, state: "building" })],
      [20, (at) => netlify("deploy_building", { id: NEWER, at, state: "building", createdAt: at })],
      [
        21,
        (at) =>
          netlify("deploy_failed", {
            id: OLDER,
            at,
            state: "error",
            error: "Canceled build due to newer build request for this branch",
          }),
      ],
      [90, (at) => netlify("deploy_created", { id: NEWER, at, state: "ready", publishedAt: at })],
    ],
    rung: [],
  },
  {
    name: "a service crashes in staging and in production: only what is deployed again is live again",
    provider: "railway",
    steps: [
      [0, (at) => railway("deployed", { id: "p", at })],
      [1, (at) => railway("deployed", { id: "s", at, environment: "staging" })],
      [60, (at) => railway("crashed", { id: "s", at, environment: "staging" })],
      [70, (at) => railway("crashed", { id: "p", at })],
      [200, (at) => railway("deployed", { id: "s2", at, environment: "staging" })],
    ],
    rung: [
      "web-shop: api crashed",
      "web-shop: api crashed",
      "web-shop · api staging is live again",
    ],
  },
];

describe("a real day", () => {
  test.each(DAYS)("$provider: $name", async (day) => {
    const endpoint = await phone.endpoint(day.provider, day.settings);
    await play(phone, endpoint, day.steps, day.thenSeconds);
    expect({ rung: phone.rung(), quiet: phone.quiet() }).toEqual({
      rung: day.rung,
      quiet: day.quiet ?? [],
    });
  });
});
