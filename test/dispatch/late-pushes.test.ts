/** What rings in the morning after a night in which nothing could go out. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RecordedCall } from "../support/recording-core.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import type { Stage } from "../support/simulation/deployments.ts";
import { allCommands } from "../support/simulation/outbox.ts";
import { lingering, startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import type { TestEndpoint } from "../support/gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const STARTS_AT = Date.parse("2026-11-02T22:00:00.000Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const NIGHTS: Readonly<Record<string, () => Response>> = {
  "the key had expired": () => Response.json({ error: "Unauthorized" }, { status: 401 }),
  "nobody had paid": () =>
    Response.json({ error: "trial_expired", message: "over" }, { status: 402 }),
  "the core API was away": () => new Response("", { status: 500 }),
};

const isLoud = ({ body }: RecordedCall) => body["interruption_level"] !== "passive";
const titleOf = ({ body }: RecordedCall) => String(body["title"]);

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let endpoint: TestEndpoint;
  beforeEach(async () => {
    gateway = await startGateway({
      store: await openStore(),
      startsAt: STARTS_AT,
      settings: lingering(0),
    });
    endpoint = await endpointFor(gateway, "vercel", { deliver: "push", notify: "outcomes" });
  });
  afterEach(() => gateway.close());

  async function tell(track: number, run: number, stage: Stage): Promise<void> {
    const at = gateway.clock.now();
    const answer = await send(gateway, endpoint, webhookOf({ track, run, stage, at }));
    expect(answer.status).toBe(200);
    await gateway.settle();
  }

  async function pass(ms: number, stepMs: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += stepMs) {
      gateway.clock.advance(stepMs);
      await gateway.settle();
    }
  }

  const pushes = () => gateway.core.calls.filter(({ method }) => method === "POST");

  /** Two production projects deploy every hour of a night; each fails once, the first at three. */
  async function night(answer: () => Response): Promise<void> {
    gateway.core.answer(answer);
    for (let hour = 0; hour < 9; hour++) {
      for (const track of [0, 2])
        await tell(track, hour, hour === 3 + track ? "failed" : "succeeded");
      await pass(HOUR_MS, 20 * MINUTE_MS);
    }
  }

  test.each(Object.entries(NIGHTS))(
    "after a night in which %s each failure of production rings, and each project says once what else there was",
    async (_why, answer) => {
      await night(answer);
      const before = pushes().length;
      gateway.core.answer(() => undefined);
      await pass(30 * MINUTE_MS, MINUTE_MS);
      const morning = pushes().slice(before);
      expect(morning.filter(isLoud).map(titleOf).toSorted()).toEqual([
        expect.stringMatching(/^shop-0 production failed/),
        expect.stringMatching(/^shop-2 production failed/),
      ]);
      for (const push of morning.filter(isLoud))
        expect(push.body["message"]).toMatch(/^\d h( \d+ min)? late/);
      const sums = morning.filter((push) => /\d+ updates, up to \d/.test(titleOf(push)));
      expect(sums.map(titleOf).map((title) => title.split(":")[0])).toEqual(
        expect.arrayContaining(["shop-0", "shop-2"]),
      );
      expect(sums).toHaveLength(2);
      expect(morning.length).toBeLessThanOrEqual(6);
      const commands = await allCommands(gateway.store);
      expect(commands.filter(({ status }) => status === "pending")).toEqual([]);
      const skipped = commands.filter(({ status }) => status === "skipped");
      for (const { reason } of skipped) expect(reason).toMatch(/^summed up in cmd_/);
    },
  );

  test("what a summary stands for is counted whole, also where it could not go out itself", async () => {
    gateway.core.answer(NIGHTS["the key had expired"] ?? (() => undefined));
    for (let run = 0; run < 4; run++) await tell(1, run, "succeeded");
    await pass(2 * HOUR_MS, 10 * MINUTE_MS);
    for (let run = 4; run < 7; run++) await tell(1, run, "succeeded");
    await pass(2 * HOUR_MS, 10 * MINUTE_MS);
    gateway.core.answer(() => undefined);
    const before = pushes().length;
    await pass(10 * MINUTE_MS, MINUTE_MS);
    const [sum, ...more] = pushes().slice(before);
    expect(more).toEqual([]);
    expect(sum && titleOf(sum)).toMatch(/^shop-1: 7 updates, up to 4 h/);
  });

  test("an hour is not reached by what is only slow: everything rings as it was", async () => {
    gateway.core.answer(NIGHTS["the key had expired"] ?? (() => undefined));
    for (const track of [1, 3]) await tell(track, 0, "failed");
    await pass(50 * MINUTE_MS, 10 * MINUTE_MS);
    gateway.core.answer(() => undefined);
    const before = pushes().length;
    await pass(5 * MINUTE_MS, MINUTE_MS);
    const later = pushes().slice(before);
    expect(later).toHaveLength(2);
    for (const { body } of later) expect(JSON.stringify(body)).not.toContain("late");
  });

  test("ten failures of production ring at most, the newest", async () => {
    gateway.core.answer(NIGHTS["the key had expired"] ?? (() => undefined));
    for (let run = 0; run < 14; run++) {
      await tell(2 * run, 0, "failed");
      await pass(MINUTE_MS, MINUTE_MS);
    }
    await tell(0, 1, "failed");
    await pass(2 * HOUR_MS, 20 * MINUTE_MS);
    gateway.core.answer(() => undefined);
    const before = pushes().length;
    await pass(10 * MINUTE_MS, MINUTE_MS);
    expect(pushes().slice(before).filter(isLoud)).toHaveLength(10);
  });
});
