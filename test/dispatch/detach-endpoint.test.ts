/**
 * What happens on the screen where an endpoint is deleted, disabled or given another API key:
 * through HTTP, at a recorded core.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Store } from "../../src/store/port.ts";
import { deliveriesOf, readLifecycle } from "../support/fixtures.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import type { RecordedCall } from "../support/recording-core.ts";
import { endpointFor, send } from "../support/send.ts";
import { lingering, startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const [begins, succeeds] = deliveriesOf(readLifecycle("netlify", "production-success"));
const fails = deliveriesOf(readLifecycle("netlify", "production-failure")).at(-1);
if (!begins || !succeeds || !fails) throw new Error("no deliveries");

/** Just after the recorded deployments: what a provider tells from the future is not believed. */
const STARTS_AT = Date.parse("2026-11-10T11:00:30.000Z");
const one = { ...lingering(0), LIVE_ACTIVITIES: 1, STREAM_UPDATE_INTERVAL_SECONDS: 0 };
const gone = z.object({ data: z.array(z.object({ id: z.string() })) });

const isPush = ({ path }: RecordedCall) => path === "/push-notification";
const starts = (calls: readonly RecordedCall[]) => calls.filter(({ method }) => method === "PUT");
const ends = (calls: readonly RecordedCall[]) => calls.filter(({ method }) => method === "DELETE");
const unanswered = () => Promise.reject(new TypeError("fetch failed"));

describeOnStores((openStore) => {
  let store: Store;
  let gateway: TestGateway;
  beforeEach(async () => {
    store = await openStore();
    gateway = await startGateway({ store, settings: one, startsAt: STARTS_AT });
  });
  afterEach(() => gateway.close());

  const endpointOf = (settings: object = {}) => endpointFor(gateway, "netlify", settings);
  const path = ({ id }: TestEndpoint) => `/api/v1/endpoints/${id}`;
  const patch = (endpoint: TestEndpoint, body: object) =>
    gateway.admin("PATCH", path(endpoint), body);

  async function remove(endpoint: TestEndpoint): Promise<void> {
    expect((await gateway.admin("DELETE", path(endpoint))).status).toBe(204);
  }

  async function tell(endpoint: TestEndpoint, delivery = begins, to = gateway): Promise<void> {
    if (!delivery) throw new Error("no delivery");
    expect((await send(to, endpoint, delivery)).status).toBe(200);
  }

  /** An endpoint with a run on the screen. */
  async function shown(settings: object = {}): Promise<TestEndpoint> {
    const endpoint = await endpointOf(settings);
    await tell(endpoint);
    await gateway.settle();
    expect(starts(gateway.core.calls)).toHaveLength(1);
    return endpoint;
  }

  async function wait(ms: number): Promise<void> {
    gateway.clock.advance(ms);
    await gateway.settle();
  }

  /** Another endpoint's run gets the account's one slot. */
  async function expectSlotIsFree(settings: object = {}): Promise<void> {
    const before = starts(gateway.core.calls).length;
    await tell(await endpointOf(settings));
    await gateway.settle();
    expect(starts(gateway.core.calls)).toHaveLength(before + 1);
  }

  describe("a deleted endpoint", () => {
    test("is gone at once, its activity ends by one call, and who waits for the slot gets it", async () => {
      const endpoint = await shown({ api_key: "its-own-key" });
      const waiting = await endpointOf({ api_key: "its-own-key" });
      await tell(waiting);
      await gateway.settle();
      const [start, ...others] = gateway.core.calls;
      expect(others).toEqual([]);
      await remove(endpoint);
      expect((await send(gateway, endpoint, succeeds)).status).toBe(404);
      expect((await gateway.admin("GET", path(endpoint))).status).toBe(404);
      expect((await patch(endpoint, { enabled: true })).status).toBe(404);
      const { data } = gone.parse(await (await gateway.admin("GET", "/api/v1/endpoints")).json());
      expect(data.map(({ id }) => id)).toEqual([waiting.id]);
      await gateway.settle();
      const [end, next, ...more] = gateway.core.calls.slice(1);
      expect(end).toMatchObject({ method: "DELETE", path: start?.path, apiKey: "its-own-key" });
      expect(end?.body).toEqual({
        content_state: {
          ...z.object({}).loose().parse(start?.body["content_state"]),
          subtitle: "No longer followed",
          auto_dismiss_seconds: 0,
        },
      });
      expect(next).toMatchObject({ method: "PUT" });
      expect(next?.path).not.toBe(start?.path);
      expect(more).toEqual([]);
      await wait(3 * HOUR_MS);
      expect(ends(gateway.core.calls).filter((it) => it.path === start?.path)).toHaveLength(1);
    });

    test("that shows nothing makes no call", async () => {
      const endpoint = await shown();
      await tell(endpoint, succeeds);
      await gateway.settle();
      const before = gateway.core.calls.length;
      await remove(endpoint);
      await wait(MINUTE_MS);
      expect(gateway.core.calls).toHaveLength(before);
    });

    test("still owes the end of a run that ended before, and no push", async () => {
      const endpoint = await shown({ notify: "failures" });
      await tell(endpoint, fails);
      await gateway.steps.digest();
      await remove(endpoint);
      await wait(0);
      const [, end, ...more] = gateway.core.calls;
      expect(more).toEqual([]);
      expect(end?.body["content_state"]).toMatchObject({
        subtitle: "No longer followed",
        auto_dismiss_seconds: 0,
      });
      expect(gateway.core.calls.some(isPush)).toBe(false);
    });

    test("digests no more of what it had received", async () => {
      const endpoint = await shown();
      await tell(endpoint, succeeds);
      await remove(endpoint);
      await gateway.settle();
      expect(ends(gateway.core.calls)).toHaveLength(1);
      const { rows } = await store.listDeliveries({ limit: 9, status: "ignored" });
      expect(rows).toMatchObject([{ detail: "endpoint deleted" }]);
    });

    test("ends an activity whose start was in flight, when it is over", async () => {
      const endpoint = await endpointOf();
      await tell(endpoint);
      const begun = Promise.withResolvers<void>();
      const answer = Promise.withResolvers<undefined>();
      gateway.core.answer(({ method }) => {
        if (method !== "PUT") return undefined;
        begun.resolve();
        return answer.promise.then(() => Response.json({ success: true, operation: "started" }));
      });
      await gateway.steps.digest();
      await gateway.steps.dispatch();
      await begun.promise;
      await remove(endpoint);
      expect(await gateway.steps.dispatch()).toBe(0);
      answer.resolve(undefined);
      await gateway.steps.idle();
      gateway.core.answer(({ method }) => (method === "DELETE" ? ended() : undefined));
      await gateway.settle();
      expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "DELETE"]);
      await expectSlotIsFree();
    });

    test("ends an activity whose start got no answer, and frees its slot", async () => {
      const endpoint = await endpointOf();
      await tell(endpoint);
      gateway.core.answer(unanswered);
      await gateway.settle();
      await remove(endpoint);
      gateway.core.answer(() => undefined);
      await wait(MINUTE_MS);
      expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "DELETE"]);
      await expectSlotIsFree();
    });

    test("ends its activity however long the core API is away, and after a restart", async () => {
      const endpoint = await shown({ api_key: "its-own-key" });
      gateway.core.answer(unanswered);
      await remove(endpoint);
      await gateway.settle();
      for (let minutes = 0; minutes < 60; minutes += 5) await wait(5 * MINUTE_MS);
      const startsAt = gateway.clock.now() + HOUR_MS;
      gateway = await startGateway({ store, settings: one, startsAt });
      await gateway.settle();
      expect(gateway.core.calls).toMatchObject([{ method: "DELETE", apiKey: "its-own-key" }]);
      await expectSlotIsFree({ api_key: "its-own-key" });
    });

    test("frees the slot though the core API will never end the activity", async () => {
      const endpoint = await shown();
      gateway.core.answer(({ method }) =>
        method === "DELETE" ? Response.json({ message: "no" }, { status: 400 }) : undefined,
      );
      await remove(endpoint);
      await gateway.settle();
      // With its last picture, and without.
      expect(ends(gateway.core.calls).map(({ body }) => Object.keys(body).length)).toEqual([1, 0]);
      await expectSlotIsFree();
    });

    test("starts nothing where another process has not heard of it yet", async () => {
      const endpoint = await shown();
      const other = await startGateway({ store, settings: one, startsAt: gateway.clock.now() });
      expect((await send(other, endpoint, begins)).status).toBe(200);
      await remove(endpoint);
      await tell(endpoint, succeeds, other);
      await tell(
        endpoint,
        { ...begins, body: begins.body.replaceAll(/[0-9a-f]{24}/g, nextId) },
        other,
      );
      await other.settle();
      await gateway.settle();
      const calls = [...gateway.core.calls, ...other.core.calls];
      expect(starts(calls)).toHaveLength(1);
      expect(ends(calls)).toHaveLength(1);
      expect((await store.listCommands({ limit: 9, status: "pending" })).rows).toEqual([]);
    });

    test("leaves no API key behind when nothing is owed any more", async () => {
      const endpoint = await shown({ api_key: "its-own-key" });
      await remove(endpoint);
      await gateway.settle();
      expect(await store.trim({ before: 0, limit: 9 })).toBe(1);
      expect(await store.trim({ before: 0, limit: 9 })).toBe(0);
    });
  });

  describe("a disabled endpoint", () => {
    test("answers 404, and what is on the screen goes on until its silence ends it", async () => {
      const endpoint = await shown();
      expect((await patch(endpoint, { enabled: false })).status).toBe(200);
      expect((await send(gateway, endpoint, succeeds)).status).toBe(404);
      await wait(59 * MINUTE_MS);
      expect(gateway.core.calls).toHaveLength(1);
      await wait(MINUTE_MS);
      expect(gateway.core.calls.at(-1)?.body["content_state"]).toMatchObject({
        subtitle: expect.stringMatching(/^No news for 1 h/),
      });
      await wait(15 * MINUTE_MS);
      expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "PUT", "DELETE"]);
      await expectSlotIsFree();
    });

    test("digests and sends what it had received before", async () => {
      const endpoint = await shown();
      await tell(endpoint, succeeds);
      await patch(endpoint, { enabled: false });
      await gateway.settle();
      expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "DELETE"]);
      expect(ends(gateway.core.calls)[0]?.body["content_state"]).toMatchObject({ color: "green" });
    });
  });

  describe("an endpoint with another API key", () => {
    test("ends its activity with the old one and goes on with the new one", async () => {
      const endpoint = await shown({ api_key: "the-old-key" });
      expect((await patch(endpoint, { api_key: "the-new-key" })).status).toBe(200);
      await gateway.settle();
      expect(ends(gateway.core.calls)).toMatchObject([{ apiKey: "the-old-key" }]);
      await expectSlotIsFree({ api_key: "the-old-key" });
      const before = gateway.core.calls.length;
      await tell(endpoint, {
        ...begins,
        body: begins.body.replaceAll(/[0-9a-f]{24}/g, nextId),
      });
      await wait(MINUTE_MS);
      const calls = gateway.core.calls.slice(before);
      expect(calls.map(({ method, apiKey }) => [method, apiKey])).toEqual([["PUT", "the-new-key"]]);
    });

    test("sends with the new one what another process asks for on the old account, and shows nothing there", async () => {
      const endpoint = await shown({ api_key: "the-old-key", notify: "failures" });
      const other = await startGateway({ store, settings: one, startsAt: gateway.clock.now() });
      await tell(endpoint, begins, other);
      await patch(endpoint, { api_key: "the-new-key" });
      await tell(endpoint, fails, other);
      await other.steps.digest();
      other.clock.advance(5_000);
      await other.settle();
      await gateway.settle();
      const calls = [...gateway.core.calls, ...other.core.calls];
      expect(starts(calls)).toHaveLength(1);
      expect(ends(calls)).toMatchObject([{ apiKey: "the-old-key" }]);
      expect(calls.filter(isPush)).toMatchObject([{ apiKey: "the-new-key" }]);
    });

    test("ends its activity with the new one where the old one is revoked", async () => {
      const endpoint = await shown({ api_key: "the-old-key" });
      gateway.core.answer(({ apiKey }) =>
        apiKey === "the-old-key" ? Response.json({ error: "bad key" }, { status: 401 }) : undefined,
      );
      await patch(endpoint, { api_key: "the-new-key" });
      await gateway.settle();
      await wait(2 * MINUTE_MS);
      await wait(2 * MINUTE_MS);
      expect(ends(gateway.core.calls).map(({ apiKey }) => apiKey)).toEqual([
        "the-old-key",
        "the-new-key",
      ]);
    });

    test("of its own, where it had none, ends its activity with the gateway's", async () => {
      const endpoint = await shown();
      const [start] = gateway.core.calls;
      await patch(endpoint, { api_key: "the-new-key" });
      await gateway.settle();
      expect(ends(gateway.core.calls)).toMatchObject([
        { apiKey: start?.apiKey, path: start?.path },
      ]);
      await expectSlotIsFree();
    });

    test("that is the same one as before changes nothing on the screen", async () => {
      const endpoint = await shown({ api_key: "the-old-key" });
      await patch(endpoint, { api_key: "the-old-key", name: "shop" });
      await wait(MINUTE_MS);
      expect(gateway.core.calls).toHaveLength(1);
      await tell(endpoint, succeeds);
      await gateway.settle();
      expect(gateway.core.calls.map(({ method }) => method)).toEqual(["PUT", "DELETE"]);
    });
  });
});

const ended = () => Response.json({ success: true, operation: "ended" });
const nextId = (id: string) => id.slice(0, -3) + "abc";
