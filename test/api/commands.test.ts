/**
 * Commands through HTTP: the outbox by status, one dead command made pending again, and all of
 * them.
 */
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { describe, expect, test } from "vitest";
import { PUSH, UPDATE, seedDead, seedDigested } from "./seed.ts";
import { NOON, at, openAdmin } from "./support.ts";

describe("GET /api/v1/commands", () => {
  test("lists the outbox, newest first", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH, UPDATE]);
    const { json } = await admin.call("GET", "/api/v1/commands");
    expect(at(json, "data", 0)).toMatchObject({ id: "cmd_2", stream_key: "web-shop-production" });
    expect(at(json, "data", 1)).toEqual({
      id: "cmd_1",
      endpoint_id: "ep_shop",
      delivery_id: "dlv_1",
      track_id: "trk_1",
      account: "default",
      call: "push",
      stream_key: null,
      metric_key: null,
      body: toWire(PUSH).body,
      priority: 2,
      status: "pending",
      reason: null,
      attempts: 0,
      possible_repeat: false,
      not_before: "2026-05-04T12:00:00.000Z",
      created_at: "2026-05-04T12:00:00.000Z",
      settled_at: null,
    });
  });

  test("finds those of a status", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH]);
    await seedDead(admin.store);
    const pending = await admin.call("GET", "/api/v1/commands?status=pending");
    expect(at(pending.json, "data")).toEqual([]);
    const dead = await admin.call("GET", "/api/v1/commands?status=dead");
    expect(at(dead.json, "data", 0)).toMatchObject({
      id: "cmd_1",
      status: "dead",
      reason: "Forbidden",
      settled_at: "2026-05-04T12:00:01.042Z",
    });
  });

  test("refuses an unknown status", async () => {
    const admin = await openAdmin();
    expect((await admin.call("GET", "/api/v1/commands?status=lost")).status).toBe(400);
  });
});

describe("GET /api/v1/commands/{id}", () => {
  test("has every attempt; nobody's id is a 404", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH]);
    await seedDead(admin.store);
    const { json } = await admin.call("GET", "/api/v1/commands/cmd_1");
    expect(json).toMatchObject({ id: "cmd_1", status: "dead", attempt_log: [{ status: 403 }] });
    expect((await admin.call("GET", "/api/v1/commands/cmd_0")).status).toBe(404);
  });
});

describe("POST /api/v1/commands/{id}/retry", () => {
  test("makes a dead command pending and wakes the dispatcher", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH]);
    await seedDead(admin.store);
    const answer = await admin.call("POST", "/api/v1/commands/cmd_1/retry");
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ id: "cmd_1", status: "pending" });
    expect(admin.world.woken).toEqual(["commands"]);
    const due = await admin.store.claimCommands({
      account: "default",
      now: NOON + 5_000,
      limit: 9,
      leaseMs: 1,
    });
    expect(due.map(({ id }) => id)).toEqual(["cmd_1"]);
  });

  test("is a 404 for one that is still pending and for nobody's id", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH]);
    expect((await admin.call("POST", "/api/v1/commands/cmd_1/retry")).status).toBe(404);
    expect((await admin.call("POST", "/api/v1/commands/cmd_0/retry")).status).toBe(404);
    expect(admin.world.woken).toEqual([]);
  });
});

describe("POST /api/v1/commands/retry", () => {
  test("makes every dead command pending again", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH, PUSH, UPDATE]);
    await seedDead(admin.store);
    const answer = await admin.call("POST", "/api/v1/commands/retry", { status: "dead" });
    expect(answer.status).toBe(202);
    expect(answer.json).toEqual({ retried: 3, more: false });
    expect(admin.world.woken).toEqual(["commands"]);
    const { rows } = await admin.store.listCommands({ status: "pending", limit: 9 });
    expect(rows).toHaveLength(3);
  });

  test("takes those of one reason, and leaves the others", async () => {
    const admin = await openAdmin();
    await seedDigested(admin.store, [PUSH, PUSH]);
    await seedDead(admin.store);
    const dead = (await admin.store.listCommands({ status: "dead", limit: 9 })).rows;
    const reason = (dead[0]?.reason ?? "").slice(0, 3);
    const none = await admin.call("POST", "/api/v1/commands/retry", { reason: "no such reason" });
    expect(none.json).toEqual({ retried: 0, more: false });
    const some = await admin.call("POST", "/api/v1/commands/retry", { reason });
    expect(some.json).toEqual({ retried: 2, more: false });
  });

  test("wants to be told which, and takes dead ones only", async () => {
    const admin = await openAdmin();
    expect((await admin.call("POST", "/api/v1/commands/retry")).status).toBe(400);
    const done = await admin.call("POST", "/api/v1/commands/retry", { status: "done" });
    expect(done.status).toBe(400);
  });

  test("retries a thousand a call and says that there are more", async () => {
    const { store } = await openAdmin();
    await seedDigested(store, [PUSH]);
    const [row] = (await store.listCommands({ limit: 1 })).rows;
    if (!row) throw new Error("no command");
    const dead = Array.from({ length: 1_100 }, (_, index) => ({ ...row, id: `cmd_${index}` }));
    const retried: string[] = [];
    const admin = await openAdmin({
      store: {
        ...store,
        listCommands: async ({ limit, cursor = "0" }) => {
          const end = Number(cursor) + limit;
          const next = end < dead.length ? String(end) : undefined;
          return { rows: dead.slice(Number(cursor), end), next };
        },
        retryCommand: async (id) => retried.push(id) > 0,
      },
    });
    const answer = await admin.call("POST", "/api/v1/commands/retry", { status: "dead" });
    expect(answer.json).toEqual({ retried: 1_000, more: true });
    expect(retried).toEqual(dead.slice(0, 1_000).map(({ id }) => id));
  });
});
