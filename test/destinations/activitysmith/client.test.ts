/**
 * The core API client against a server on 127.0.0.1: every kind of result, and that the key never
 * shows up in one.
 */
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import { afterEach, describe, expect, test } from "vitest";
import { createCoreClient } from "../../../src/destinations/activitysmith/client.ts";
import type { SendResult } from "../../../src/destinations/destination.ts";
import type { WireCall } from "../../../src/destinations/activitysmith/wire-call.ts";

const API_KEY = "ask_0123456789abcdef";
const push: WireCall = { call: "push", body: { title: "web-shop is live" } };
const streamUpdate: WireCall = {
  call: "stream_update",
  streamKey: "web-shop_production",
  body: {
    content_state: {
      type: "segmented_progress",
      title: "web-shop",
      number_of_steps: 3,
      current_step: 1,
    },
  },
};
const streamEnd: WireCall = {
  call: "stream_end",
  streamKey: "web-shop_production",
  body: { content_state: { title: "web-shop", auto_dismiss_minutes: 0 } },
};
const metricValue: WireCall = {
  call: "metric_value",
  metricKey: "deploy.success_rate",
  body: { value: 99.5 },
};
const badge: WireCall = { call: "badge", body: { badge: 7 } };

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return `http://127.0.0.1:${address.port}/api`;
}

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

function replying({ status, headers = {}, body }: Reply): RequestListener {
  return (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

const clientAt = (baseUrl: string, timeoutMs = 5_000) =>
  createCoreClient({ baseUrl, apiKey: API_KEY, fetch, now: Date.now, timeoutMs });

async function answerTo(call: WireCall, reply: Reply): Promise<SendResult> {
  return clientAt(await serve(replying(reply))).send(call);
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return JSON.parse(text);
}

describe("what is sent", () => {
  test.each([
    [push, "POST /api/push-notification"],
    [streamUpdate, "PUT /api/live-activity/stream/web-shop_production"],
    [streamEnd, "DELETE /api/live-activity/stream/web-shop_production"],
    [metricValue, "POST /api/metrics/deploy.success_rate/value"],
    [badge, "POST /api/badge"],
  ])("$call goes to its path with key and body", async (call, line) => {
    let seen: unknown;
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      seen = {
        line: `${request.method} ${request.url}`,
        authorization: request.headers.authorization,
        contentType: request.headers["content-type"],
        body: await readBody(request),
      };
      response.setHeader("content-type", "application/json").end('{"success":true}');
    };
    const baseUrl = await serve((request, response) => void answer(request, response));

    expect(await clientAt(`${baseUrl}/`).send(call)).toMatchObject({ kind: "ok" });
    expect(seen).toStrictEqual({
      line,
      authorization: `Bearer ${API_KEY}`,
      contentType: "application/json",
      body: call.body,
    });
  });

  test("a body that does not fit the contract throws and sends nothing", async () => {
    let requests = 0;
    const baseUrl = await serve((_request, response) => {
      requests += 1;
      response.end();
    });
    const misfit: WireCall = { call: "badge", body: { badge: -1 } };
    await expect(clientAt(baseUrl).send(misfit)).rejects.toThrow("badge");
    expect(requests).toBe(0);
  });

  test("a key that no header can carry is refused without being quoted", () => {
    const make = () =>
      createCoreClient({
        baseUrl: "https://api.example",
        apiKey: "ask_sec\nret",
        fetch,
        now: Date.now,
      });
    expect(make).toThrow("no HTTP header can carry");
    expect(make).not.toThrow("ask_sec");
  });

  test("a base URL that is none is refused at the start", () => {
    expect(() =>
      createCoreClient({ baseUrl: "nowhere", apiKey: API_KEY, fetch, now: Date.now }),
    ).toThrow("base URL");
  });
});

describe("what the answer means", () => {
  test("200 is ok, and says whether the stream is paused", async () => {
    const body = { success: true, operation: "noop", activity_id: "a1", news: "unheard of" };
    expect(await answerTo(streamUpdate, { status: 200, body })).toStrictEqual({
      kind: "ok",
      status: 200,
      text: JSON.stringify(body),
    });
    const paused = { success: true, operation: "paused", activity_id: null };
    expect(await answerTo(streamUpdate, { status: 200, body: paused })).toMatchObject({
      kind: "ok",
      isPaused: true,
    });
  });

  test("200 with a broken off body is still what the status says", async () => {
    const brokenOff = (headers: Record<string, string>) =>
      serve((_request, response) => {
        response.writeHead(200, { "content-length": "400", ...headers });
        response.write('{"success":', () => response.destroy());
      });
    const json = await brokenOff({ "content-type": "application/json" });
    expect(await clientAt(json).send(push)).toMatchObject({ kind: "ok" });
    const untyped = await brokenOff({});
    expect(await clientAt(untyped).send(push)).toMatchObject({ kind: "unavailable", status: 200 });
  });

  test("200 with a body that never ends is ok when time is up", async () => {
    // Answered at once, however busy the machine is: only the body runs into the time limit.
    const endless: typeof fetch = async (_input, init) => {
      const signal = init?.signal;
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => {
          controller.enqueue(new TextEncoder().encode('{"success":'));
          signal?.addEventListener("abort", () => controller.error(signal.reason));
        },
      });
      return new Response(body, { headers: { "content-type": "application/json; charset=utf-8" } });
    };
    const options = { baseUrl: "https://core.invalid/api", apiKey: API_KEY, now: () => 0 };
    const client = createCoreClient({ ...options, fetch: endless, timeoutMs: 20 });
    expect(await client.send(push)).toMatchObject({ kind: "ok" });
  });

  test("an answer that floods us is read no further than 64 KB", async () => {
    const baseUrl = await serve((_request, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      const flood = () => {
        while (!response.destroyed && response.write("x".repeat(16_384)));
        response.once("drain", flood);
      };
      flood();
    });
    const result = await clientAt(baseUrl).send(push);
    expect(result).toMatchObject({ kind: "ok", text: "x".repeat(2048) });
  });

  test.each([
    ["a page of HTML", { "content-type": "text/html; charset=utf-8" }, "<h1>Welcome</h1>"],
    ["HTML in capitals", { "content-type": "Text/HTML" }, "<h1>Welcome</h1>"],
    ["XHTML", { "content-type": "application/xhtml+xml" }, "<html/>"],
    ["plain text", { "content-type": "text/plain" }, "Welcome to nginx!"],
    ["broken JSON", {}, '{"success":tru'],
    ["nothing", {}, ""],
    ["JSON of somebody else", {}, { status: "up" }],
    ["a JSON that is no object", {}, "true"],
    ["success: false", {}, { success: false, operation: "updated" }],
  ])("200 with %s confirms nothing", async (_what, headers, body) => {
    expect(await answerTo(push, { status: 200, headers, body })).toMatchObject({
      kind: "unavailable",
      status: 200,
    });
  });

  test("204 confirms nothing", async () => {
    const baseUrl = await serve((_request, response) => response.writeHead(204).end());
    expect(await clientAt(baseUrl).send(push)).toMatchObject({ kind: "unavailable", status: 204 });
  });

  test("429 with limit and active speaks of Live Activities", async () => {
    const body = { error: "Live Activity limit reached", message: "Only 4", limit: 4, active: 4 };
    const headers = { "retry-after": "9" };
    expect(await answerTo(streamUpdate, { status: 429, headers, body })).toStrictEqual({
      kind: "activity_limit",
      status: 429,
      limit: 4,
      active: 4,
      text: JSON.stringify(body),
    });
  });

  const rateLimit = { error: "Rate limit exceeded", message: "Too many requests" };

  test("429 otherwise is the rate limit, with Retry-After in seconds", async () => {
    const headers = { "retry-after": "17" };
    const result = await answerTo(push, { status: 429, headers, body: rateLimit });
    expect(result).toMatchObject({ kind: "rate_limited", retryAfterMs: 17_000 });
  });

  test("Retry-After may be an HTTP date", async () => {
    const headers = { "retry-after": new Date(Date.now() + 30_000).toUTCString() };
    const result = await answerTo(push, { status: 429, headers, body: rateLimit });
    if (result.kind !== "rate_limited") throw new Error(result.kind);
    expect(result.retryAfterMs).toBeGreaterThan(20_000);
    expect(result.retryAfterMs).toBeLessThanOrEqual(30_000);
  });

  test.each(["999999999", "99999999999999999999", "Thu, 31 Dec 2099 23:59:59 GMT"])(
    "a Retry-After of %s is five minutes",
    async (value) => {
      const headers = { "retry-after": value };
      const result = await answerTo(push, { status: 429, headers, body: rateLimit });
      expect(result).toMatchObject({ kind: "rate_limited", retryAfterMs: 300_000 });
    },
  );

  test("a Retry-After in the past means at once", async () => {
    const headers = { "retry-after": "Mon, 02 Jan 2023 03:04:05 GMT" };
    const result = await answerTo(push, { status: 429, headers, body: rateLimit });
    expect(result).toMatchObject({ kind: "rate_limited", retryAfterMs: 0 });
  });

  test.each([undefined, "soon", "-4", "2026-01-02"])(
    "no wait is made up of Retry-After: %s",
    async (value) => {
      const headers = value === undefined ? {} : { "retry-after": value };
      const result = await answerTo(push, { status: 429, headers, body: rateLimit });
      expect(result).toMatchObject({ kind: "rate_limited" });
      expect(result).not.toHaveProperty("retryAfterMs");
    },
  );

  test("404 on ending a stream: it is gone already", async () => {
    const body = { error: "Live Activity stream not found", message: "none" };
    expect(await answerTo(streamEnd, { status: 404, body })).toMatchObject({ kind: "gone" });
  });

  test("404 on ending a stream by a page of HTML is not the API's", async () => {
    const headers = { "content-type": "text/html" };
    const answer = await answerTo(streamEnd, { status: 404, headers, body: "<h1>404</h1>" });
    expect(answer).toMatchObject({ kind: "unavailable", status: 404 });
  });

  test.each([403, 404, 422])(
    "%i waits for somebody to do something, in the API's words",
    async (status) => {
      const body = { error: "No recipients found", message: "No devices matched" };
      for (const call of [push, streamUpdate, badge])
        expect(await answerTo(call, { status, body })).toMatchObject({
          kind: "refused",
          status,
          message: "No recipients found: No devices matched",
        });
      expect(await answerTo(metricValue, { status, body })).toMatchObject({ kind: "rejected" });
    },
  );

  test("402 says what to do, and where", async () => {
    const body = {
      error: "trial_expired",
      message: "Your trial is over",
      upgrade_url: "https://activitysmith.com/billing",
    };
    expect(await answerTo(push, { status: 402, body })).toMatchObject({
      kind: "payment_required",
      message: "trial_expired: Your trial is over",
      upgradeUrl: "https://activitysmith.com/billing",
    });
    const other = { ...body, upgrade_url: "javascript:alert(1)" };
    expect(await answerTo(push, { status: 402, body: other })).not.toHaveProperty("upgradeUrl");
  });

  test("400 for the tags is told apart", async () => {
    const body = { error: "Bad request", message: "tags are lower case", code: "invalid_tags" };
    expect(await answerTo(push, { status: 400, body })).toMatchObject({ isForTags: true });
  });

  test.each([400, 413])("%i is final", async (status) => {
    expect(await answerTo(push, { status, body: "" })).toStrictEqual({
      kind: "rejected",
      status,
      message: `HTTP ${status}`,
      text: "",
    });
  });

  test("401 is about the key", async () => {
    const body = { error: "Unauthorized", message: "Invalid API key" };
    expect(await answerTo(push, { status: 401, body })).toMatchObject({ kind: "unauthorized" });
  });

  test.each([500, 502, 503, 408, 425])("%i may be better later", async (status) => {
    const body = "upstream".repeat(1000);
    expect(await answerTo(push, { status, body })).toStrictEqual({
      kind: "unavailable",
      status,
      text: body.slice(0, 2048),
    });
  });

  test.each([301, 302, 307, 308])("a redirect (%i) is not followed", async (status) => {
    const paths: string[] = [];
    const baseUrl = await serve((request, response) => {
      paths.push(request.url ?? "");
      response.writeHead(status, { location: "/elsewhere" }).end();
    });
    expect(await clientAt(baseUrl).send(push)).toStrictEqual({
      kind: "unavailable",
      status,
      text: "Redirected to /elsewhere; not followed.",
    });
    expect(paths).toStrictEqual(["/api/push-notification"]);
  });
});

describe("no answer", () => {
  test("a server that keeps silent times out", async () => {
    const baseUrl = await serve(() => {});
    expect(await clientAt(baseUrl, 80).send(push)).toStrictEqual({
      kind: "no_answer",
      detail: "timeout: no answer within 80 ms",
      sent: "unknown",
    });
  });

  test("a reset connection", async () => {
    const baseUrl = await serve((request) => {
      request.socket.resetAndDestroy();
    });
    expect(await clientAt(baseUrl).send(push)).toMatchObject({
      kind: "no_answer",
      detail: expect.stringContaining("ECONNRESET"),
      sent: "unknown",
    });
  });

  test("nobody listening: nothing was sent", async () => {
    const baseUrl = await serve(() => {});
    const [server] = servers;
    await new Promise((resolve) => server?.close(resolve));
    expect(await clientAt(baseUrl).send(push)).toMatchObject({
      kind: "no_answer",
      detail: expect.stringContaining("ECONNREFUSED"),
      sent: "no",
    });
  });
});

describe("the API key", () => {
  test.each([200, 307, 400, 401, 404, 429, 500])(
    "is not in a result of %i that quotes it",
    async (status) => {
      const quoted = `Bearer ${API_KEY} is not welcome`;
      const headers = { location: `https://elsewhere.example/?key=${API_KEY}` };
      const body = { error: quoted, message: quoted, success: false };
      for (const call of [push, streamEnd]) {
        const result = await answerTo(call, { status, headers, body });
        expect(JSON.stringify(result)).not.toContain(API_KEY);
        expect(JSON.stringify(result)).toContain("[api key]");
      }
    },
  );

  test("is not in the words of a transport that quotes it", async () => {
    const broken: typeof fetch = () =>
      Promise.reject(new TypeError("fetch failed", { cause: new Error(`bad header ${API_KEY}`) }));
    const client = createCoreClient({
      baseUrl: "https://api.example",
      apiKey: API_KEY,
      fetch: broken,
      now: Date.now,
    });
    expect(await client.send(push)).toStrictEqual({
      kind: "no_answer",
      detail: "bad header [api key]",
      sent: "unknown",
    });
  });
});
