/** The keys and channels by which every refusal of the API can be tried, and trouble on purpose. */
import { describe, expect, test, vi } from "vitest";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";

const START = 1_800_000_000_000;
const content_state = { type: "progress", title: "web-shop", percentage: 10 };
const STREAM = "/live-activity/stream/web";

function preview() {
  const clock = { now: START };
  const core = createPreviewCore({
    now: () => clock.now,
    apiKey: "ask_test",
    fetch,
    metrics: [{ key: "rate" }],
  });
  const request = (method: string, path: string, body: unknown, key = "ask_test") =>
    core.app.request(path, {
      method,
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
  const call = async (method: string, path: string, body: unknown, key?: string) => {
    const response = await request(method, `/api${path}`, body, key);
    const answer: unknown = await response.json();
    return { status: response.status, headers: response.headers, body: answer };
  };
  const chaos = async (body: unknown) => {
    const response = await request("POST", "/chaos", body);
    const answer: unknown = await response.json();
    return { status: response.status, body: answer };
  };
  const badge = (channels?: readonly string[]) =>
    call("POST", "/badge", { badge: 7, ...(channels && { target: { channels } }) });
  return { core, clock, request, call, chaos, badge };
}

describe("an account that may not send", () => {
  test.each([
    ["ask_test-expired", "trial_expired", true],
    ["ask_test-exhausted", "trial_exhausted", true],
    ["ask_test-capped", "billing_overage_cap_reached", false],
  ])("%s: 402 %s on push, PUT, start and badge", async (key, error, isTrial) => {
    const { call, core } = preview();
    for (const [method, path, body] of [
      ["POST", "/push-notification", { title: "x" }],
      ["PUT", STREAM, { content_state }],
      ["POST", "/live-activity/start", { content_state }],
      ["POST", "/badge", { badge: 1 }],
    ] as const) {
      const answer = await call(method, path, body, key);
      expect(answer).toMatchObject({
        status: 402,
        body: { error, message: expect.any(String), upgrade_url: expect.stringMatching(/^https:/) },
      });
      expect(Object.hasOwn(Object(answer.body), "trial_period")).toBe(isTrial);
      expect(answer.headers.get("ratelimit")).toBeNull();
    }
    expect(core.snapshot()).toMatchObject({ activities: [], pushes: [], badge: 0 });
  });

  test("endings and metrics go on", async () => {
    const { call } = preview();
    await call("PUT", STREAM, { content_state });
    expect((await call("DELETE", STREAM, {}, "ask_test-expired")).status).toBe(200);
    const value = await call("POST", "/metrics/rate/value", { value: 1 }, "ask_test-expired");
    expect(value.status).toBe(200);
  });
});

describe("a key for some channels", () => {
  const send = (world: ReturnType<typeof preview>, channels?: readonly string[]) =>
    world.call(
      "POST",
      "/push-notification",
      { title: "x", ...(channels && { target: { channels } }) },
      "ask_test-scoped",
    );

  test("reaches its own where it names none", async () => {
    expect(await send(preview())).toMatchObject({
      status: 200,
      body: { effective_channel_slugs: ["team"] },
    });
  });

  test("may name its own, and no other beside it", async () => {
    expect((await send(preview(), ["team"])).status).toBe(200);
    expect((await send(preview(), ["team", "ops"])).status).toBe(403);
  });
});

describe("channels", () => {
  test("nobody: 422, unless another channel has a device", async () => {
    const { badge } = preview();
    expect(await badge(["nobody"])).toMatchObject({
      status: 422,
      body: { error: "No recipients found", effective_channel_slugs: ["nobody"] },
    });
    expect(await badge(["nobody", "ops"])).toMatchObject({
      status: 200,
      body: { devices_updated: 1, effective_channel_slugs: ["nobody", "ops"] },
    });
  });

  test("a badge whose device is unreachable is 502, disconnected 422, beside a good one 200", async () => {
    const { badge, core } = preview();
    const figures = { badge: 7, devices_targeted: 1, devices_updated: 0 };
    expect(await badge(["unreachable"])).toMatchObject({
      status: 502,
      body: { ...figures, code: "badge_update_failed", effective_channel_slugs: ["unreachable"] },
    });
    expect(await badge(["disconnected"])).toMatchObject({
      status: 422,
      body: { ...figures, code: "badge_device_disconnected" },
    });
    expect((await badge(["disconnected", "unreachable"])).status).toBe(502);
    expect(core.snapshot().badge).toBe(0);
    expect(await badge(["unreachable", "ops"])).toMatchObject({
      status: 200,
      body: { devices_updated: 1, users_updated: 1 },
    });
    expect(core.snapshot().badge).toBe(7);
  });
});

describe("chaos", () => {
  const push = { title: "x" };

  test.each([
    ["error", 500],
    ["rate_limit", 429],
  ])("%s for two calls, then no more", async (fault, status) => {
    const { call, chaos, core } = preview();
    expect(await chaos({ fault, calls: 2 })).toMatchObject({
      status: 200,
      body: { fault, callsLeft: 2, until: null },
    });
    const statuses: number[] = [];
    for (let at = 0; at < 3; at++)
      statuses.push((await call("POST", "/push-notification", push)).status);
    expect(statuses).toStrictEqual([status, status, 200]);
    expect(core.snapshot()).toMatchObject({ pushes: [{ body: push }], trouble: null });
  });

  test("for some minutes, and until it is told to end", async () => {
    const { call, chaos, clock, core } = preview();
    const status = async () => (await call("POST", "/badge", { badge: 1 })).status;
    await chaos({ fault: "error", minutes: 2 });
    clock.now += 120_000 - 1;
    expect(await status()).toBe(500);
    expect(core.snapshot().trouble).toMatchObject({ fault: "error", until: START + 120_000 });
    clock.now += 1;
    expect(await status()).toBe(200);
    await chaos({ fault: "error", minutes: 2 });
    expect(await chaos({ fault: "none" })).toStrictEqual({ status: 200, body: null });
    expect(await status()).toBe(200);
  });

  test("a 429 asks to wait", async () => {
    const { call, chaos } = preview();
    await chaos({ fault: "rate_limit", calls: 1 });
    const answer = await call("POST", "/badge", { badge: 1 });
    expect(answer.body).toMatchObject({ code: "rate_limited" });
    expect(answer.headers.get("retry-after")).toBe("20");
  });

  test.each([
    ["reset", []],
    ["lost_answer", [{ body: push }]],
  ])("%s breaks the connection", async (fault, pushes) => {
    const { request, chaos, core } = preview();
    await chaos({ fault, calls: 1 });
    const response = await request("POST", "/api/push-notification", push);
    await expect(response.json()).rejects.toThrow("on purpose");
    expect(core.snapshot().pushes).toMatchObject(pushes);
  });

  test("slow answers come late, at once where the preview is closed", async () => {
    vi.useFakeTimers();
    try {
      const { call, chaos, core } = preview();
      await chaos({ fault: "slow", delay_seconds: 30, calls: 2 });
      let answered = 0;
      const late = async () => {
        await call("POST", "/push-notification", push);
        answered += 1;
      };
      const first = late();
      await vi.advanceTimersByTimeAsync(29_999);
      expect(answered).toBe(0);
      await vi.advanceTimersByTimeAsync(1);
      await first;
      expect(answered).toBe(1);
      const second = late();
      await vi.advanceTimersByTimeAsync(1);
      core.close();
      await second;
    } finally {
      vi.useRealTimers();
    }
  });

  test.each([
    { fault: "flood", calls: 1 },
    { fault: "error" },
    { fault: "error", calls: 0 },
    { fault: "error", calls: 1, delay_seconds: 3 },
    { fault: "slow", calls: 1, delay_seconds: 0 },
    { fault: "slow", minutes: -1 },
    { fault: "none", calls: 1 },
  ])("%j is refused", async (body) => {
    const { chaos, core } = preview();
    expect((await chaos(body)).status).toBe(400);
    expect(core.snapshot().trouble).toBeNull();
  });
});
