/** One deployment, one buzz, whoever tells of it; and no endpoint swallows another's failure. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { TestEndpoint } from "../support/gateway.ts";
import {
  checkSuite,
  deployment,
  deploymentReview,
  deploymentStatus,
  statusBy,
  workflowJob,
  workflowRun,
} from "./github.ts";
import { addressOf, vercel } from "./hosts.ts";
import { MINUTE, NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone, Step } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

describe("GitHub's five recommended events", () => {
  const run = 41;
  const review =
    (action: "requested" | "approved"): Step[1] =>
    (at) =>
      deploymentReview({ id: run, at, conclusion: null, action });
  const job =
    (conclusion: string | null, status?: string): Step[1] =>
    (at) =>
      workflowJob({
        id: 5,
        run,
        at,
        conclusion,
        name: "deploy",
        environment: "production",
        startedAt: NOON + 5 * SECOND,
        ...(status && { status }),
      });
  const status =
    (state: string): Step[1] =>
    (at) =>
      deploymentStatus({ id: 1, at, state, run, createdAt: NOON + 5 * SECOND });
  const untilDeploy: readonly Step[] = [
    [0, (at) => workflowRun({ id: run, at, conclusion: null })],
    [5, job(null, "waiting")],
    [5.2, (at) => deployment({ id: 1, at, run, createdAt: at })],
    [5.4, status("waiting")],
    [5.6, review("requested")],
    [15 * 60, review("approved")],
    [15 * 60 + 1, status("queued")],
    [15 * 60 + 2, job(null)],
    [15 * 60 + 3, status("in_progress")],
  ];

  test("one approval and a deploy job that fails: two pushes", async () => {
    const endpoint = await phone.endpoint("github");
    await play(
      phone,
      endpoint,
      [
        ...untilDeploy,
        [16 * 60, job("failure")],
        [16 * 60 + 1, status("failure")],
        [16 * 60 + 2, (at) => workflowRun({ id: run, at, conclusion: "failure" })],
      ],
      120,
    );
    expect(phone.rung()).toHaveLength(2);
    expect(phone.rung()[0]).toBe("web-shop · CI needs approval");
    expect(phone.rung()[1]).toMatch(/failed$/);
    expect(phone.quiet()).toEqual([]);
  });

  test("the same, the run's end before its deployment's", async () => {
    const endpoint = await phone.endpoint("github");
    await play(
      phone,
      endpoint,
      [
        ...untilDeploy,
        [16 * 60, (at) => workflowRun({ id: run, at, conclusion: "failure" })],
        [16 * 60 + 1, status("failure")],
        [16 * 60 + 2, job("failure")],
      ],
      120,
    );
    expect(phone.rung()).toHaveLength(2);
  });

  test("one that is approved and goes well: one push", async () => {
    const endpoint = await phone.endpoint("github");
    await play(phone, endpoint, [
      ...untilDeploy,
      [16 * 60, job("success")],
      [16 * 60 + 1, status("success")],
      [16 * 60 + 2, (at) => workflowRun({ id: run, at, conclusion: "success" })],
    ]);
    expect(phone.rung()).toEqual(["web-shop · CI needs approval"]);
  });
});

/** The host's own telling of a failure, and its bot's through GitHub. */
interface Two {
  readonly vercel: TestEndpoint;
  readonly github: TestEndpoint;
}

const SHA = "8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3";

async function first(on: Two): Promise<void> {
  await phone.hear(on.vercel, vercel("created", { id: "dpl_abc123", at: phone.now() }));
  await phone.hear(on.github, botTells("pending"));
  await phone.wait(40 * SECOND);
}

const byHost = (on: Two) =>
  phone.hear(on.vercel, vercel("error", { id: "dpl_abc123", at: phone.now() }));
const byBot = (on: Two) => phone.hear(on.github, botTells("failure"));

const botTells = (state: string) =>
  deploymentStatus({
    id: 9,
    at: phone.now(),
    createdAt: NOON,
    state,
    sha: SHA,
    ref: SHA,
    creator: "vercel[bot]",
    environment: "Production – web-shop",
    url: `https://${addressOf("dpl_abc123")}`,
    log: `https://${addressOf("dpl_abc123")}`,
  });

const both = async (settings: { vercel?: object; github?: object } = {}): Promise<Two> => ({
  vercel: await phone.endpoint("vercel", { channels: ["phone"], ...settings.vercel }),
  github: await phone.endpoint("github", { channels: ["phone"], ...settings.github }),
});

describe("a failed deployment that the host and its bot tell of", () => {
  test("the host first", async () => {
    const on = await both();
    await first(on);
    await byHost(on);
    await phone.wait(3 * SECOND);
    await byBot(on);
    await phone.wait(MINUTE);
    expect(phone.rung()).toHaveLength(1);
    expect((await phone.reasons())[0]?.detail).toContain("told by vercel 3 s earlier");
  });

  test("its bot first, as is usual", async () => {
    const on = await both();
    await first(on);
    await byBot(on);
    await phone.wait(3 * SECOND);
    await byHost(on);
    await phone.wait(MINUTE);
    expect(phone.rung()).toHaveLength(1);
  });

  test("its bot first, and the host a minute later", async () => {
    const on = await both();
    await first(on);
    await byBot(on);
    await phone.wait(MINUTE);
    await byHost(on);
    await phone.wait(MINUTE);
    expect(phone.rung()).toHaveLength(1);
  });

  test.each<{ name: string; silence: (on: Two) => Promise<unknown>; settings?: object }>([
    {
      name: "filters its branch out",
      settings: { filters: { branches: ["release"] } },
      silence: () => Promise.resolve(),
    },
    { name: "tells nobody", settings: { notify: "none" }, silence: () => Promise.resolve() },
    {
      name: "is muted by a rule",
      settings: { rules: [{ when: { environments: ["production"] }, then: { mute: true } }] },
      silence: () => Promise.resolve(),
    },
    {
      name: "tells other channels",
      settings: { channels: ["somebody-else"] },
      silence: () => Promise.resolve(),
    },
    {
      name: "was disabled in between",
      silence: (on) =>
        phone.gateway.admin("PATCH", `/api/v1/endpoints/${on.vercel.id}`, { enabled: false }),
    },
    {
      name: "was deleted in between",
      silence: (on) => phone.gateway.admin("DELETE", `/api/v1/endpoints/${on.vercel.id}`),
    },
    {
      name: "was told to tell nobody in between",
      silence: (on) =>
        phone.gateway.admin("PATCH", `/api/v1/endpoints/${on.vercel.id}`, { notify: "none" }),
    },
  ])(
    "the host's endpoint $name: the bot's telling is heard",
    async ({ silence, settings = {} }) => {
      const on = await both({ vercel: settings });
      await first(on);
      await silence(on);
      await byBot(on);
      await phone.wait(2 * SECOND);
      const isGone =
        (await phone.gateway.fetch(new URL(on.vercel.url).pathname, { method: "POST" })).status ===
        404;
      if (!isGone) await byHost(on);
      await phone.wait(MINUTE);
      const onPhone = phone.pushes().filter(({ target }) => target?.channels.includes("phone"));
      expect(onPhone).toHaveLength(1);
    },
  );

  test("two commits of one app are two deployments", async () => {
    const on = await both();
    await first(on);
    await byHost(on);
    const other = deploymentStatus({
      id: 10,
      at: phone.now(),
      createdAt: phone.now(),
      state: "failure",
      sha: "b".repeat(40),
      ref: "main",
      creator: "vercel[bot]",
      environment: "Production – web-shop",
      url: `https://${addressOf("dpl_zzz999")}`,
    });
    await phone.hear(on.github, other);
    await phone.wait(MINUTE);
    expect(phone.rung()).toHaveLength(2);
  });

  test("one that fails and is deployed again: its host tells that it is fixed", async () => {
    const on = await both();
    await first(on);
    await byBot(on);
    await byHost(on);
    await phone.wait(MINUTE);
    await phone.hear(
      on.vercel,
      vercel("created", { id: "dpl_new", at: phone.now(), sha: "c".repeat(40) }),
    );
    await phone.wait(MINUTE);
    await phone.hear(
      on.vercel,
      vercel("succeeded", { id: "dpl_new", at: phone.now(), sha: "c".repeat(40) }),
    );
    await phone.hear(
      on.vercel,
      vercel("promoted", { id: "dpl_new", at: phone.now(), sha: "c".repeat(40) }),
    );
    await phone.wait(MINUTE);
    expect(phone.rung()).toEqual([
      "web-shop production failed",
      "web-shop production is live again",
    ]);
  });
});

describe("a build that its owner canceled, and whose bot calls it failed", () => {
  const canceled = (on: Two) =>
    phone.hear(on.vercel, vercel("canceled", { id: "dpl_abc123", at: phone.now() }));

  test.each<{ name: string; settings?: object }>([
    { name: "its owner first" },
    { name: "its owner tells nobody", settings: { notify: "none" } },
    { name: "its owner tells others", settings: { channels: ["somebody-else"] } },
  ])("$name", async ({ settings = {} }) => {
    const on = await both({ vercel: settings });
    await first(on);
    await canceled(on);
    await phone.wait(3 * SECOND);
    await byBot(on);
    expect((await phone.reasons())[0]?.detail).toContain("no failure: canceled, as vercel told");
    await phone.wait(MINUTE);
    expect(phone.pushes()).toEqual([]);
  });

  test("its bot first", async () => {
    const on = await both();
    await first(on);
    await byBot(on);
    await phone.wait(3 * SECOND);
    await canceled(on);
    await phone.wait(MINUTE);
    expect(phone.pushes()).toEqual([]);
  });

  test("the same commit deployed again fails: that is heard, though its owner is gone", async () => {
    const on = await both();
    await first(on);
    await canceled(on);
    await phone.gateway.admin("DELETE", `/api/v1/endpoints/${on.vercel.id}`);
    await phone.wait(5 * MINUTE);
    const again = deploymentStatus({
      id: 10,
      at: phone.now(),
      createdAt: phone.now() - 40 * SECOND,
      state: "failure",
      sha: SHA,
      ref: SHA,
      creator: "vercel[bot]",
      environment: "Production – web-shop",
      url: `https://${addressOf("dpl_again1")}`,
    });
    await phone.hear(on.github, again);
    await phone.wait(MINUTE);
    expect(phone.rung()).toHaveLength(1);
  });
});

describe("a re-run of a workflow that deploys", () => {
  const run = 77;
  const tries: readonly (readonly ["success" | "failure", "success" | "failure"])[] = [
    ["failure", "failure"],
    ["failure", "success"],
  ];
  const orders = ["the run first", "the deployment first"] as const;

  test.each(tries.flatMap((ends) => orders.map((order) => ({ ends, order }))))(
    "$ends, $order: one push a try",
    async ({ ends, order }) => {
      const endpoint = await phone.endpoint("github");
      for (const [index, conclusion] of ends.entries()) {
        const attempt = index + 1;
        const startedAt = phone.now();
        const ofDeployment = { id: 100 + attempt, createdAt: startedAt, run, attempt };
        const ofRun = { id: run, attempt, startedAt };
        await phone.hear(endpoint, workflowRun({ ...ofRun, at: phone.now(), conclusion: null }));
        await phone.hear(endpoint, deployment({ ...ofDeployment, at: phone.now() }));
        await phone.wait(MINUTE);
        const told = [
          workflowRun({ ...ofRun, at: phone.now(), conclusion }),
          deploymentStatus({ ...ofDeployment, at: phone.now(), state: conclusion }),
        ];
        // The other way round in the second try, so that each has told something before.
        const isReversed = (order === "the deployment first") === (index === 0);
        for (const webhook of isReversed ? told.toReversed() : told)
          await phone.hear(endpoint, webhook);
        await phone.wait(5 * MINUTE);
      }
      expect(phone.rung()).toHaveLength(2);
    },
  );
});

describe("a bot writes a commit status beside its deployment", () => {
  const status = (context: string, url?: string) =>
    statusBy({
      at: phone.now(),
      sha: SHA,
      context,
      login: "vercel[bot]",
      ...(url && { url }),
    });
  const DASHBOARD = "https://vercel.com/ada/web-shop/abc123";
  const ofRepository = (state: string) =>
    deploymentStatus({
      id: 9,
      at: phone.now(),
      createdAt: NOON,
      state,
      sha: SHA,
      ref: SHA,
      creator: "vercel[bot]",
      environment: "Production",
      url: `https://${addressOf("dpl_abc123")}`,
    });
  const later = async () => {
    for (let seconds = 0; seconds < 60; seconds += 5) await phone.wait(5 * SECOND);
  };

  test.each([
    ["of one of several apps", () => status("Vercel – web-shop"), () => botTells("failure")],
    ["of the only app", () => status("Vercel"), () => ofRepository("failure")],
  ])("%s, the status first or last: one push, of the deployment", async (_name, tells, deploys) => {
    const on = await both();
    await first(on);
    await phone.hear(on.github, tells());
    await phone.wait(3 * SECOND);
    await phone.hear(on.github, deploys());
    await phone.hear(on.github, tells());
    await later();
    expect(phone.rung()).toHaveLength(1);
    expect(phone.rung()[0]).toMatch(/production failed$/);
  });

  test("the host itself tells of it: its dashboard's address says which app", async () => {
    const on = await both();
    await first(on);
    await phone.hear(on.github, status("Vercel", DASHBOARD));
    await byHost(on);
    await later();
    expect(phone.rung()).toEqual(["web-shop production failed"]);
  });

  test("the host says that it was canceled: nothing", async () => {
    const on = await both();
    await first(on);
    await phone.hear(on.github, status("Vercel", DASHBOARD));
    await phone.hear(on.vercel, vercel("canceled", { id: "dpl_abc123", at: phone.now() }));
    await later();
    expect(phone.pushes()).toEqual([]);
  });

  test("nobody else tells of it: it is heard, with what else failed of the commit", async () => {
    const endpoint = await phone.endpoint("github");
    await phone.hear(endpoint, status("Vercel"));
    await phone.hear(endpoint, statusBy({ at: phone.now(), sha: SHA, context: "ci/lint" }));
    await later();
    expect(phone.rung()).toEqual(["web-shop: Vercel failed on main (and 1 more)"]);
  });

  test.each(["first", "last"])("its app's check suite fails, %s: one push", async (when) => {
    const endpoint = await phone.endpoint("github");
    const suite = () =>
      checkSuite({ at: phone.now(), conclusion: "failure", app: "vercel", sha: SHA });
    const tells = [suite, () => ofRepository("failure")];
    for (const webhook of when === "first" ? tells : tells.toReversed()) {
      await phone.hear(endpoint, webhook());
      await phone.wait(3 * SECOND);
    }
    await later();
    expect(phone.rung()).toEqual(["web-shop production failed"]);
  });

  test("its app's check suite fails, and nobody tells of a deployment: it is heard", async () => {
    const endpoint = await phone.endpoint("github");
    await phone.hear(
      endpoint,
      checkSuite({ at: phone.now(), conclusion: "failure", app: "vercel", sha: SHA }),
    );
    await later();
    expect(phone.rung()).toEqual(["web-shop: checks failed on main"]);
  });

  test("its app's check suite fails beside the host's own telling of two apps: two pushes", async () => {
    const on = await both();
    await first(on);
    await phone.hear(
      on.github,
      checkSuite({ at: phone.now(), conclusion: "failure", app: "vercel", sha: SHA }),
    );
    await byHost(on);
    const other = { id: "prj_2", name: "admin" };
    const failed = { id: "dpl_other", at: phone.now(), project: other, sha: SHA };
    await phone.hear(on.vercel, vercel("error", failed));
    await later();
    expect(phone.rung()).toEqual(["web-shop production failed", "admin production failed"]);
  });

  test("its deployment is told, and something else of the commit fails: both are heard", async () => {
    const endpoint = await phone.endpoint("github");
    await phone.hear(endpoint, status("Vercel"));
    await phone.hear(endpoint, ofRepository("failure"));
    await phone.hear(endpoint, statusBy({ at: phone.now(), sha: SHA, context: "ci/lint" }));
    await later();
    expect(phone.rung()).toEqual([
      "web-shop production failed",
      "web-shop: ci/lint failed on main",
    ]);
  });
});
