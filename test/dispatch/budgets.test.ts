/**
 * Budgets by feature, as the core API counts them: through HTTP, at a recorded core, on a simulated
 * clock.
 */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Config } from "../../src/config.ts";
import { endpointFor, send } from "../support/send.ts";
import { webhookOf } from "../support/simulation/deployments.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const STARTS_AT = Date.parse("2026-11-02T12:00:00.000Z");
/** Of a preview. */
const FIRST_FRAME_AFTER_MS = 8_000;
const WINDOW_MS = 61_000;

describeOnStores((openStore) => {
  let gateway: TestGateway;
  const start = async (settings: Partial<Config> = {}) => {
    gateway = await startGateway({ store: await openStore(), startsAt: STARTS_AT, settings });
  };
  beforeEach(() => start());
  afterEach(() => gateway.close());

  const made = (method: string) =>
    gateway.core.calls.filter((call) => call.method === method).length;

  /** So many deployments of projects of their own fail at once. */
  async function fail(count: number, settings: object): Promise<void> {
    const endpoint = await endpointFor(gateway, "vercel", settings);
    for (let track = 0; track < count; track++) {
      const event = { track, run: 0, stage: "failed", at: STARTS_AT } as const;
      expect((await send(gateway, endpoint, webhookOf(event))).status).toBe(200);
    }
    await gateway.settle();
  }

  test("sixty pushes a minute, and calls on cards beside them", async () => {
    await fail(65, { deliver: "push" });
    expect(made("POST")).toBe(60);
    const endpoint = await endpointFor(gateway, "vercel", { notify: "none" });
    await send(
      gateway,
      endpoint,
      webhookOf({ track: 99, run: 0, stage: "created", at: STARTS_AT }),
    );
    gateway.clock.advance(FIRST_FRAME_AFTER_MS);
    await gateway.settle();
    expect(made("POST")).toBe(60);
    expect(made("PUT")).toBe(1);
    gateway.clock.advance(WINDOW_MS);
    await gateway.settle();
    expect(made("POST")).toBe(65);
  });

  test("what the API says is left holds where it is less, until its window ends", async () => {
    gateway.core.answer(({ method }) =>
      method === "POST"
        ? Response.json(
            { success: true, timestamp: "2026-11-02T12:00:00.000Z" },
            { headers: { ratelimit: '"account:notifications"; r=0; t=20' } },
          )
        : undefined,
    );
    await fail(3, { deliver: "push" });
    expect(made("POST")).toBe(1);
    gateway.clock.advance(19_000);
    await gateway.settle();
    expect(made("POST")).toBe(1);
    gateway.clock.advance(2_000);
    await gateway.settle();
    expect(made("POST")).toBe(2);
  });

  test("never more than is configured, whatever the API says is left", async () => {
    await gateway.close();
    await start({ CALLS_PER_MINUTE: 10, CALLS_RESERVED: 0 });
    gateway.core.answer(({ method }) =>
      method === "POST"
        ? Response.json({ success: true }, { headers: { ratelimit: '"account"; r=500; t=60' } })
        : undefined,
    );
    await fail(15, { deliver: "push" });
    expect(made("POST")).toBe(10);
  });
});
