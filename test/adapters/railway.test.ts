/**
 * Railway's traps that no recorded delivery can show: who is pinned, how events are named, what is
 * left out.
 */
import { describe, expect, test } from "vitest";
import { railway } from "../../adapters/railway/index.ts";
import type { VerifiedPayload } from "../../src/adapter/contract.ts";
import { identify } from "../../src/adapter/payload.ts";
import { httpFixture } from "../support/fixtures.ts";

const payload = (json: unknown): VerifiedPayload => ({ header: () => undefined, json });
const recorded = (name: string) => payload(JSON.parse(httpFixture("railway", name).body));
const eventOf = (type: unknown) => identify(railway, payload({ type }))?.event;

describe("event names", () => {
  test.each([
    ["Deployment.oom_killed", "Deployment.oomkilled"],
    ["Deployment.oomKilled", "Deployment.oomkilled"],
    ["Deployment.needs-approval", "Deployment.needsapproval"],
    ["deployment.Deployed", "Deployment.deployed"],
    ["Deployment.success", "Deployment.deployed"],
    ["Deployment.active", "Deployment.deployed"],
    ["Deployment.completed", "Deployment.deployed"],
    ["DEPLOY", "DEPLOY"],
    ["Monitor.triggered", "Monitor.triggered"],
  ])("%s is %s", (type, event) => {
    expect(eventOf(type)).toBe(event);
  });

  test.each([null, [], "text", 7, {}, { type: 1 }, { type: "" }])("%j has none", (json) => {
    expect(identify(railway, payload(json))).toBeUndefined();
  });
});

describe("delivery ids", () => {
  test("two spellings of one event are one delivery", () => {
    const body = {
      resource: { deployment: { id: "d-1" } },
      timestamp: "2026-11-02T09:00:00.000Z",
    };
    const [snake, camel] = ["Deployment.oom_killed", "Deployment.oomKilled"].map((type) =>
      identify(railway, payload({ ...body, type })),
    );
    expect(snake?.deliveryId).toBe("d-1:Deployment.oomkilled:2026-11-02T09:00:00.000Z");
    expect(camel).toEqual(snake);
  });

  test("without a time or a deployment the body has to tell deliveries apart", () => {
    const type = "Deployment.failed";
    const timestamp = "2026-11-02T09:00:00.000Z";
    const resource = { deployment: { id: "d-1" } };
    expect(identify(railway, payload({ type, resource }))?.deliveryId).toBeUndefined();
    expect(identify(railway, payload({ type, timestamp }))?.deliveryId).toBeUndefined();
  });
});

describe("the pin", () => {
  test("is the project, in either format", () => {
    const pin = railway.pin?.(recorded("Deployment.deployed__production"));
    expect(pin).toMatch(/^[0-9a-f-]{36}$/);
    expect(railway.pin?.(recorded("DEPLOY__success"))).toBe(pin);
  });

  test("is not taken from the test button, nor from an event without a project", () => {
    expect(railway.pin?.(recorded("Deployment.failed__test-button"))).toBeUndefined();
    expect(railway.pin?.(recorded("WorkspaceMember.joined__workspace"))).toBeUndefined();
    expect(railway.pin?.(payload([]))).toBeUndefined();
  });
});

describe("leniency", () => {
  const read = (json: unknown) =>
    railway.read(payload(json), { event: "Deployment.deployed", receivedAt: 42 });

  test("a bare deployment is understood, at the time it was received", () => {
    const resource = { project: { id: "p-1" }, deployment: { id: "d-1" } };
    const result = read({ resource, details: null });
    expect(result).toMatchObject({
      signals: [{ project: { id: "p-1", name: "p-1" }, run: { id: "d-1" }, at: 42 }],
    });
    expect(result).toHaveProperty("signals.0.facts", {});
  });

  test("odd values of side matters are left out, and so is an e-mail address", () => {
    const resource = {
      project: { id: "p-1", name: "" },
      environment: { id: 5, name: "Production", isEphemeral: "no" },
      deployment: { id: null },
    };
    const details = { id: "d-2", branch: 7, commitAuthor: "ada@example.com", commitMessage: null };
    const result = read({ resource, details, timestamp: "soon", severity: {} });
    expect(result).toMatchObject({
      signals: [
        {
          project: { name: "p-1" },
          environment: { name: "Production", kind: "production" },
          run: { id: "d-2" },
          at: 42,
        },
      ],
    });
    expect(result).toHaveProperty("signals.0.facts", {});
  });
});
