/** The dry run through HTTP: what it hands to the pipeline, and how it shows each result. */
import { toWire } from "../../src/destinations/activitysmith/to-wire.ts";
import { describe, expect, test } from "vitest";
import { PUSH, SIGNAL, UPDATE } from "./seed.ts";
import { NOON, at, openAdmin, textAt } from "./support.ts";

const PATH = "/api/v1/dry-run";

describe("POST /api/v1/dry-run", () => {
  test("hands on the payload with an endpoint's default settings", async () => {
    const admin = await openAdmin();
    await admin.call("POST", PATH, { provider: "acme", body: { type: "deploy.done", app: "x" } });
    const [input] = admin.world.dryRuns;
    expect(input?.adapter.name).toBe("acme");
    expect(input).toMatchObject({
      headers: { "content-type": "application/json" },
      body: '{"type":"deploy.done","app":"x"}',
      receivedAt: NOON,
      settings: {
        name: "Acme",
        deliver: "auto",
        notify: "failures",
        channels: null,
        filters: {},
        mapping: null,
        enabled: true,
        max_body_bytes: null,
        rules: [],
        me: [],
        expect: [],
      },
    });
  });

  test("hands on text as it is, headers by lower-case name, and the settings given", async () => {
    const admin = await openAdmin();
    const settings = {
      deliver: "push",
      notify: "all",
      channels: ["ops"],
      filters: { branches: ["main"] },
      mapping: { title: "{{project}}" },
    };
    await admin.call("POST", PATH, {
      provider: "acme",
      headers: { "Content-Type": "application/x-www-form-urlencoded", "X-Acme-Event": "deploy" },
      body: "payload=%7B%7D",
      ...settings,
    });
    expect(admin.world.dryRuns[0]).toMatchObject({
      headers: { "content-type": "application/x-www-form-urlencoded", "x-acme-event": "deploy" },
      body: "payload=%7B%7D",
      settings,
    });
  });

  test("answers signals and commands, and stores and wakes nothing", async () => {
    const admin = await openAdmin();
    admin.world.dryRunResult = {
      kind: "ok",
      event: "deploy.done",
      deliveryId: undefined,
      signals: [SIGNAL],
      commands: [PUSH, UPDATE],
      because: ["failed: told"],
    };
    const { status, json } = await admin.call("POST", PATH, { provider: "acme", body: {} });
    expect(status).toBe(200);
    expect(json).toEqual({
      kind: "ok",
      event: "deploy.done",
      delivery_id: null,
      signals: [SIGNAL],
      commands: [
        { call: "push", stream_key: null, metric_key: null, body: toWire(PUSH).body },
        {
          call: "stream_update",
          stream_key: "web-shop-production",
          metric_key: null,
          body: toWire(UPDATE).body,
        },
      ],
      because: ["failed: told"],
    });
    expect((await admin.store.listDeliveries({ limit: 1 })).rows).toEqual([]);
    expect((await admin.store.listCommands({ limit: 1 })).rows).toEqual([]);
    expect(admin.world.woken).toEqual([]);
  });

  test.each([
    { kind: "unreadable", detail: "The body is not JSON." } as const,
    { kind: "ignored", event: "member.left", detail: "People are no deployments." } as const,
    { kind: "unknown", event: "deploy.new", detail: "Acme has no such event." } as const,
    { kind: "invalid", event: "deploy.done", detail: "app: expected string" } as const,
  ])("answers that the payload is $kind, and why", async (result) => {
    const admin = await openAdmin();
    admin.world.dryRunResult = result;
    const { status, json } = await admin.call("POST", PATH, { provider: "acme", body: [] });
    expect(status).toBe(200);
    expect(json).toEqual(result);
  });

  test.each([
    ["no body", { provider: "acme" }, "invalid_request"],
    ["an unknown field", { provider: "acme", body: {}, secret: "x" }, "invalid_request"],
    [
      "a header that is no text",
      { provider: "acme", body: {}, headers: { a: 1 } },
      "invalid_request",
    ],
    ["an unknown provider", { provider: "acne", body: {} }, "unknown_provider"],
  ])("refuses %s", async (_, body, error) => {
    const admin = await openAdmin();
    const answer = await admin.call("POST", PATH, body);
    expect(answer.status).toBe(400);
    expect(at(answer.json, "error")).toBe(error);
    expect(admin.world.dryRuns).toEqual([]);
  });

  test("takes payloads far over the 1 MiB of other routes, up to 25 MiB", async () => {
    const admin = await openAdmin();
    const withPayload = (bytes: number) =>
      admin.call("POST", PATH, { provider: "acme", body: "x".repeat(bytes) });
    expect((await withPayload(2 * 1024 * 1024)).status).toBe(200);
    expect((await withPayload(25 * 1024 * 1024)).status).toBe(413);
  });
});

describe("with moments", () => {
  test("the same run is also looked at running, waiting, failed and succeeded", async () => {
    const admin = await openAdmin();
    const ok = { kind: "ok", event: "deploy.done", deliveryId: "1", commands: [UPDATE] } as const;
    admin.world.dryRunResult = { ...ok, signals: [SIGNAL], because: [] };
    const body = { provider: "acme", body: {}, moments: true };
    const { json } = await admin.call("POST", PATH, body);
    expect(at(json, "moments")).toMatchObject(
      ["running", "waiting", "failed", "succeeded"].map((moment) => ({ moment })),
    );
    const told = admin.world.dryRuns.slice(1).map(({ adapter }) => {
      const payload = { headers: () => undefined, json: () => ({}), form: () => ({}) };
      return JSON.stringify(adapter.read(Object(payload), { event: "x", receivedAt: NOON }));
    });
    expect(told.map((it) => /"outcome":{"state":"(\w+)"/.exec(it)?.[1])).toEqual([
      undefined,
      undefined,
      "failed",
      "succeeded",
    ]);
  });
});

describe("POST /api/v1/endpoints/{id}/try", () => {
  test("finds no endpoint where there is none, and counts nothing where nothing came", async () => {
    const admin = await openAdmin();
    expect((await admin.call("POST", "/api/v1/endpoints/ep_nobody/try", {})).status).toBe(404);
    const made = await admin.call("POST", "/api/v1/endpoints", { provider: "forge" });
    const path = `/api/v1/endpoints/${textAt(made.json, "id")}/try`;
    const { json } = await admin.call("POST", path, { filters: { branches: ["main"] } });
    expect(json).toEqual({ looked_at: 0, passed: 0, pushed: 0, left_out: [] });
  });
});
