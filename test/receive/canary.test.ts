/**
 * The canary: what an operator hears of an address that leads astray, and what a stranger cannot do
 * with it.
 */
import { afterEach, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { startGateway } from "../support/start-gateway.ts";
import type { TestGateway } from "../support/start-gateway.ts";
import { describeOnStores } from "../support/stores.ts";

const MINUTE_MS = 60_000;

test("it needs an address", () => {
  expect(() => parseConfig({ CANARY_MINUTES: "5" })).toThrow(/PUBLIC_URL/);
  const config = parseConfig({ CANARY_MINUTES: "5", PUBLIC_URL: "https://hooks.example.com" });
  expect(config.CANARY_MINUTES).toBe(5);
});

describeOnStores((openStore) => {
  let gateway: TestGateway;
  let proxy: ((request: Request) => Response | undefined) | undefined;
  const start = async (minutes: number) => {
    proxy = undefined;
    gateway = await startGateway({
      store: await openStore(),
      settings: { CANARY_MINUTES: minutes },
      frontDoor: (request) => proxy?.(request),
    });
  };
  afterEach(() => gateway.close());

  /** As a process does that sweeps every half minute. */
  async function pass(minutes: number): Promise<void> {
    for (let half = 0; half < 2 * minutes; half++) {
      await gateway.steps.flyCanary();
      await gateway.settle();
      gateway.clock.advance(MINUTE_MS / 2);
    }
  }
  const ready = async () => (await gateway.admin("GET", "/readyz")).json();
  const listed = async () => (await gateway.admin("GET", "/api/v1/deliveries")).json();

  test("comes through every five minutes, and nobody is told of it", async () => {
    await start(5);
    await pass(20);
    expect(await ready()).toMatchObject({ status: "ok", problems: [] });
    const { data } = Object(await listed());
    expect(data).toHaveLength(4);
    const marked = { event: "canary", status: "ignored", is_canary: true };
    for (const it of data) expect(it).toMatchObject(marked);
    expect(gateway.core.calls).toEqual([]);
  });

  test("that meets a wall is told with what it met, and that it is over", async () => {
    await start(5);
    await pass(6);
    proxy = () => new Response("Bad gateway", { status: 502 });
    await pass(12);
    expect(await ready()).toMatchObject({
      status: "degraded",
      problems: [
        {
          kind: "canary",
          problem: "no canary has come through PUBLIC_URL within 10 min: 502 Bad gateway",
        },
      ],
    });
    const errors = gateway.log.filter(({ level }) => level === "error");
    expect(errors.filter((line) => JSON.stringify(line).includes("canary"))).toHaveLength(1);
    proxy = undefined;
    await pass(1);
    expect(await ready()).toMatchObject({ status: "ok", problems: [] });
  });

  test("is measured: how long ago one came through, and how many did not", async () => {
    await start(5);
    const lines = async () => {
      gateway.clock.advance(MINUTE_MS / 6);
      const text = await (await gateway.admin("GET", "/metrics")).text();
      return text.split("\n").filter((line) => line.startsWith("gateway_canary"));
    };
    expect(await lines()).toEqual(["gateway_canary_failures_total 0"]);
    await pass(1);
    expect(await lines()).toEqual([
      "gateway_canary_failures_total 0",
      "gateway_canary_last_success_age_seconds 70",
    ]);
    proxy = () => new Response("Bad gateway", { status: 502 });
    await pass(6);
    const [failures, age = ""] = await lines();
    expect(failures).toMatch(/^gateway_canary_failures_total [1-9]\d*$/);
    expect(Number(age.split(" ")[1])).toBeGreaterThan(6 * 60);
  });

  test("that another gateway takes with a 200 of its own has not come through", async () => {
    await start(5);
    proxy = () => Response.json({ status: "ok" });
    await pass(1);
    expect(await ready()).toMatchObject({ status: "degraded", problems: [{ kind: "canary" }] });
  });

  test("cannot be forged, and is nobody's endpoint", async () => {
    await start(5);
    let path = "";
    proxy = (request) => {
      path = new URL(request.url).pathname;
      return undefined;
    };
    await pass(1);
    const forged = await gateway.fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "x-canary-signature": "0".repeat(64) },
      body: JSON.stringify({ type: "canary", id: "forged" }),
    });
    expect(forged.status).toBe(401);
    expect(await (await gateway.admin("GET", "/api/v1/endpoints")).json()).toMatchObject({
      data: [],
    });
    const made = await gateway.admin("POST", "/api/v1/endpoints", {
      name: "x",
      provider: "canary",
    });
    expect(made.status).toBe(400);
  });

  test("does not fly where it is not asked for", async () => {
    await start(0);
    await pass(5);
    expect(Object(await listed()).data).toEqual([]);
    expect(await ready()).toMatchObject({ status: "ok" });
  });
});
