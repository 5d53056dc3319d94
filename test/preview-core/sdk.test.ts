/**
 * The official SDK, unchanged but for the base URL, against the preview core on a real port: every
 * call that it offers.
 */
import { serve } from "@hono/node-server";
import ActivitySmith from "activitysmith";
import { Hono } from "hono";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";
import type { PreviewCore } from "../../src/preview-core/preview-core.ts";

const METRICS = [{ key: "deploy.success_rate" }, { key: "prod.status" }];
const API_KEY = "ask_test";
const HOST = "127.0.0.1";
const newCore = () =>
  createPreviewCore({ now: () => Date.now(), fetch, apiKey: API_KEY, metrics: METRICS });

let core: PreviewCore = newCore();
const server = await new Promise<ReturnType<typeof serve>>((resolve) => {
  const app = new Hono().all("/preview/*", (c) =>
    new Hono().route("/preview", core.app).fetch(c.req.raw),
  );
  const options = { fetch: app.fetch, port: 0, hostname: HOST, overrideGlobalObjects: false };
  const started = serve(options, () => resolve(started));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  core = newCore();
});

/**
 * The SDK has no option for its base URL: its resources' `api` is the only way in, and only its
 * configuration is touched.
 */
function sdkAt(baseUrl: string): ActivitySmith {
  const sdk = new ActivitySmith({ apiKey: API_KEY });
  const apis: unknown[] = [sdk.notifications, sdk.liveActivities, sdk.metrics].map((it) =>
    Reflect.get(it, "api"),
  );
  for (const api of [...apis, Reflect.get(sdk, "appIconBadgesApi")]) {
    const configuration: unknown = Reflect.get(Object(api), "configuration");
    const settings: unknown = Reflect.get(Object(configuration), "configuration");
    Object.assign(Object(settings), { basePath: baseUrl });
  }
  return sdk;
}

function baseUrl(): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://${HOST}:${address.port}/preview/api`;
}

const sdk = sdkAt(baseUrl());

/** Status and body of the answer that the SDK throws. */
async function refusal(call: Promise<unknown>): Promise<{ status: number; body: unknown }> {
  const error: unknown = await call.then(
    () => {
      throw new Error("the call succeeded");
    },
    (reason: unknown) => reason,
  );
  const response: unknown = Reflect.get(Object(error), "response");
  if (!(response instanceof Response)) throw error;
  return { status: response.status, body: await response.json() };
}

/** The names of what a resource of the SDK can be asked for. */
const offeredBy = (resource: unknown): string[] =>
  Object.getOwnPropertyNames(Object.getPrototypeOf(Object(resource)))
    .filter((name) => name !== "constructor")
    .toSorted();

test("the calls below are all that the SDK offers", () => {
  expect({
    sdk: offeredBy(sdk),
    notifications: offeredBy(sdk.notifications),
    liveActivities: offeredBy(sdk.liveActivities),
    metrics: offeredBy(sdk.metrics),
  }).toEqual({
    sdk: ["badgeCount"],
    notifications: ["send", "sendPushNotification", "sendPushNotificationRaw"],
    liveActivities: [
      "end",
      "endLiveActivity",
      "endLiveActivityRaw",
      "endLiveActivityStream",
      "endLiveActivityStreamRaw",
      "endStream",
      "reconcileLiveActivityStream",
      "reconcileLiveActivityStreamRaw",
      "start",
      "startLiveActivity",
      "startLiveActivityRaw",
      "stream",
      "update",
      "updateLiveActivity",
      "updateLiveActivityRaw",
    ],
    metrics: ["update", "updateMetricValue", "updateMetricValueRaw"],
  });
});

const progress = ActivitySmith.contentState({
  title: "web-shop",
  type: ActivitySmith.liveActivityTypes.segmentedProgress,
  number_of_steps: 3,
  current_step: 1,
  icon: ActivitySmith.alertIcon("hammer.fill", { color: "blue" }),
  badge: ActivitySmith.alertBadge("Production", { color: "purple" }),
});
const channels = ["ops", "devs"];
const tags = ["shop", "user:1"];

describe("notifications", () => {
  test("send, with everything it takes", async () => {
    const answer = await sdk.notifications.send({
      title: "web-shop is live",
      subtitle: "main",
      message: "Live in 38 s",
      redirection: "https://shop.example",
      actions: [
        { title: "Open", type: "open_url", url: "shortcuts://run-shortcut?name=Open" },
        {
          title: "Undo",
          type: "webhook",
          url: "https://x.example",
          method: "POST",
          body: { a: 1 },
        },
      ],
      payload: { run: 7 },
      badge: 2,
      sound: "default",
      channels,
      tags,
    });
    expect(answer).toMatchObject({ success: true, effective_channel_slugs: channels, tags });
    expect(core.snapshot().pushes).toMatchObject([{ body: { title: "web-shop is live" } }]);
  });

  test("send with media, the older names, and the raw answer", async () => {
    const pushNotificationRequest = { title: "Look", media: "https://cdn.example/a.png" };
    await sdk.notifications.send(pushNotificationRequest);
    await sdk.notifications.sendPushNotification({ pushNotificationRequest });
    const raw = await sdk.notifications.sendPushNotificationRaw({ pushNotificationRequest });
    expect(raw.raw.status).toBe(200);
    expect(await raw.value()).toMatchObject({ success: true });
    expect(core.snapshot().pushes).toHaveLength(3);
  });

  test("what the API refuses", async () => {
    const answer = await refusal(sdk.notifications.send({ title: "x", colour: "red" }));
    expect(answer).toMatchObject({ status: 400, body: { message: "colour is not allowed" } });
  });
});

describe("streams", () => {
  const stream = (content_state = progress) => sdk.liveActivities.stream("web", { content_state });

  test("stream and endStream", async () => {
    const started = await sdk.liveActivities.stream("web", {
      content_state: progress,
      action: { title: "Logs", type: "open_url", url: "https://logs.example" },
      secondary_action: { title: "Cancel", type: "webhook", url: "https://x.example" },
      alert: { title: "Deploying", body: "web-shop" },
      channels,
      tags,
    });
    expect(started).toMatchObject({
      operation: "started",
      stream_key: "web",
      effective_channel_slugs: channels,
      tags,
    });
    expect(await stream({ ...progress, current_step: 2 })).toMatchObject({
      operation: "updated",
      activity_id: started.activity_id,
    });
    expect(await stream({ ...progress, current_step: 2 })).toMatchObject({ operation: "noop" });
    const ended = await sdk.liveActivities.endStream("web", {
      content_state: { ...progress, current_step: 3, auto_dismiss_minutes: 0 },
    });
    expect(ended).toMatchObject({ operation: "ended", activity_id: started.activity_id });
    expect(core.snapshot().activities).toStrictEqual([]);
  });

  test.each([
    { title: "Backup", type: "progress", percentage: 62 },
    { title: "Backup", type: "progress", value: 3, upper_limit: 9, color: "cyan" },
    { title: "Health", type: "metrics", metrics: [{ label: "CPU", value: 9, unit: "%" }] },
    { title: "Sales", type: "stats", metrics: [{ label: "Revenue", value: "$2430" }] },
    { title: "Approval", type: "alert", message: "web-shop waits" },
    { title: "Benchmark", type: "timer", duration_seconds: 300 },
    { title: "Benchmark", type: "timer", counts_down: false },
  ])("of type $type", async (content) => {
    expect(await stream(ActivitySmith.contentState(content))).toMatchObject({
      operation: "started",
    });
  });

  test("endStream without a body, the older names, and the raw answers", async () => {
    const liveActivityStreamRequest = {
      content_state: { title: "x", type: "progress", percentage: 1 } as const,
    };
    const parameters = { streamKey: "web", liveActivityStreamRequest };
    await sdk.liveActivities.reconcileLiveActivityStream(parameters);
    expect(await sdk.liveActivities.endStream("web")).toMatchObject({ operation: "ended" });
    const put = await sdk.liveActivities.reconcileLiveActivityStreamRaw(parameters);
    expect(put.raw.status).toBe(200);
    await sdk.liveActivities.endLiveActivityStream({ streamKey: "web" });
    await sdk.liveActivities.reconcileLiveActivityStream(parameters);
    const ended = await sdk.liveActivities.endLiveActivityStreamRaw({ streamKey: "web" });
    expect(ended.raw.status).toBe(200);
  });

  test("what the API refuses: an unknown stream, a bad key, a sixth activity", async () => {
    expect(await refusal(sdk.liveActivities.endStream("nobody"))).toMatchObject({ status: 404 });
    const badKey = sdk.liveActivities.stream("a/b", { content_state: progress });
    expect(await refusal(badKey)).toMatchObject({
      status: 400,
      body: { error: "Invalid stream_key" },
    });
    for (const key of ["a", "b", "c", "d", "f"]) {
      await sdk.liveActivities.stream(key, { content_state: progress });
    }
    expect(await refusal(stream())).toMatchObject({ status: 429, body: { limit: 5, active: 5 } });
  });

  test("the call after 300 in a minute", async () => {
    for (let at = 0; at < 300; at++) await stream();
    expect(await refusal(stream())).toMatchObject({
      status: 429,
      body: { error: "Rate limit exceeded" },
    });
  });
});

describe("the classic lifecycle", () => {
  test("start, update, end", async () => {
    const started = await sdk.liveActivities.start({ content_state: progress, channels, tags });
    expect(started).toMatchObject({ success: true, effective_channel_slugs: channels, tags });
    const { activity_id } = started;
    const content_state = { ...progress, current_step: 2 };
    expect(await sdk.liveActivities.update({ activity_id, content_state })).toMatchObject({
      activity_id,
      devices_notified: 1,
    });
    const last = { ...progress, current_step: 3, auto_dismiss_minutes: 1 };
    expect(await sdk.liveActivities.end({ activity_id, content_state: last })).toMatchObject({
      activity_id,
      success: true,
    });
    expect(core.snapshot().activities).toMatchObject([
      { streamKey: null, contentState: { current_step: 3 }, endedAt: expect.any(Number) },
    ]);
  });

  test("the older names and the raw answers", async () => {
    const content_state = { title: "x", type: "progress", percentage: 5 } as const;
    const liveActivityStartRequest = { content_state };
    const { activity_id } = await sdk.liveActivities.startLiveActivity({
      liveActivityStartRequest,
    });
    const liveActivityUpdateRequest = { activity_id, content_state };
    await sdk.liveActivities.updateLiveActivity({ liveActivityUpdateRequest });
    await sdk.liveActivities.updateLiveActivityRaw({ liveActivityUpdateRequest });
    await sdk.liveActivities.endLiveActivity({ liveActivityEndRequest: liveActivityUpdateRequest });
    const raw = await sdk.liveActivities.startLiveActivityRaw({ liveActivityStartRequest });
    const second = { activity_id: (await raw.value()).activity_id, content_state };
    const ended = await sdk.liveActivities.endLiveActivityRaw({ liveActivityEndRequest: second });
    expect(ended.raw.status).toBe(200);
  });

  test("what the API refuses: an unknown or ended activity, a state without what its type needs", async () => {
    const content_state = progress;
    const unknown = { activity_id: "nobody", content_state };
    expect(await refusal(sdk.liveActivities.update(unknown))).toMatchObject({ status: 403 });
    expect(await refusal(sdk.liveActivities.end(unknown))).toMatchObject({ status: 403 });
    const { activity_id } = await sdk.liveActivities.start({ content_state });
    await sdk.liveActivities.end({ activity_id, content_state });
    const again = sdk.liveActivities.update({ activity_id, content_state });
    expect(await refusal(again)).toMatchObject({ status: 403 });
    const lacking = sdk.liveActivities.start({ content_state: { title: "x", type: "alert" } });
    expect(await refusal(lacking)).toMatchObject({ status: 400 });
  });
});

describe("metrics and badge", () => {
  test("update by value, by request, with options, by the older names", async () => {
    const key = "deploy.success_rate";
    expect(await sdk.metrics.update(key, 99.9)).toStrictEqual({ success: true });
    await sdk.metrics.update("prod.status", { value: "healthy" });
    await sdk.metrics.update(key, 98, { timestamp: "2026-11-01T10:00:00Z" });
    await sdk.metrics.updateMetricValue({ key, metricValueUpdateRequest: { value: 97 } });
    await sdk.metrics.updateMetricValueRaw({ key, metricValueUpdateRequest: { value: 96 } });
    expect(core.snapshot().widgets.map((it) => it.value)).toStrictEqual([96, "healthy"]);
    expect(await refusal(sdk.metrics.update("nobody", 1))).toMatchObject({
      status: 404,
      body: { error: "Metric not found" },
    });
  });

  test("badgeCount, for all and for channels", async () => {
    expect(await sdk.badgeCount(8333)).toMatchObject({ badge: 8333 });
    expect(await sdk.badgeCount(3, { channels })).toMatchObject({
      badge: 3,
      effective_channel_slugs: channels,
    });
    expect(core.snapshot().badge).toBe(3);
    expect(await refusal(sdk.badgeCount(-1))).toMatchObject({ status: 400 });
  });
});
