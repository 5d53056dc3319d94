/**
 * Deliveries through HTTP: listed without bodies, found by every filter, shown with the whole why,
 * replayed.
 */
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { describe, expect, test } from "vitest";
import type { NewDelivery } from "../../src/model/delivery.ts";
import { bytesOf, textOf } from "../../src/util/bytes.ts";
import { PUSH, SIGNAL, UPDATE, delivery, seedDead, seedDigested } from "./seed.ts";
import { NOON, at, openAdmin, textAt } from "./support.ts";

async function listed(deliveries: readonly NewDelivery[], query: string): Promise<unknown[]> {
  const admin = await openAdmin();
  await admin.store.storeDeliveries(deliveries);
  const { json } = await admin.call("GET", `/api/v1/deliveries${query}`);
  return deliveries.map((_, index) => at(json, "data", index, "id")).filter((id) => id !== null);
}

describe("GET /api/v1/deliveries", () => {
  test("lists what came in, without headers and bodies", async () => {
    const admin = await openAdmin();
    await admin.store.storeDeliveries([delivery("dlv_1")]);
    const { json } = await admin.call("GET", "/api/v1/deliveries");
    expect(json).toEqual({
      data: [
        {
          id: "dlv_1",
          endpoint_id: "ep_shop",
          provider: "acme",
          event: "deploy.done",
          provider_delivery_id: "acme-dlv_1",
          received_at: "2026-05-04T12:00:00.000Z",
          status: "received",
          detail: null,
          digested_at: null,
          attempts: 0,
          replays: 0,
          summary: "deploy.done: stored, not read yet",
          project: null,
          environment: null,
          branch: null,
          outcome: null,
          effects: [],
        },
      ],
      next_cursor: null,
    });
  });

  test.each([
    ["", ["dlv_3", "dlv_2", "dlv_1"]],
    ["?endpoint=ep_blog", ["dlv_2"]],
    ["?event=deploy.failed", ["dlv_3"]],
    ["?q=CHECKOUT", ["dlv_3"]],
    ["?q=acme-dlv_1", ["dlv_1"]],
    ["?status=received&endpoint=ep_shop", ["dlv_3", "dlv_1"]],
    ["?status=failed", []],
  ])("%s finds %j", async (query, ids) => {
    const stored = [
      delivery("dlv_1"),
      delivery("dlv_2", { endpointId: "ep_blog" }),
      delivery("dlv_3", { event: "deploy.failed", body: bytesOf('{"app":"checkout"}') }),
    ];
    expect(await listed(stored, query)).toEqual(ids);
  });

  test("pages", async () => {
    const admin = await openAdmin();
    await admin.store.storeDeliveries(["dlv_1", "dlv_2", "dlv_3"].map((id) => delivery(id)));
    const first = await admin.call("GET", "/api/v1/deliveries?limit=2");
    expect(at(first.json, "data", 1, "id")).toBe("dlv_2");
    const cursor = encodeURIComponent(textAt(first.json, "next_cursor"));
    const second = await admin.call("GET", `/api/v1/deliveries?limit=2&cursor=${cursor}`);
    expect(at(second.json, "data", 0, "id")).toBe("dlv_1");
    expect(at(second.json, "next_cursor")).toBeNull();
  });

  test.each(["?status=lost", "?stauts=received", "?q=", "?endpoint="])(
    "refuses %s",
    async (query) => {
      const admin = await openAdmin();
      expect((await admin.call("GET", `/api/v1/deliveries${query}`)).status).toBe(400);
    },
  );
});

describe("GET /api/v1/deliveries/{id}", () => {
  test("shows the whole why: payload, verification, signals, commands and their attempts", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH, UPDATE]);
    await seedDead(admin.store);
    const { json } = await admin.call("GET", "/api/v1/deliveries/dlv_1");
    expect(json).toMatchObject({
      id: "dlv_1",
      status: "processed",
      digested_at: "2026-05-04T12:00:00.000Z",
      content_type: "application/json",
      headers: { "x-signature": "[redacted]", "x-acme-event": "deploy.done" },
      payload: textOf(delivery("dlv_1").body),
      payload_redacted: false,
      verification: { scheme: "hmac", secret_id: "sec_1" },
      signals: [SIGNAL],
      commands: [
        {
          id: "cmd_1",
          call: "push",
          stream_key: null,
          body: toWire(PUSH).body,
          status: "dead",
          reason: "Forbidden",
          attempts: 1,
          attempt_log: [
            {
              at: "2026-05-04T12:00:01.000Z",
              duration_ms: 42,
              status: 403,
              outcome: "refused",
              answer: '{"error":"Forbidden"}',
            },
          ],
        },
        { id: "cmd_2", call: "stream_update", stream_key: "web-shop-production" },
      ],
    });
  });

  test("has no signals before it is digested", async () => {
    const admin = await openAdmin();
    await admin.store.storeDeliveries([delivery("dlv_1", { bodyRedacted: true })]);
    const { json } = await admin.call("GET", "/api/v1/deliveries/dlv_1");
    expect(json).toMatchObject({ signals: null, commands: [], payload_redacted: true });
  });

  test("is a 404 for nobody's id", async () => {
    const admin = await openAdmin();
    expect((await admin.call("GET", "/api/v1/deliveries/dlv_0")).status).toBe(404);
  });
});

describe("POST /api/v1/deliveries/{id}/replay", () => {
  test("gives it to the digester again and wakes it", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store);
    const answer = await admin.call("POST", "/api/v1/deliveries/dlv_1/replay");
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ id: "dlv_1", status: "received" });
    expect(admin.world.woken).toEqual(["deliveries"]);
    const claimed = await admin.store.claimDeliveries({ now: NOON, limit: 9, leaseMs: 1 });
    expect(claimed.map(({ id, replays }) => [id, replays])).toEqual([["dlv_1", 1]]);
  });

  test("is a 404 for nobody's id and wakes no one", async () => {
    const admin = await openAdmin();
    expect((await admin.call("POST", "/api/v1/deliveries/dlv_0/replay")).status).toBe(404);
    expect(admin.world.woken).toEqual([]);
  });
});
