/**
 * What the core API refuses, and for how long: nothing is lost by it, nothing keeps a place by it,
 * and `/readyz` says it.
 */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { pacingKey } from "../../src/pacing/ledger.ts";
import type { Config } from "../../src/config.ts";
import type { RecordedCall } from "../support/recording-core.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import { lingering, startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const MINUTE_MS = 60_000;
const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");

const json = (status: number, body: object, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers });
const UNPAID = {
  error: "trial_expired",
  message: "Your trial is over",
  upgrade_url: "https://activitysmith.com/billing",
};
const NO_DEVICE = { error: "No recipients", message: "No device matched" };

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let isOpen = false;
  const close = async () => {
    if (isOpen) await gateway.close();
    isOpen = false;
  };
  /** Instead of the one with the default settings. */
  const start = async (settings: Partial<Config> = {}) => {
    await close();
    gateway = await startGateway({
      store: await openStore(),
      startsAt: STARTS_AT,
      settings: { ...lingering(0), ...settings },
    });
    isOpen = true;
  };
  beforeEach(() => start());
  afterEach(close);

  const calls = (method?: string) =>
    gateway.core.calls.filter((call) => method === undefined || call.method === method);
  const ready = async () => (await gateway.admin("GET", "/readyz")).json();
  const statuses = async () => (await allCommands(gateway.store)).map(({ status }) => status);

  /** Lets time pass, with the sweeps of the loops. */
  async function pass(ms: number, stepMs = ms): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      gateway.clock.advance(stepMs);
      await gateway.steps.releaseStaleSlots();
      await gateway.settle();
    }
  }

  async function teller(settings: object = {}) {
    const endpoint = await endpointFor(gateway, "vercel", settings);
    return async (track: number, stage: Stage, run = 0) => {
      const at = STARTS_AT + run * 1_000 + (stage === "created" ? 0 : 500);
      const answer = await send(gateway, endpoint, webhookOf({ track, run, stage, at }));
      expect(answer.status).toBe(200);
      await gateway.settle();
    };
  }

  test("402 holds pushes and updates and says so once; endings go on, and a probe opens", async () => {
    const tell = await teller({ notify: "outcomes" });
    await tell(0, "created");
    gateway.core.answer(({ method }) => (method === "DELETE" ? undefined : json(402, UNPAID)));
    for (let track = 2; track < 12; track += 2) await tell(track, "failed");
    await tell(0, "succeeded");
    expect(calls("DELETE")).toHaveLength(1);
    expect(await ready()).toMatchObject({
      status: "degraded",
      pauses: [
        {
          reason: expect.stringContaining("trial_expired: Your trial is over"),
          upgrade_url: "https://activitysmith.com/billing",
        },
      ],
    });
    const before = calls().length;
    await pass(14 * MINUTE_MS, MINUTE_MS);
    expect(calls()).toHaveLength(before);
    await pass(60 * MINUTE_MS, 15_000);
    expect(calls().length - before).toBeLessThanOrEqual(5);
    const isAboutIt = (line: object) => JSON.stringify(line).includes("trial_expired");
    expect(gateway.log.filter(isAboutIt)).toHaveLength(1);
    gateway.core.answer(() => undefined);
    await pass(16 * MINUTE_MS, 15_000);
    expect(await statuses()).not.toContain("dead");
    expect(await statuses()).not.toContain("pending");
    const titles = new Set(calls("POST").map(({ body }) => body["title"]));
    expect(titles.size).toBe(6);
    expect(await ready()).toMatchObject({ status: "ok", pauses: [] });
  });

  test.each([403, 404, 422])("%i is tried again every five minutes, and told", async (status) => {
    const tell = await teller({ deliver: "push" });
    gateway.core.answer(() => json(status, NO_DEVICE));
    await tell(0, "failed");
    expect(calls()).toHaveLength(1);
    expect(await ready()).toMatchObject({
      status: "degraded",
      refusals: [{ reason: `${status}: No recipients: No device matched` }],
    });
    await pass(4 * MINUTE_MS + 59_000);
    expect(calls()).toHaveLength(1);
    await pass(1_000);
    expect(calls()).toHaveLength(2);
    gateway.core.answer(() => undefined);
    await pass(5 * MINUTE_MS);
    expect(await statuses()).toEqual(["done"]);
    expect(await ready()).toMatchObject({ status: "ok", refusals: [] });
  });

  test("422 is given up after RETRY_FOR_HOURS, and that is told too", async () => {
    await start({ RETRY_FOR_HOURS: 2 });
    const tell = await teller({ deliver: "push" });
    gateway.core.answer(() => json(422, NO_DEVICE));
    await tell(0, "failed");
    await pass(119 * MINUTE_MS, MINUTE_MS);
    expect(await statuses()).toEqual(["pending"]);
    await pass(31 * MINUTE_MS, MINUTE_MS);
    expect(await statuses()).toEqual(["dead"]);
    expect(await ready()).toMatchObject({
      status: "degraded",
      dead_last_hour: { count: 1, last_reason: expect.stringContaining("No device matched") },
    });
  });

  describe("endings that are refused", () => {
    /** Shows four deployments and ends them; answers whether a fifth finds a place. */
    async function isFifthShown(): Promise<boolean> {
      const tell = await teller({ notify: "none" });
      for (const track of [0, 2, 4, 6]) await tell(track, "created");
      for (const track of [0, 2, 4, 6]) await tell(track, "succeeded");
      await tell(8, "created");
      await pass(MINUTE_MS, 15_000);
      return calls("PUT").some(({ body }) => JSON.stringify(body).includes("t008-r0000"));
    }
    const isWhole = ({ method, body }: RecordedCall) =>
      method === "DELETE" && Object.keys(body).length > 0;

    test("with their picture go again without, and free their place", async () => {
      gateway.core.answer((call) => (isWhole(call) ? json(400, { error: "no" }) : undefined));
      expect(await isFifthShown()).toBe(true);
      expect(calls("DELETE")).toHaveLength(8);
      expect(await statuses()).not.toContain("dead");
    });

    test.each([400, 403, 405, 422])(
      "altogether (%i) keep no place, and are tried again",
      async (status) => {
        gateway.core.answer(({ method }) =>
          method === "DELETE" ? json(status, { error: "no" }) : undefined,
        );
        expect(await isFifthShown()).toBe(true);
        const before = calls("DELETE").length;
        gateway.core.answer(() => undefined);
        await pass(6 * MINUTE_MS, MINUTE_MS);
        expect(calls("DELETE").length).toBeGreaterThan(before);
        expect((await statuses()).filter((it) => it === "pending")).toEqual([]);
      },
    );

    test("of one that gives way: the other is shown all the same", async () => {
      await start({ LIVE_ACTIVITIES: 1 });
      const tell = await teller({ notify: "none" });
      await tell(1, "created");
      gateway.core.answer((call) => (isWhole(call) ? json(400, { error: "no" }) : undefined));
      await tell(2, "created");
      await pass(15_000);
      expect(JSON.stringify(calls("PUT").at(-1)?.body)).toContain("t002-r0000");
    });
  });

  test("an update that is refused goes once more in its plainest form", async () => {
    const tell = await teller({ notify: "none", channels: ["ops"] });
    const keys = ({ body }: RecordedCall) => Object.keys(Object(body["content_state"]));
    gateway.core.answer((call) =>
      call.method === "PUT" && keys(call).length > 4 ? json(400, { error: "no" }) : undefined,
    );
    await tell(0, "created");
    const [whole, plain, ...more] = calls("PUT");
    expect(more).toEqual([]);
    expect(whole && keys(whole).length).toBeGreaterThan(4);
    const plainest = ["current_step", "number_of_steps", "title", "type"];
    expect(plain && keys(plain).toSorted()).toEqual(plainest);
    expect(plain?.body["channels"]).toEqual(["ops"]);
    expect(await statuses()).toEqual(["done"]);
  });

  test("an update that is refused in every form dies with the API's words, after two calls", async () => {
    const tell = await teller({ notify: "none" });
    gateway.core.answer(() => json(400, { error: "Bad request", message: "never" }));
    await tell(0, "created");
    expect(calls("PUT")).toHaveLength(2);
    const [command] = await allCommands(gateway.store);
    expect(command).toMatchObject({ status: "dead", reason: "400: Bad request: never" });
  });

  test("what is refused for its tags goes without them", async () => {
    const tell = await teller({ notify: "failures" });
    gateway.core.answer(({ body }) =>
      Object.hasOwn(body, "tags") ? json(400, { error: "no", code: "invalid_tags" }) : undefined,
    );
    await tell(0, "created");
    await tell(0, "failed");
    expect(await statuses()).not.toContain("dead");
    for (const method of ["PUT", "POST"]) {
      const [tagged, untagged, ...more] = calls(method);
      const { tags: _refused, ...rest } = tagged?.body ?? {};
      expect(untagged?.body).toEqual(rest);
      expect(more).toEqual([]);
    }
  });

  describe("one 429", () => {
    test("with a time: one call when it says, then all", async () => {
      const tell = await teller({ deliver: "push" });
      for (let track = 0; track < 9; track++) await tell(track, "failed");
      gateway.core.answer(() => json(429, { error: "slow" }, { "retry-after": "2" }));
      await tell(9, "failed");
      gateway.core.answer(() => undefined);
      for (let track = 10; track < 20; track++) await tell(track, "failed");
      expect(calls()).toHaveLength(10);
      await pass(2_000);
      expect(calls()).toHaveLength(21);
      expect(await statuses()).not.toContain("pending");
    });

    test.each(["999999999", "Thu, 31 Dec 2099 23:59:59 GMT"])(
      "that says %s is over after five minutes",
      async (retryAfter) => {
        const tell = await teller({ deliver: "push" });
        gateway.core.answer(() => json(429, { error: "slow" }, { "retry-after": retryAfter }));
        await tell(0, "failed");
        gateway.core.answer(() => undefined);
        expect(await ready()).toMatchObject({
          status: "degraded",
          pauses: [{ reason: "the core API allows no more calls for now" }],
        });
        await pass(5 * MINUTE_MS);
        expect(await statuses()).toEqual(["done"]);
      },
    );

    test("that was believed for years is over, and so is the wait of its command", async () => {
      const tell = await teller({ deliver: "push" });
      await tell(0, "failed");
      const { store, clock } = gateway;
      const years = STARTS_AT + 1e12;
      const pushes = pacingKey("default", "notifications");
      const stored = await store.loadAccount(pushes);
      if (!stored) throw new Error("there is no account");
      const pause = { until: years, reason: "rate_limited" } as const;
      await store.saveAccount(pushes, { ...stored.state, pause }, stored.version);
      gateway = await startGateway({ store, startsAt: clock.now() });
      const endpoint = await endpointFor(gateway, "vercel", { deliver: "push" });
      const event = { track: 2, run: 0, stage: "failed", at: STARTS_AT } as const;
      await send(gateway, endpoint, webhookOf(event));
      await gateway.steps.digest();
      const [claimed] = await store.claimCommands({
        account: "default",
        now: clock.now(),
        limit: 1,
        leaseMs: 1_000,
      });
      if (!claimed) throw new Error("there is nothing to claim");
      await store.settleCommand({
        commandId: claimed.id,
        claim: claimed.claim,
        attempt: null,
        result: { status: "pending", notBefore: years, reason: "429", possibleRepeat: false },
        stream: null,
        now: clock.now(),
      });
      await pass(1_000);
      expect(await statuses()).toEqual(["done", "done"]);
    });
  });

  test("a stream that is paused gives its place back until the next run, which takes a free one only", async () => {
    await start({ LIVE_ACTIVITIES: 1 });
    const tell = await teller({ notify: "none" });
    const paused = (call: RecordedCall) => {
      const isPaused = JSON.stringify(call.body).includes("t000") && call.method === "PUT";
      return isPaused
        ? json(200, { success: true, operation: "paused", activity_id: null })
        : undefined;
    };
    gateway.core.answer(paused);
    await tell(0, "created");
    await tell(1, "created");
    expect(calls("PUT")).toHaveLength(2);
    await pass(4_000);
    await tell(0, "ready");
    await tell(0, "succeeded");
    expect(calls()).toHaveLength(2);
    // A production deployment, that would else take the place of a preview.
    gateway.core.answer(() => undefined);
    await tell(0, "created", 1);
    await pass(15_000);
    expect(calls()).toHaveLength(2);
    await tell(1, "succeeded");
    expect(JSON.stringify(calls("PUT").at(-1)?.body)).toContain("t000-r0001");
  });

  test("a key that no header can carry is the reason on record, and nothing keeps a place", async () => {
    await start({ LIVE_ACTIVITIES: 1 });
    const store = gateway.store;
    const bad = await startGateway({
      store,
      startsAt: STARTS_AT,
      apiKey: "ask_fine but with spaces",
    });
    const endpoint = await endpointFor(bad, "vercel", {});
    await send(bad, endpoint, webhookOf({ track: 0, run: 0, stage: "failed", at: STARTS_AT }));
    for (let second = 0; second < 40; second++) {
      await bad.settle();
      bad.clock.advance(1_000);
    }
    expect(bad.core.calls).toEqual([]);
    const commands = await allCommands(store);
    expect(commands).toHaveLength(2);
    for (const { status, reason, attempts } of commands) {
      expect(status).toBe("dead");
      expect(reason).toContain("no HTTP header can carry");
      expect(attempts).toBe(5);
    }
    expect((await store.loadAccount("default"))?.state.slots).toEqual([]);
    const answer = await bad.admin("GET", "/readyz");
    expect(await answer.json()).toMatchObject({ status: "degraded", dead_last_hour: { count: 2 } });
  });

  test.each([
    ["a welcome page", () => new Response("Welcome to nginx!")],
    ["an empty 200", () => new Response("")],
    ["204", () => new Response(null, { status: 204 })],
    ["another's JSON", () => Response.json({ status: "up" })],
  ])("%s is no delivery: the push is sent once more, and marked", async (_what, answer) => {
    const tell = await teller({ deliver: "push" });
    gateway.core.answer(() => answer());
    await tell(0, "failed");
    expect(await statuses()).toEqual(["pending"]);
    gateway.core.answer(() => undefined);
    await pass(60_000, 1_000);
    expect(await allCommands(gateway.store)).toMatchObject([
      { status: "done", possibleRepeat: true },
    ]);
    expect(calls("POST")).toHaveLength(2);
  });
});
