/**
 * Reading a stored delivery: what it becomes by what its adapter makes of it; bad data is a status,
 * a bug throws.
 */
import { expect, test } from "vitest";
import * as z from "zod";
import { defineAdapter, sharedToken } from "../../src/adapter/contract.ts";
import { readDelivery } from "../../src/digest/read-delivery.ts";
import type { Signal } from "../../src/model/signal.ts";
import { progress } from "../support/runs.ts";

const notice = (title: string, at: number): Signal => ({ kind: "notice", title, at });

const acme = defineAdapter({
  name: "acme",
  title: "Acme",
  docs: "https://acme.example/webhooks",
  verify: sharedToken(),
  secret: { madeBy: "gateway", where: "Enter it." },
  identify: { event: { header: "x-event" } },
  events: {
    deployed: {
      schema: z.object({ app: z.string() }),
      toSignals: ({ app }, { receivedAt }) => [notice(app, receivedAt)],
    },
    quiet: { schema: z.object({}), toSignals: () => [] },
    explained: { schema: z.object({}), toSignals: () => ({ nothing: "the draft was saved" }) },
    broken: {
      schema: z.object({}),
      toSignals: () => {
        throw new TypeError("a bug");
      },
    },
  },
  ignores: { "billing.*": "no run moves" },
  setup: [],
  recommended: [],
});

const read = (event: string, body: string, filters = {}, contentType = "application/json") =>
  readDelivery(acme, filters, { event, body, contentType, headers: {}, receivedAt: 7 });

test.each([
  ["deployed", '{"app":"web-shop"}', "processed", null, [notice("web-shop", 7)]],
  ["quiet", "{}", "ignored", "the event tells of no run, notice or alert", null],
  ["explained", "{}", "ignored", "the draft was saved", null],
  ["billing.due", "{}", "ignored", "no run moves", null],
  ["renamed", "{}", "unknown", "the adapter does not know this event", null],
] as const)("%s %s is %s", (event, body, status, detail, signals) => {
  expect(read(event, body)).toEqual({ status, detail, signals });
});

test.each([
  ["lacks a field", "{}", /^app: .*string/],
  ["is no object", "[]", /^body: .*object/],
  ["is no JSON", "{", /^body: .*JSON/],
])("a body that %s is invalid, and says why", (_, body, detail) => {
  const reading = read("deployed", body);
  expect(reading).toMatchObject({ status: "invalid", signals: null });
  expect(reading.detail).toMatch(detail);
});

test("a form is read too", () => {
  const form = "payload=%7B%22app%22%3A%22web-shop%22%7D";
  const reading = read("deployed", form, {}, "application/x-www-form-urlencoded");
  expect(reading.signals).toEqual([notice("web-shop", 7)]);
});

test("an event that the filter sorts out is filtered; one that is left alone anyway stays ignored", () => {
  const filters = { events: ["deploy*"] };
  expect(read("deployed", '{"app":"web-shop"}', filters).status).toBe("processed");
  expect(read("deployed", '{"app":"web-shop"}', { events: ["built"] })).toEqual({
    status: "filtered",
    detail: "events",
    signals: null,
  });
  expect(read("quiet", "{}", filters).status).toBe("ignored");
  expect(read("billing.due", "{}", filters).status).toBe("ignored");
});

test("a bug in an adapter throws", () => {
  expect(() => read("broken", "{}")).toThrow("a bug");
});

test.each([
  ["project", { project: { id: "x".repeat(3_000), name: "web-shop" } }],
  ["run", { run: { id: "x".repeat(300), attempt: 1 } }],
])("an id of a %s that no store could look up makes the delivery invalid", (_, changes) => {
  const signals = [progress(changes)];
  const verbose = { ...acme, read: () => ({ kind: "signals" as const, signals }) };
  const delivery = { event: "deployed", body: "{}", contentType: "application/json" };
  expect(readDelivery(verbose, {}, { ...delivery, headers: {}, receivedAt: 7 })).toMatchObject({
    status: "invalid",
    detail: "an id is too long to be kept",
  });
});
