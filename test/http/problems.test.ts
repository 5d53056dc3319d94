/**
 * What an operator is told of trouble, in words and with what to do: on `/readyz`, in the metrics
 * and on the console's page.
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { healthOf } from "../../src/console/models/health.ts";
import { PROBLEM_KINDS } from "../../src/observability/problem.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import { ADMIN_TOKEN, startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";

const told = z.object({
  status: z.string(),
  problems: z.array(
    z.object({
      kind: z.string(),
      of: z.string().optional(),
      problem: z.string(),
      advice: z.string(),
      count: z.number().optional(),
    }),
  ),
});

let gateway: TestGateway;
let endpoint: TestEndpoint;
let isAway: boolean;
beforeEach(async () => {
  const store = await createSqliteStore({ file: ":memory:" });
  isAway = false;
  const away = async () => {
    throw new Error("connect ECONNREFUSED 127.0.0.1:5432");
  };
  gateway = await startGateway({
    store: {
      ...store,
      ping: () => (isAway ? away() : store.ping()),
      counts: () => (isAway ? away() : store.counts()),
      listAccounts: () => (isAway ? away() : store.listAccounts()),
    },
  });
  endpoint = await endpointFor(gateway, "vercel", { deliver: "push" });
});
afterEach(() => gateway.close());

const readiness = async () => told.parse(await (await gateway.admin("GET", "/readyz")).json());
const problemLines = async () => {
  gateway.clock.advance(5_000);
  const text = await (await gateway.admin("GET", "/metrics")).text();
  return text.split("\n").filter((line) => line.startsWith("gateway_problem{"));
};
/** What the console's page says of how it stands, without its marks. */
const strip = async () => {
  gateway.clock.advance(2_000);
  const answer = await gateway.admin("GET", "/");
  const [, items = ""] = /<ul[^>]* id="health"[^>]*>(.*?)<\/ul>/s.exec(await answer.text()) ?? [];
  return items.replaceAll(/<[^>]+>/g, " ").replaceAll(/\s+/g, " ");
};
const fail = async (track: number) => {
  const event = { track, run: 0, stage: "failed", at: gateway.clock.now() } as const;
  expect((await send(gateway, endpoint, webhookOf(event))).status).toBe(200);
};

test("nothing is said where all is well", async () => {
  expect(await readiness()).toEqual({ status: "ok", problems: [] });
  expect(await problemLines()).toEqual([]);
  expect(await strip()).toContain("Deliveries are stored, read and sent.");
});

test.each([
  [
    401,
    { error: "Unauthorized" },
    "api_key_refused",
    /Set ACTIVITYSMITH_API_KEY/,
    "refuses the API key",
  ],
  [
    402,
    { error: "trial_expired", message: "over", upgrade_url: "https://activitysmith.com/billing" },
    "unpaid",
    /https:\/\/activitysmith\.com\/billing/,
    "Pay for the account",
  ],
  [
    422,
    { error: "No recipients", message: "no device" },
    "refused_by_core_api",
    /Pair a device/,
    "Pair a device",
  ],
  [429, { error: "slow" }, "rate_limited", /by itself/, "asked to slow down"],
])("a %i of the core API is told with what to do", async (status, body, kind, advice, words) => {
  gateway.core.answer(() => Response.json(body, { status }));
  await fail(0);
  await gateway.settle();
  const { status: readyStatus, problems } = await readiness();
  expect(readyStatus).toBe("degraded");
  expect(problems).toEqual([
    expect.objectContaining({ kind, advice: expect.stringMatching(advice) }),
  ]);
  expect(await problemLines()).toEqual([expect.stringContaining(`kind="${kind}"`)]);
  expect(await (await gateway.fetch("/readyz")).json()).toEqual({ status: "degraded" });
  expect(await strip()).toContain(words);
});

test("a core API that does not answer is told", async () => {
  gateway.core.answer(() => new Response("", { status: 502 }));
  for (let track = 0; track < 6; track++) await fail(track);
  for (let second = 0; second < 20; second++) {
    gateway.clock.advance(1_000);
    await gateway.settle();
  }
  expect((await readiness()).problems.map(({ kind }) => kind)).toEqual(["core_api_away"]);
  expect(await strip()).toContain("ActivitySmith does not answer");
});

test("dead commands are told by reason, and go again by the very words", async () => {
  for (const [track, message] of [
    [0, "title is too long"],
    [2, "title is too long"],
    [4, "no such sound"],
  ] as const) {
    gateway.core.answer(() => Response.json({ error: "Bad request", message }, { status: 400 }));
    await fail(track);
    await gateway.settle();
  }
  const { problems } = await readiness();
  expect(problems.map(({ kind, count, problem }) => [kind, count, problem])).toEqual([
    ["dead_commands", 2, "given up in the last hour: 400: Bad request: title is too long"],
    ["dead_commands", 1, "given up in the last hour: 400: Bad request: no such sound"],
  ]);
  const [, body = ""] = /(\{.*\})\.$/.exec(problems[0]?.advice ?? "") ?? [];
  gateway.core.answer(() => undefined);
  const retried = await gateway.admin("POST", "/api/v1/commands/retry", JSON.parse(body));
  expect(await retried.json()).toEqual({ retried: 2, more: false });
  await gateway.settle();
  expect((await readiness()).problems).toMatchObject([{ kind: "dead_commands", count: 1 }]);
});

test("a call that hangs is told while it does", async () => {
  const answered = Promise.withResolvers<Response>();
  gateway.core.answer(() => answered.promise);
  await fail(0);
  await gateway.steps.digest();
  await gateway.steps.dispatch();
  gateway.clock.advance(10_000);
  expect((await readiness()).problems).toEqual([]);
  gateway.clock.advance(10_000);
  expect(await readiness()).toMatchObject({
    status: "degraded",
    problems: [{ kind: "call_hangs", problem: "a call to the core API is under way for 20 s" }],
  });
  answered.resolve(Response.json({ success: true }));
  await gateway.steps.idle();
  expect((await readiness()).problems).toEqual([]);
});

test("a flood of forgeries is told, makes nothing worse, and is forgotten", async () => {
  const forge = () =>
    gateway.fetch(new URL(endpoint.url).pathname, {
      method: "POST",
      headers: { "content-type": "application/json", "x-vercel-signature": "0".repeat(40) },
      body: "{}",
    });
  for (let times = 0; times < 60; times++) expect((await forge()).status).toBe(401);
  expect(await readiness()).toMatchObject({
    status: "ok",
    problems: [{ kind: "refused_flood", of: endpoint.id, count: 60 }],
  });
  expect(await strip()).toContain("60 requests to the endpoint are refused");
  gateway.clock.advance(5 * 60_000);
  expect((await readiness()).problems).toEqual([]);
});

test("a database that is away is told, in the metrics as well", async () => {
  isAway = true;
  const answer = await gateway.admin("GET", "/readyz");
  expect(answer.status).toBe(503);
  expect(told.parse(await answer.json()).problems).toEqual([
    {
      kind: "store_away",
      problem: "the database does not answer: connect ECONNREFUSED 127.0.0.1:5432",
      advice: expect.stringContaining("refused with 503"),
    },
  ]);
  expect(await problemLines()).toEqual([expect.stringContaining('kind="store_away"')]);
});

test("whoever looks at a page while the database is away sees what is known without it", async () => {
  isAway = true;
  const admission = await gateway.admin("GET", "/api/v1/screen");
  expect(admission.status).toBe(503);
  const login = new URLSearchParams({ token: ADMIN_TOKEN });
  const entered = await gateway.fetch("/login", { method: "POST", body: login });
  const cookie = entered.headers.get("set-cookie")?.split(";", 1)[0] ?? "";
  const page = await gateway.fetch("/", { headers: { cookie, accept: "text/html" } });
  expect(page.status).toBe(503);
  expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  const text = await page.text();
  expect(text).toContain("The database does not answer: connect ECONNREFUSED");
  expect(text).toContain("Start it or mend the network");
});

test("every kind of problem is on the page, and in the documents with what to do", () => {
  const documented = readFileSync(new URL("../../docs/watching.md", import.meta.url), "utf8");
  for (const kind of PROBLEM_KINDS) {
    expect(documented).toContain(`| \`${kind}\` |`);
    const problem = { kind, problem: "it is so", advice: "Do that." };
    const items = healthOf([problem], { dead: 1 }, "https://hooks.example.com");
    expect(items.map(({ words }) => words)).not.toContain("Deliveries are stored, read and sent.");
    expect(items).toHaveLength(kind === "dead_commands" ? 1 : 2);
  }
});

test("a flood that several processes share is told by each of them", async () => {
  const { id, url } = await endpointFor(gateway, "vercel");
  const other = await startGateway({ store: gateway.store, startsAt: gateway.clock.now() });
  const forge = (one: TestGateway) =>
    one.fetch(new URL(url).pathname, {
      method: "POST",
      body: "{}",
      headers: { "x-vercel-signature": "00" },
    });
  for (let round = 0; round < 3; round++)
    for (const one of [gateway, other]) {
      for (let count = 0; count < 10; count++) expect((await forge(one)).status).toBe(415);
      await one.steps.writeRefused(true);
    }
  const flood = expect.objectContaining({ kind: "refused_flood", of: id });
  expect((await readiness()).problems).toContainEqual(flood);
  gateway.clock.advance(5 * 60_000);
  expect((await readiness()).problems).not.toContainEqual(flood);
});
