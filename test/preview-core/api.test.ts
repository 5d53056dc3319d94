/**
 * The preview core over HTTP: the API's answers, refusals and limits, the page, and what a finger
 * does on it.
 */
import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { describe, expect, test } from "vitest";
import { assetsModule } from "../../src/cli/scripts/embed-assets.ts";
import { ASSETS } from "../../src/preview-core/page/assets.ts";
import { createPreviewCore } from "../../src/preview-core/preview-core.ts";
import type { PreviewCoreOptions } from "../../src/preview-core/preview-core.ts";

const START = 1_800_000_000_000;
const API_KEY = "ask_test";
const TIMESTAMP = new Date(START).toISOString();
const deploying = {
  type: "segmented_progress",
  title: "web-shop",
  number_of_steps: 3,
  current_step: 1,
};

function preview(options: Partial<PreviewCoreOptions> = {}) {
  const clock = { now: START };
  const fetch = () => Promise.reject(new Error("nobody may be called here"));
  const core = createPreviewCore({ now: () => clock.now, fetch, apiKey: API_KEY, ...options });
  const request = async (method: string, path: string, body?: unknown, headers = {}) => {
    const response = await core.app.request(path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text.startsWith("{") ? JSON.parse(text) : text;
    return { status: response.status, headers: response.headers, body: json };
  };
  const authorization = `Bearer ${API_KEY}`;
  const call = (method: string, path: string, body?: unknown) =>
    request(method, `/api${path}`, body, { authorization });
  const put = (key: string, content_state: unknown = deploying, rest: object = {}) =>
    call("PUT", `/live-activity/stream/${key}`, { content_state, ...rest });
  return { core, clock, request, call, put };
}

describe("answers", () => {
  test("push", async () => {
    const { core, call } = preview();
    const target = { channels: ["ops"] };
    const answer = await call("POST", "/push-notification", { title: "Hi", badge: 4, target });
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.body).toStrictEqual({
      success: true,
      devices_notified: 1,
      users_notified: 1,
      effective_channel_slugs: ["ops"],
      timestamp: TIMESTAMP,
    });
    expect(core.snapshot()).toMatchObject({ badge: 4, pushes: [{ body: { title: "Hi" } }] });
  });

  test("a stream's life, with the documented fields and no others", async () => {
    const { put, call, core } = preview();
    const started = await put("web");
    const [activity] = core.snapshot().activities;
    const common = { success: true, stream_key: "web", timestamp: TIMESTAMP };
    const seen = { devices_notified: 1, devices_queued: 0 };
    const activity_id = activity?.id;
    expect(activity_id).toMatch(/^[\w-]{32}$/);
    expect(started.body).toStrictEqual({
      ...common,
      operation: "started",
      activity_id,
      ...seen,
      users_notified: 1,
      effective_channel_slugs: null,
    });
    expect((await put("web")).body).toStrictEqual({
      ...common,
      operation: "noop",
      activity_id,
      effective_channel_slugs: null,
    });
    const ended = await call("DELETE", "/live-activity/stream/web");
    expect(ended.body).toStrictEqual({ ...common, operation: "ended", activity_id, ...seen });
    expect(await call("DELETE", "/live-activity/stream/web")).toMatchObject({
      status: 404,
      body: {
        error: "Live Activity stream not found",
        message:
          "No Live Activity stream found in this account for stream_key: web. The stream may have already ended or been deleted.",
      },
    });
  });

  test("the same picture in another order of fields is a noop", async () => {
    const { put } = preview();
    await put("web", deploying);
    const reordered = Object.fromEntries(Object.entries(deploying).toReversed());
    expect((await put("web", reordered)).body).toMatchObject({ operation: "noop" });
  });

  test("rotated after eight hours, naming the activity before", async () => {
    const { put, clock, core } = preview();
    await put("web");
    const previous_activity_id = core.snapshot().activities[0]?.id;
    clock.now += 8 * 3_600_000;
    expect((await put("web", { ...deploying, current_step: 2 })).body).toMatchObject({
      operation: "rotated",
      previous_activity_id,
    });
  });

  test("paused once a person swiped it away, ended without an activity then", async () => {
    const { put, call, request, core } = preview();
    await put("web");
    const id = core.snapshot().activities[0]?.id;
    expect((await request("POST", "/dismiss", { id })).status).toBe(204);
    const nothing = { stream_key: "web", activity_id: null };
    expect((await put("web")).body).toMatchObject({ operation: "paused", ...nothing });
    const ended = await call("DELETE", "/live-activity/stream/web");
    expect(ended.body).toMatchObject({ operation: "ended", ...nothing });
  });

  test("badge and metric values", async () => {
    const { call, request, core } = preview({ metrics: [{ key: "deploy.rate", unit: "%" }] });
    expect((await call("POST", "/badge", { badge: 12 })).body).toMatchObject({
      badge: 12,
      effective_channel_slugs: null,
    });
    const value = (key: string, body: unknown) => call("POST", `/metrics/${key}/value`, body);
    expect((await value("deploy.rate", { value: 99.5 })).body).toStrictEqual({ success: true });
    expect(await value("prod.status", { value: "healthy" })).toMatchObject({ status: 404 });
    expect((await request("POST", "/metrics", { key: "prod.status" })).status).toBe(201);
    const timestamp = "2026-11-01T10:00:00Z";
    expect((await value("prod.status", { value: "healthy", timestamp })).status).toBe(200);
    expect(core.snapshot()).toMatchObject({
      badge: 12,
      widgets: [
        { key: "deploy.rate", value: 99.5, unit: "%", at: START },
        { key: "prod.status", value: "healthy", at: Date.parse(timestamp) },
      ],
    });
  });
});

describe("refusals", () => {
  const push = { title: "x" };
  const action = { title: "Open", type: "open_url", url: "https://x.example" };
  const stream = "/live-activity/stream/web";
  test.each([
    ["POST", "/push-notification", { ...push, colour: "red" }, "colour is not allowed"],
    ["POST", "/push-notification", {}, "title"],
    ["POST", "/push-notification", "{", "JSON"],
    ["POST", "/push-notification", { ...push, redirection: "javascript:alert(1)" }, "redirection"],
    ["POST", "/push-notification", { ...push, target: { channels: [] } }, "target.channels"],
    [
      "POST",
      "/push-notification",
      { ...push, actions: [action, action, action, action, action] },
      "actions",
    ],
    [
      "POST",
      "/push-notification",
      { ...push, actions: [action], media: "https://x.example/a.png" },
      "media",
    ],
    [
      "POST",
      "/push-notification",
      { ...push, actions: [{ ...action, type: "webhook", url: "shortcuts://run" }] },
      "actions.0.url",
    ],
    [
      "PUT",
      stream,
      { content_state: { ...deploying, icon: { symbol: "a", tone: 1 } } },
      "content_state.icon.tone",
    ],
    ["PUT", stream, { content_state: { ...deploying, color: "pink" } }, "content_state.color"],
    [
      "PUT",
      stream,
      { content_state: { type: "progress", title: "x", value: 3 } },
      "value and upper_limit",
    ],
    ["PUT", stream, { content_state: { title: "x" } }, "content_state.type"],
    [
      "PUT",
      stream,
      { content_state: deploying, channels: ["a"], target: { channels: ["b"] } },
      "channels",
    ],
    ["PUT", "/live-activity/stream/a.b", { content_state: deploying }, "stream_key"],
    ["PUT", `/live-activity/stream/${"k".repeat(256)}`, { content_state: deploying }, "stream_key"],
    ["DELETE", stream, { channels: ["ops"] }, "channels is not allowed"],
    ["POST", "/live-activity/start", { content_state: { title: "x" } }, "content_state.type"],
    ["POST", "/live-activity/update", { content_state: deploying }, "activity_id"],
    ["POST", "/badge", { badge: -1 }, "badge"],
  ])("%s %s %j", async (method, path, body, words) => {
    const { call, core } = preview();
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: expect.any(String), message: expect.stringContaining(words) },
    });
    expect(core.snapshot()).toMatchObject({ activities: [], pushes: [], badge: 0 });
  });

  test.each([
    "",
    "Basic abc",
    "Bearer",
    "Bearer ",
    "Bearer x",
    "Bearer -scoped",
    "Bearer preview-scoped",
    `Bearer ${API_KEY}x`,
  ])("without its key (%j) it is 401", async (authorization) => {
    const { request } = preview();
    expect(await request("POST", "/api/badge", { badge: 1 }, { authorization })).toMatchObject({
      status: 401,
      body: { error: "Unauthorized", message: expect.any(String) },
    });
  });

  test.each([
    ["a blank in it", ["My Shop"]],
    ["no letter first", ["-shop"]],
    ["65 letters", ["x".repeat(65)]],
    ["nothing in it", [""]],
    ["a twin", ["shop", "shop"]],
    ["20 before it", Array.from({ length: 21 }, (_, index) => `tag-${index}`)],
  ])("a tag with %s is 400 on push, PUT and DELETE", async (_, tags) => {
    const { call, put } = preview();
    await put("web");
    const content_state = deploying;
    for (const answer of [
      await call("POST", "/push-notification", { title: "Hi", tags }),
      await call("PUT", "/live-activity/stream/web", { content_state, tags }),
      await call("DELETE", "/live-activity/stream/web", { content_state, tags }),
    ]) {
      expect(answer).toMatchObject({
        status: 400,
        body: { error: "Invalid tags", code: "invalid_tags", message: expect.any(String) },
      });
    }
  });

  test("DELETE takes tags", async () => {
    const { call, put } = preview();
    await put("web");
    const answer = await call("DELETE", "/live-activity/stream/web", { tags: ["shop"] });
    expect(answer).toMatchObject({ status: 200 });
  });

  test.each([
    ["GET", "/push-notification", "POST"],
    ["PATCH", "/live-activity/stream/web", "PUT, DELETE"],
    ["GET", "/metrics/a/value", "POST"],
    ["DELETE", "/badge", "POST"],
  ])("%s %s is 405 and says what is taken", async (method, path, allow) => {
    const { call } = preview();
    const answer = await call(method, path);
    expect(answer).toMatchObject({ status: 405, body: { error: "Method not allowed" } });
    expect(answer.headers.get("allow")).toBe(allow);
  });

  test.each([
    [{ value: "x".repeat(65) }, "value"],
    [{ value: "" }, "value"],
    [{ value: null }, "value"],
    [{ value: 1, timestamp: "yesterday" }, "timestamp"],
    [{ value: 1, unit: "%" }, "unit"],
    [[], "value"],
  ])("a metric value %j is 400 in one sentence", async (body, word) => {
    const { call } = preview({ metrics: [{ key: "rate" }] });
    const answer = await call("POST", "/metrics/rate/value", body);
    expect(answer.status).toBe(400);
    expect(answer.body).toStrictEqual({ error: expect.stringContaining(word) });
  });

  test("a field named __proto__ is refused like any other that is unknown", async () => {
    const { call } = preview();
    const answer = await call("POST", "/badge", '{"badge": 1, "__proto__": {}}');
    expect(answer).toMatchObject({ status: 400, body: { message: "__proto__ is not allowed" } });
  });

  test("an unknown path is 404, a flood of a body 413", async () => {
    const { call } = preview();
    expect((await call("POST", "/push")).status).toBe(404);
    const title = "x".repeat(300_000);
    expect((await call("POST", "/push-notification", { title })).status).toBe(413);
  });
});

describe("limits", () => {
  test("a sixth activity is 429 with limit and active", async () => {
    const { put } = preview();
    for (const key of ["a", "b", "c", "d", "f"]) expect((await put(key)).status).toBe(200);
    expect(await put("e")).toMatchObject({
      status: 429,
      body: {
        error: "Live Activity limit reached",
        message:
          "iOS supports up to 5 concurrent Live Activities per app on a device. End an active Live Activity before starting another.",
        limit: 5,
        active: 5,
      },
    });
  });

  test("of devices some of which are full, with how many", async () => {
    const { put, core } = preview();
    const full = { limit: 5, active: 5 };
    expect((await put("a", deploying, { channels: ["full"] })).body).toStrictEqual({
      error: "Live Activity limit reached",
      message: expect.stringContaining("5 concurrent Live Activities per app on a device"),
      ...full,
    });
    const mixed = await put("a", deploying, { channels: ["ops", "full"] });
    expect(mixed).toMatchObject({
      status: 429,
      body: { ...full, blocked_devices: 1, targeted_devices: 2 },
    });
    expect(mixed.headers.get("retry-after")).toBeNull();
    expect(core.snapshot().activities).toStrictEqual([]);
  });

  test("each feature has its own quota a minute, and the headers tell what is left", async () => {
    const { call, put, clock, core } = preview();
    const push = () => call("POST", "/push-notification", { title: "x" });
    for (let at = 0; at < 20; at++) {
      await push();
      await push();
      await push();
      clock.now += 1_000;
    }
    const refused = await push();
    expect(refused.status).toBe(429);
    expect(refused.body).toStrictEqual({
      code: "rate_limited",
      error: "Rate limit exceeded",
      message: "Too many requests, please try again later.",
    });
    const { headers } = refused;
    expect(headers.get("retry-after")).toBe("40");
    expect(headers.get("ratelimit-policy")).toBe(
      '"public-api-ip:notifications"; q=600; w=60, "account:notifications"; q=60; w=60',
    );
    expect(headers.get("ratelimit")).toBe(
      '"public-api-ip:notifications"; r=540; t=40, "account:notifications"; r=0; t=40',
    );
    expect((await call("POST", "/badge", { badge: 1 })).headers.get("ratelimit")).toBe(
      '"public-api-ip:badges"; r=599; t=60, "account:badges"; r=59; t=60',
    );
    expect((await call("POST", "/metrics/a/value", { value: 1 })).headers.get("ratelimit")).toBe(
      '"public-api-ip:metrics"; r=599; t=60, "account:metrics"; r=299; t=60',
    );
    expect((await put("web")).headers.get("ratelimit")).toContain(
      '"account:live-activities"; r=299',
    );
    expect(core.snapshot().usage.notifications.times).toHaveLength(60);

    clock.now += 40_000 - 1;
    expect((await push()).status).toBe(429);
    clock.now += 1;
    for (const expected of [200, 200, 200, 429]) expect((await push()).status).toBe(expected);
  });

  test("each API key has its own quota", async () => {
    const { request, call } = preview();
    for (let at = 0; at < 60; at++) await call("POST", "/badge", { badge: at });
    expect((await call("POST", "/badge", { badge: 1 })).status).toBe(429);
    const authorization = `Bearer ${API_KEY}-scoped`;
    const other = await request("POST", "/api/badge", { badge: 1 }, { authorization });
    expect(other).toMatchObject({ status: 200 });
    expect(other.headers.get("ratelimit")).toBe(
      '"public-api-ip:badges"; r=539; t=60, "account:badges"; r=59; t=60',
    );
  });

  test("PUT, DELETE, start, update and end share 300", async () => {
    const { call, put } = preview();
    const content_state = deploying;
    for (let at = 0; at < 60; at++) {
      await put("web");
      await call("DELETE", "/live-activity/stream/web");
      await call("POST", "/live-activity/start", { content_state });
      await call("POST", "/live-activity/update", { activity_id: "x", content_state });
      await call("POST", "/live-activity/end", { activity_id: "x", content_state });
    }
    expect((await call("DELETE", "/live-activity/stream/web")).body).toMatchObject({
      code: "rate_limited",
    });
    expect((await call("POST", "/push-notification", { title: "x" })).status).toBe(200);
  });
});

describe("buttons", () => {
  const action = {
    title: "Run again",
    type: "webhook",
    url: "https://hooks.example/again",
    body: { run: 7 },
  };

  test("a webhook is called with method and body, and the result shown", async () => {
    const requests: Request[] = [];
    const fetch: typeof globalThis.fetch = (input, init) => {
      requests.push(new Request(input, init));
      return Promise.resolve(new Response("secret words", { status: requests.length * 200 }));
    };
    const { put, request, core } = preview({ fetch });
    await put("web", deploying, { action, secondary_action: { ...action, method: "GET" } });
    const id = core.snapshot().activities[0]?.id;

    const pressed = await request("POST", "/press", { id, action: 0 });
    expect(pressed.body).toStrictEqual({
      at: START,
      title: "Run again",
      ok: true,
      detail: "answered 200",
    });
    await request("POST", "/press", { id, action: 1 });
    expect(core.snapshot().activities[0]?.press).toMatchObject({
      ok: false,
      detail: "answered 400",
    });
    expect(requests.map((it) => `${it.method} ${it.url} ${it.redirect}`)).toStrictEqual([
      "POST https://hooks.example/again manual",
      "GET https://hooks.example/again manual",
    ]);
    expect(await requests[0]?.json()).toStrictEqual({ run: 7 });
  });

  test("of a push too; an unreachable one says so", async () => {
    const { call, request, core } = preview();
    await call("POST", "/push-notification", { title: "x", actions: [action] });
    const id = core.snapshot().pushes[0]?.id;
    const pressed = await request("POST", "/press", { id, action: 0 });
    expect(pressed.body).toMatchObject({ ok: false, detail: "not reachable" });
  });

  test("only what is on the screen can be pressed", async () => {
    const { put, request, core } = preview();
    const link = { title: "Open", type: "open_url", url: "https://x.example" };
    await put("web", deploying, { action: link, secondary_action: action });
    const id = core.snapshot().activities[0]?.id;
    expect((await request("POST", "/press", { id: "nobody", action: 0 })).status).toBe(404);
    expect((await request("POST", "/press", { id, action: 0 })).status).toBe(404);
    expect((await request("POST", "/press", { id, action: 2 })).status).toBe(404);
  });

  test("a push is swiped away", async () => {
    const { call, request, core } = preview();
    await call("POST", "/push-notification", { title: "x" });
    await request("POST", "/dismiss", { id: core.snapshot().pushes[0]?.id });
    expect(core.snapshot().pushes).toStrictEqual([]);
  });
});

describe("the page", () => {
  test("is closed to anything but its own files and its nonce, a fresh one each time", async () => {
    const { core, request } = preview();
    const first = await request("GET", "/");
    const policy = first.headers.get("content-security-policy") ?? "";
    const nonce = /script-src 'self' 'nonce-([\w-]{22})'/.exec(policy)?.[1];
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    const html = String(first.body);
    const scripts = html.match(/<script [^>]*>/g);
    expect(scripts).toStrictEqual([
      `<script nonce="${nonce}" type="application/json" id="screen">`,
      '<script type="module" src="/assets/page.js">',
    ]);
    expect(html).not.toMatch(/<style|\sstyle=|\son[a-z]+=/);
    const again = await core.app.request("/");
    expect(again.headers.get("content-security-policy")).not.toBe(policy);
  });

  test("names its files under the path that it is mounted at", async () => {
    const { core } = preview();
    const app = new Hono().route("/some/preview", core.app);
    const html = await (await app.request("/some/preview")).text();
    for (const [, path = ""] of html.matchAll(/(?:src|href)="(\/[^"]+)"/g)) {
      const response = await app.request(path);
      expect([path, response.status]).toStrictEqual([path, 200]);
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-type")).toMatch(
        /^text\/(css|javascript); charset=utf-8$/,
      );
    }
  });

  test("has all files that its scripts import, none that was edited elsewhere, and no HTML in them", async () => {
    expect(assetsModule()).toBe(
      readFileSync(new URL("../../src/preview-core/page/assets.ts", import.meta.url), "utf8"),
    );
    for (const [name, text] of Object.entries(ASSETS)) {
      for (const [, imported = ""] of text.matchAll(/^(?:import .*|\} )from "\.\/([^"]+)"/gm))
        expect([name, Object.keys(ASSETS)]).toStrictEqual([
          name,
          expect.arrayContaining([imported]),
        ]);
      expect(text).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b/);
    }
  });

  test.each(["nothing.js", "__proto__", "constructor", "tsconfig.json"])(
    "has no file %s",
    async (name) => {
      const { request } = preview();
      expect((await request("GET", `/assets/${name}`)).status).toBe(404);
    },
  );

  test("carries the picture as data that cannot leave its element", async () => {
    const { call, request, core } = preview();
    const title = "</script><script>alert(1)</script><!--";
    await call("POST", "/push-notification", { title });
    const html = String((await request("GET", "/")).body);
    expect(html).not.toContain("alert(1)</script>");
    const data = /id="screen">(.*?)<\/script>/.exec(html)?.[1] ?? "";
    expect(JSON.parse(data)).toStrictEqual(JSON.parse(JSON.stringify(core.snapshot())));
  });

  test("state is the snapshot as JSON", async () => {
    const { put, request, core } = preview();
    await put("web", deploying, { channels: ["ops"], tags: ["shop"] });
    const { body } = await request("GET", "/state");
    expect(body).toMatchObject({
      active: 1,
      activities: [{ streamKey: "web", channels: ["ops"], tags: ["shop"] }],
    });
    expect(body).toStrictEqual(JSON.parse(JSON.stringify(core.snapshot())));
  });
});

describe("events", () => {
  test("the whole picture at once and after every change; close ends the stream", async () => {
    const { core, put } = preview();
    const response = await core.app.request("/events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toMatch(/^data: {.*"activities":\[\].*}\n\n$/);
    await put("web");
    expect((await reader?.read())?.value).toContain('"streamKey":"web"');
    core.close();
    expect((await reader?.read())?.done).toBe(true);
    const late = await core.app.request("/events");
    expect(await late.text()).toBe("");
  });

  test("a reader that lags gets the latest picture, not all of them", async () => {
    const { core, put } = preview();
    const reader = (await core.app.request("/events")).body
      ?.pipeThrough(new TextDecoderStream())
      .getReader();
    for (let step = 0; step <= 3; step++) await put("web", { ...deploying, current_step: step });
    let reads = 0;
    let text = "";
    while (!text.includes('"current_step":3')) {
      text = (await reader?.read())?.value ?? "";
      reads += 1;
    }
    expect(reads).toBeLessThan(5);
    core.close();
  });

  test("onChange tells until it is unsubscribed", async () => {
    const { core, put } = preview();
    const seen: number[] = [];
    const stop = core.onChange((screen) => seen.push(screen.activities.length));
    await put("a");
    await put("b");
    stop();
    await put("c");
    expect(seen).toStrictEqual([1, 2]);
  });
});
