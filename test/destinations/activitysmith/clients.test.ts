/** One client an API key, what a key is worth, and where a gateway without one sends. */
import { describe, expect, test } from "vitest";
import { createActivitySmithClients } from "../../../src/destinations/activitysmith/clients.ts";
import type { ClientsOptions } from "../../../src/destinations/activitysmith/clients.ts";

const KEY = "ask_0123456789abcdef";
const OK = { success: true, timestamp: "2026-11-02T12:00:00.000Z" };

interface Heard {
  readonly method: string;
  readonly url: string;
  readonly key: string | null;
  readonly body: unknown;
}

/** Answers every call alike and keeps it. */
function answering(status: number, body: unknown) {
  const heard: Heard[] = [];
  const fetch: ClientsOptions["fetch"] = async (input, init) => {
    const request = new Request(input, init);
    const { method, url, headers } = request;
    heard.push({ method, url, key: headers.get("authorization"), body: await request.json() });
    return Response.json(body, { status });
  };
  return { heard, fetch };
}

function clientsOf(options: Partial<ClientsOptions> & Pick<ClientsOptions, "fetch">) {
  return createActivitySmithClients({
    baseUrl: "https://core.invalid/api",
    apiKey: KEY,
    now: () => 0,
    preview: { apiKey: "preview", fetch: options.fetch },
    ...options,
  });
}

const KEYLESS = { apiKey: undefined };
const PUSH = { kind: "push", title: "web-shop is live", tags: [] } as const;

describe("the client of an endpoint", () => {
  test("has its key, else the gateway's; one client a key", async () => {
    const { heard, fetch } = answering(200, OK);
    const clients = clientsOf({ fetch });
    expect(clients.of({ apiKey: "ask_own" })).toBe(clients.of({ apiKey: "ask_own" }));
    expect(clients.of({ apiKey: "ask_own" })).not.toBe(clients.of(KEYLESS));
    await clients.of({ apiKey: "ask_own" }).send(PUSH, "full");
    await clients.of(KEYLESS).send(PUSH, "full");
    expect(heard.map(({ key }) => key)).toEqual(["Bearer ask_own", `Bearer ${KEY}`]);
    expect(heard[0]?.url).toBe("https://core.invalid/api/push-notification");
  });

  test("is the preview's where the gateway has no key, which no network resolves", async () => {
    const api = answering(200, OK);
    const preview = answering(200, OK);
    const clients = clientsOf({
      apiKey: undefined,
      fetch: api.fetch,
      preview: { apiKey: "preview", fetch: preview.fetch },
    });
    await clients.of(KEYLESS).send(PUSH, "full");
    expect(api.heard).toEqual([]);
    expect(preview.heard[0]).toMatchObject({
      key: "Bearer preview",
      url: "http://preview.invalid/api/push-notification",
    });
    await clients.of({ apiKey: "ask_own" }).send(PUSH, "full");
    expect(api.heard).toHaveLength(1);
  });

  test("looks whether anybody answers", async () => {
    const { heard, fetch } = answering(200, OK);
    expect((await clientsOf({ fetch }).of(KEYLESS).probe()).kind).toBe("ok");
    expect(heard).toHaveLength(1);
  });
});

describe("a key that is tried", () => {
  test.each([
    ["reaches a device", 200, { ...OK, devices_notified: 2 }, { kind: "works", devices: 2 }],
    ["reaches nobody", 200, { ...OK, devices_notified: 0 }, { kind: "nobody" }],
    ["is not told how many", 200, OK, { kind: "works", devices: undefined }],
    ["is told a number that is none", 200, { ...OK, devices_notified: -1 }, { kind: "works" }],
    ["has no device", 404, { error: "Not found", message: "no devices" }, { kind: "nobody" }],
    ["has no device yet", 422, { error: "Unprocessable" }, { kind: "nobody" }],
    ["may not push", 403, { error: "Forbidden" }, { kind: "refused" }],
    ["is unknown", 401, { error: "Unauthorized" }, { kind: "refused" }],
    ["is said to push wrongly", 400, { error: "Bad request" }, { kind: "refused" }],
    ["is not paid for", 402, { error: "Payment required" }, { kind: "unpaid" }],
    ["has pushed too much", 429, { error: "Too many" }, { kind: "limited" }],
    ["has no place left", 429, { error: "Too many", limit: 5, active: 5 }, { kind: "unreachable" }],
    ["meets a broken API", 500, { error: "Internal" }, { kind: "unreachable" }],
  ])("%s", async (_, status, body, expected) => {
    const { heard, fetch } = answering(status, body);
    expect(await clientsOf({ fetch }).tryKey("ask_tried")).toMatchObject(expected);
    expect(heard).toEqual([
      {
        method: "POST",
        url: "https://core.invalid/api/push-notification",
        key: "Bearer ask_tried",
        body: {
          title: "Your gateway can reach this iPhone",
          message: "A test push from your ActivitySmith webhook gateway.",
        },
      },
    ]);
  });

  test.each(["", "ask one", " ask_1", "ask_1\n", "ask_ü"])(
    "is sent nowhere where no header can carry it: %j",
    async (key) => {
      const { heard, fetch } = answering(200, OK);
      expect(await clientsOf({ fetch }).tryKey(key)).toEqual({ kind: "refused" });
      expect(heard).toEqual([]);
    },
  );

  test("meets nobody", async () => {
    const fetch = () => Promise.reject(new Error("away"));
    expect(await clientsOf({ fetch }).tryKey("ask_tried")).toEqual({ kind: "unreachable" });
  });

  test("works where the receipt broke off on the way", async () => {
    const fetch = async () =>
      new Response(
        new ReadableStream({
          start: (controller) => {
            controller.enqueue(new TextEncoder().encode('{"success":'));
            controller.error(new Error("reset"));
          },
        }),
        { headers: { "content-type": "application/json" } },
      );
    const check = await clientsOf({ fetch }).tryKey("ask_tried");
    expect(check).toEqual({ kind: "works", devices: undefined });
  });
});

describe("the gateway's own key", () => {
  test.each([
    [401, { error: "Unauthorized" }, true],
    [200, OK, false],
    [403, { error: "Forbidden" }, false],
    [500, { error: "Internal" }, false],
  ])("answered with %i", async (status, body, isRefused) => {
    const { heard, fetch } = answering(status, body);
    const sentence = await clientsOf({ fetch }).refusedKey();
    if (isRefused) expect(sentence).toMatch(/^ActivitySmith refuses ACTIVITYSMITH_API_KEY: /);
    else expect(sentence).toBeUndefined();
    expect(heard.map(({ key }) => key)).toEqual([`Bearer ${KEY}`]);
  });

  test("that there is not is not looked at", async () => {
    const { heard, fetch } = answering(401, {});
    expect(await clientsOf({ fetch, apiKey: undefined }).refusedKey()).toBeUndefined();
    expect(heard).toEqual([]);
  });
});
