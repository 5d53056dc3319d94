/** No delivery ends without what it led to, or a reason that is true. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { httpFixtures, recordedProviders } from "../support/fixtures.ts";
import { send } from "../support/send.ts";
import { github, workflowRun } from "./github.ts";
import { netlify, railway, vercel } from "./hosts.ts";
import { MINUTE, NOON, play, SECOND, startPhone } from "./phone.ts";
import type { Phone, Webhook } from "./phone.ts";

let phone: Phone;
beforeEach(async () => {
  phone = await startPhone();
});
afterEach(() => phone.close());

const why = z.object({
  status: z.string(),
  detail: z.string().nullable(),
  signals: z.array(z.unknown()).nullable(),
  commands: z.array(z.unknown()),
});

test.each(recordedProviders())("every recorded delivery of %s", async (provider) => {
  const endpoint = await phone.endpoint(provider);
  const ids: string[] = [];
  for (const fixture of httpFixtures(provider)) {
    const answer = await send(phone.gateway, endpoint, fixture);
    const { delivery_id: id } = z
      .object({ delivery_id: z.string() })
      .loose()
      .catch({ delivery_id: "" })
      .parse(await answer.json());
    if (id !== "") ids.push(id);
    await phone.wait(SECOND);
  }
  for (const id of ids) {
    const told = why.parse(
      await (await phone.gateway.admin("GET", `/api/v1/deliveries/${id}`)).json(),
    );
    const isExplained = told.commands.length > 0 || (told.detail ?? "") !== "";
    expect({ id, ...told, isExplained }).toMatchObject({ isExplained: true });
  }
  expect(ids.length).toBeGreaterThan(10);
});

interface Told {
  readonly name: string;
  readonly webhook: Webhook;
  readonly status: string;
  readonly detail: RegExp;
  readonly settings?: object;
}

const TOLD: readonly Told[] = [
  {
    name: "a run's start changes only the card",
    webhook: workflowRun({ id: 1, at: NOON, conclusion: null }),
    status: "processed",
    detail: /^$/,
  },
  {
    name: "Railway's building without the deployment's name",
    webhook: railway("building", { id: null, at: NOON }),
    status: "ignored",
    detail: /does not name the deployment/,
  },
  {
    name: "a pull request's label",
    webhook: github("pull_request", {
      action: "labeled",
      pull_request: { number: 1, title: "x" },
    }),
    status: "ignored",
    detail: /only a merge and a request for a review/,
  },
  {
    name: "a star",
    webhook: github("star", { action: "created" }),
    status: "ignored",
    detail: /not a deploy/,
  },
  {
    name: "a filter",
    webhook: workflowRun({ id: 1, at: NOON, conclusion: "failure", branch: "wip" }),
    settings: { filters: { branches: ["main"] } },
    status: "filtered",
    detail: /branches/,
  },
  {
    name: "a success nobody asked for",
    webhook: workflowRun({ id: 1, at: NOON, conclusion: "success" }),
    status: "processed",
    detail: /succeeded: notify: failures/,
  },
  {
    name: "a preview that is ready, as Vercel tells it",
    webhook: vercel("ready", { id: "dpl_1", at: NOON, target: null }),
    status: "processed",
    detail: /^$/,
  },
  {
    name: "a state that Netlify's signature does not cover",
    webhook: netlify("deploy_created", { id: "5fa1b2c3d4e5f60718293a4b", at: NOON, state: "odd" }),
    status: "ignored",
    detail: /state odd is no step/,
  },
];

describe("the reason of", () => {
  test.each(TOLD)("$name", async ({ webhook, status, detail, settings }) => {
    const endpoint = await phone.endpoint(webhook.provider, settings);
    await phone.hear(endpoint, webhook);
    const [told] = await phone.reasons();
    expect(told).toMatchObject({ status });
    expect(told?.detail ?? "").toMatch(detail);
  });
});

describe("a filter on the project holds back", () => {
  test.each([
    ["an alert", railway("crashed", { id: "a", at: NOON })],
    [
      "a notice",
      github("pull_request", {
        action: "closed",
        pull_request: { number: 1, title: "Sell more", merged: true },
      }),
    ],
  ])("%s", async (_, webhook) => {
    const open = await phone.endpoint(webhook.provider, { notify: "all" });
    await phone.hear(open, webhook);
    await phone.wait(MINUTE);
    expect(phone.pushes()).toHaveLength(1);
    const settings = { notify: "all", filters: { projects: ["another"] } };
    const closed = await phone.endpoint(webhook.provider, settings);
    await phone.hear(closed, webhook);
    await phone.wait(MINUTE);
    expect(phone.pushes()).toHaveLength(1);
    const statuses = (await phone.reasons()).map(({ status, detail }) => [status, detail]);
    expect(statuses).toContainEqual(["filtered", expect.stringContaining("projects")]);
  });
});

test("what a bot's branch breaks says that it is counted with others", async () => {
  const endpoint = await phone.endpoint("github");
  await play(phone, endpoint, [
    [
      5,
      (at) =>
        workflowRun({
          id: 1,
          at,
          conclusion: "failure",
          branch: "dependabot/x",
          login: "dependabot[bot]",
        }),
    ],
  ]);
  expect((await phone.reasons())[0]?.detail).toContain("a bot's branch, counted with others");
});
