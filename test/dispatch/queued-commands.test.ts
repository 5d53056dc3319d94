/**
 * What an operator queues goes out as it was written, paced and tried again like everything else,
 * with no endpoint behind it.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";
import { placesTaken } from "../support/places.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const command = z.looseObject({
  id: z.string(),
  status: z.string(),
  reason: z.string().nullable(),
  endpoint_id: z.string(),
});
const page = z.looseObject({ data: z.array(command) });

const BUTTON = { title: "Open", type: "open_url", url: "https://example.com/nightly" };
/** One of each type of card. */
const STATES: readonly Record<string, unknown>[] = [
  { type: "segmented_progress", title: "Nightly", number_of_steps: 3, current_step: 1 },
  { type: "progress", title: "Nightly", percentage: 40, color: "green" },
  { type: "metrics", title: "Nightly", metrics: [{ label: "CPU", value: 12, unit: "%" }] },
  { type: "stats", title: "Nightly", metrics: [{ label: "Sold", value: "7" }] },
  { type: "alert", title: "Nightly", message: "Disk is full", icon: { symbol: "bolt" } },
  { type: "timer", title: "Nightly", duration_seconds: 90 },
  { type: "value", title: "Nightly", value: "0007", subtitle: "orders" },
];
const PUSH = {
  title: "Backup done",
  message: "12 GB",
  subtitle: "db",
  interruption_level: "time-sensitive",
  redirection: "spotify:track:1",
  actions: [{ title: "Again", type: "webhook", url: "https://example.com/again", method: "GET" }],
  metadata: { gb: 12 },
  tags: ["cron"],
  target: { channels: ["ops"] },
};

describeOnStores((openStore) => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({ store: await openStore() });
  });
  afterEach(() => gateway.close());

  const queue = async (call: object) => {
    const answer = await gateway.admin("POST", "/api/v1/commands", call);
    expect(answer.status).toBe(202);
    return command.parse(await answer.json());
  };
  const outbox = async () =>
    page.parse(await (await gateway.admin("GET", "/api/v1/commands")).json()).data;
  const stateOf = async (id: string) => (await outbox()).find((it) => it.id === id);
  const pass = async (ms: number) => {
    gateway.clock.advance(ms);
    await gateway.settle();
  };

  test.each(STATES)("a card of type $type is shown and ended as written", async (state) => {
    const shown = { content_state: state, channels: ["ops"], tags: ["cron"], metadata: { a: 1 } };
    const buttons = state["type"] === "progress" ? { action: BUTTON } : {};
    const body = { ...shown, ...buttons };
    const made = await queue({ call: "stream_update", stream_key: "nightly", body });
    expect(made).toMatchObject({ status: "pending", endpoint_id: "none" });
    await gateway.settle();
    const last = { content_state: { ...state, auto_dismiss_minutes: 5 } };
    await queue({ call: "stream_end", stream_key: "nightly", body: last });
    await gateway.settle();
    expect(gateway.core.calls).toEqual([
      expect.objectContaining({ method: "PUT", path: "/live-activity/stream/nightly", body }),
      expect.objectContaining({ method: "DELETE", body: last }),
    ]);
    // The one between is the end that it would have had of itself.
    expect((await outbox()).map((it) => it.status)).toEqual(["done", "superseded", "done"]);
  });

  test("what has the same key is queued once, whatever became of it", async () => {
    const call = { call: "push", body: PUSH, idempotency_key: "backup of 27 November" };
    const first = await queue(call);
    expect(await queue(call)).toMatchObject({ id: first.id, status: "pending" });
    await gateway.settle();
    expect(await queue(call)).toMatchObject({ id: first.id, status: "done" });
    const other = { ...call, body: { title: "Another" } };
    expect((await gateway.admin("POST", "/api/v1/commands", other)).status).toBe(409);
    await queue({ ...other, idempotency_key: "another" });
    await gateway.settle();
    expect(gateway.core.calls).toHaveLength(2);
  });

  test("a card that is queued again with its key replaces nothing newer", async () => {
    const frame = (percentage: number) => ({
      call: "stream_update",
      stream_key: "nightly",
      body: { content_state: { type: "progress", title: "Nightly", percentage } },
      idempotency_key: `at ${percentage}`,
    });
    await queue(frame(40));
    await queue(frame(80));
    expect(await queue(frame(40))).toMatchObject({ status: "superseded" });
    await gateway.settle();
    expect(gateway.core.calls).toMatchObject([{ body: frame(80).body }]);
  });

  test("pushes, badges and metrics too, with the gateway's own key", async () => {
    await queue({ call: "push", body: PUSH });
    const media = { title: "Cat", media: "https://example.com/cat.png" };
    await queue({ call: "push", body: media });
    const timestamp = "2026-11-02T12:00:00.000Z";
    await queue({ call: "metric_value", metric_key: "sales", body: { value: 12, timestamp } });
    await queue({ call: "badge", body: { badge: 3, target: { channels: ["ops"] } } });
    await gateway.settle();
    await gateway.settle();
    const sent = gateway.core.calls.map(({ path, body }) => ({ path, body }));
    expect(sent).toHaveLength(4);
    expect(sent).toEqual(
      expect.arrayContaining([
        { path: "/push-notification", body: PUSH },
        { path: "/push-notification", body: { ...media, tags: [] } },
        { path: "/metrics/sales/value", body: { value: 12, timestamp } },
        { path: "/badge", body: { badge: 3, target: { channels: ["ops"] } } },
      ]),
    );
    expect(new Set(gateway.core.calls.map(({ apiKey }) => apiKey))).toEqual(
      new Set(["test-api-key"]),
    );
  });

  test("what the API cannot take now is tried again", async () => {
    let refusals = 1;
    gateway.core.answer(() =>
      refusals-- > 0
        ? Response.json(
            { error: "Too many requests", message: "slow down" },
            { status: 429, headers: { "retry-after": "30" } },
          )
        : undefined,
    );
    const { id } = await queue({ call: "push", body: { title: "Backup done" } });
    await gateway.settle();
    expect(await stateOf(id)).toMatchObject({ status: "pending" });
    await pass(MINUTE_MS);
    expect(await stateOf(id)).toMatchObject({ status: "done" });
    expect(gateway.core.calls).toHaveLength(2);
  });

  test("what it refuses is dead with the API's words, and can be retried", async () => {
    gateway.core.answer(() =>
      Response.json({ error: "Bad Request", message: "no such symbol" }, { status: 400 }),
    );
    const { id } = await queue({ call: "push", body: { title: "Backup done" } });
    await gateway.settle();
    expect(await stateOf(id)).toMatchObject({
      status: "dead",
      reason: expect.stringContaining("no such symbol"),
    });
    gateway.core.answer(() => undefined);
    expect((await gateway.admin("POST", `/api/v1/commands/${id}/retry`)).status).toBe(202);
    await gateway.settle();
    expect(await stateOf(id)).toMatchObject({ status: "done" });
  });

  test("a stream that was started elsewhere is ended all the same", async () => {
    const { id } = await queue({ call: "stream_end", stream_key: "elsewhere" });
    await gateway.settle();
    expect(gateway.core.calls).toMatchObject([{ method: "DELETE", body: {} }]);
    expect(await stateOf(id)).toMatchObject({ status: "done" });
  });

  test("of updates in a row the newest goes out, and the same once more makes no call", async () => {
    const update = (percentage: number) =>
      queue({
        call: "stream_update",
        stream_key: "nightly",
        body: { content_state: { type: "progress", title: "Nightly", percentage } },
      });
    await update(10);
    await gateway.settle();
    for (const percentage of [20, 30, 40]) await update(percentage);
    await pass(MINUTE_MS);
    await update(40);
    await pass(MINUTE_MS);
    const shown = gateway.core.calls.map(({ body }) => body["content_state"]);
    expect(shown).toMatchObject([{ percentage: 10 }, { percentage: 40 }]);
  });

  test("a card of which nothing is heard is ended, and takes no place for ever", async () => {
    const state = { type: "progress", title: "Nightly", percentage: 10 };
    const body = { content_state: state };
    await queue({ call: "stream_update", stream_key: "nightly", body });
    await gateway.settle();
    await pass(7 * HOUR_MS);
    expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT"]);
    await pass(2 * HOUR_MS);
    expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "DELETE"]);
    expect(await placesTaken(gateway.store)).toEqual([]);
  });

  test("a push that comes hours late says so and does not ring", async () => {
    let isAway = true;
    gateway.core.answer(() =>
      isAway ? Response.json({ error: "x" }, { status: 503 }) : undefined,
    );
    const body = { title: "Backup done", message: "12 GB", icon: "https://example.com/i.png" };
    await queue({ call: "push", body });
    await gateway.settle();
    isAway = false;
    await pass(3 * HOUR_MS);
    await pass(MINUTE_MS);
    expect(gateway.core.calls.at(-1)?.body).toEqual({
      ...body,
      message: "3 h late · 12 GB",
      interruption_level: "passive",
      tags: [],
    });
  });
});

describe("refused with a sentence", () => {
  test.each([
    ["no call", { body: { title: "x" } }, "body.call"],
    ["an unknown field", { call: "push", body: { title: "x", titel: "y" } }, "titel"],
    [
      "media with actions",
      { call: "push", body: { title: "x", media: "https://a.example/b", actions: [BUTTON] } },
      "media",
    ],
    [
      "a stream of the gateway itself",
      { call: "stream_end", stream_key: "roll-up-of-default" },
      "stream of the gateway itself",
    ],
    ["a key that no stream has", { call: "stream_end", stream_key: "a b" }, "stream_key"],
    ["a metric without a value", { call: "metric_value", metric_key: "a", body: {} }, "value"],
  ])("%s", async (_, call, word) => {
    const gateway = await startGateway();
    const answer = await gateway.admin("POST", "/api/v1/commands", call);
    expect(answer.status).toBe(400);
    expect(await answer.text()).toContain(word);
    expect(await (await gateway.admin("GET", "/api/v1/commands")).json()).toMatchObject({
      data: [],
    });
    await gateway.close();
  });
});
