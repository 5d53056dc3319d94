/**
 * What an operator is told of trouble, in words and with what to do: on `/readyz` and in the
 * metrics.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import { startGateway } from "../support/start-gateway.ts";
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
const fail = async (track: number) => {
  const event = { track, run: 0, stage: "failed", at: gateway.clock.now() } as const;
  expect((await send(gateway, endpoint, webhookOf(event))).status).toBe(200);
};

test("nothing is said where all is well", async () => {
  expect(await readiness()).toEqual({ status: "ok", problems: [] });
  expect(await problemLines()).toEqual([]);
});

test.each([
  [401, { error: "Unauthorized" }, "api_key_refused", /Set ACTIVITYSMITH_API_KEY/],
  [
    402,
    { error: "trial_expired", message: "over", upgrade_url: "https://activitysmith.com/billing" },
    "unpaid",
    /https:\/\/activitysmith\.com\/billing/,
  ],
  [422, { error: "No recipients", message: "no device" }, "refused_by_core_api", /Pair a device/],
  [429, { error: "slow" }, "rate_limited", /by itself/],
])("a %i of the core API is told with what to do", async (status, body, kind, advice) => {
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
});

test("a core API that does not answer is told", async () => {
  gateway.core.answer(() => new Response("", { status: 502 }));
  for (let track = 0; track < 6; track++) await fail(track);
  for (let second = 0; second < 20; second++) {
    gateway.clock.advance(1_000);
    await gateway.settle();
  }
  expect((await readiness()).problems.map(({ kind }) => kind)).toEqual(["core_api_away"]);
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
