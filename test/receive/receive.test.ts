/** Receiving one request, step by step: what ends it and with which words, and what is stored. */
import { describe, expect, test } from "vitest";
import { defineAdapter, hmac } from "../../src/adapter/contract.ts";
import type { AdapterDeclaration } from "../../src/adapter/contract.ts";
import { textAt } from "../../src/adapter/payload.ts";
import type { NewDelivery } from "../../src/model/delivery.ts";
import type { Endpoint } from "../../src/model/endpoint.ts";
import { canaryAdapter, createCanary } from "../../src/receive/canary.ts";
import { receive } from "../../src/receive/receive.ts";
import type { IncomingRequest, ReceiveDeps, Received } from "../../src/receive/receive.ts";
import { bytesOf, textOf } from "../../src/util/bytes.ts";
import { sha256Hex } from "../../src/util/hash.ts";
import { sign } from "../../src/verify/sign.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const MEBIBYTE = 1024 * 1024;
const SECRET = "s3cret-of-the-endpoint";
const SCHEME = hmac({ header: "x-signature", algorithm: "sha256", encoding: "hex" });
const ignored = () => undefined;

const canary = createCanary({
  store: { listDeliveries: async () => ({ rows: [] }) },
  fetch,
  clock: { now: () => NOW },
  log: { info: ignored, warn: ignored, error: ignored },
  minutes: 5,
  publicUrl: () => "https://hooks.example.com",
  encryptionKey: "key",
});
const { max_body_bytes: _limit, ...unlimited } = canary.endpoint;
const ENDPOINT: Endpoint = {
  ...unlimited,
  max_body_bytes: null,
  id: "ep_1",
  provider: "acme",
  secrets: [{ id: "sec_1", value: SECRET, expiresAt: null }],
};

interface Setting {
  readonly adapter?: Partial<AdapterDeclaration>;
  readonly endpoint?: Partial<Endpoint> | null;
  readonly deps?: Partial<ReceiveDeps>;
  readonly request?: Partial<IncomingRequest>;
  readonly headers?: IncomingRequest["headers"];
}

interface Outcome extends Received {
  readonly stored: readonly NewDelivery[];
  readonly woken: readonly string[];
  /** How much of the body was allowed. */
  readonly allowed: readonly number[];
}

async function post(body: string | Uint8Array, setting: Setting = {}): Promise<Outcome> {
  const adapter = defineAdapter({
    ...canaryAdapter,
    name: "acme",
    verify: SCHEME,
    identify: { event: { json: ["type"] }, delivery: { json: ["id"] } },
    ...setting.adapter,
    events: {},
  });
  const stored: NewDelivery[] = [];
  const woken: string[] = [];
  const allowed: number[] = [];
  const bytes = typeof body === "string" ? bytesOf(body) : body;
  const { headers } = sign(SCHEME, SECRET, { body: bytes, nowMs: NOW });
  const received = await receive(
    {
      adapters: new Map([["acme", adapter]]),
      findEndpoint: async () =>
        setting.endpoint === null ? undefined : { ...ENDPOINT, ...setting.endpoint },
      pinEndpoint: async (_, pin) => pin,
      storeDelivery: async (delivery) => {
        stored.push(delivery);
        return { status: "accepted", id: delivery.id };
      },
      waker: { wake: (reason) => void woken.push(reason) },
      clock: { now: () => NOW },
      ...setting.deps,
    },
    {
      endpointId: "ep_1",
      urlToken: undefined,
      headers: { "content-type": "application/json", ...headers, ...setting.headers },
      readBody: async (maxBytes) => {
        allowed.push(maxBytes);
        return bytes;
      },
      ...setting.request,
    },
  );
  return { ...received, stored, woken, allowed };
}

const BODY = JSON.stringify({ type: "deploy.done", id: "evt_1", app: "web" });
const away = async () => {
  throw new Error("the database is away");
};
const AWAY = { kind: "store_unavailable", detail: "the database is away" };

test("a delivery is stored as it came, and the digester is woken", async () => {
  const { outcome, endpoint, event, stored, woken } = await post(BODY, {
    headers: { "x-request": ["a", "b"], cookie: "c" },
  });
  const [delivery] = stored;
  expect(outcome).toEqual({ kind: "accepted", deliveryId: delivery?.id });
  expect(delivery).toEqual({
    id: expect.stringMatching(/^dlv_/),
    endpointId: "ep_1",
    provider: "acme",
    event: "deploy.done",
    providerDeliveryId: "evt_1",
    receivedAt: NOW,
    contentType: "application/json",
    headers: {
      "content-type": "application/json",
      "x-signature": "[redacted]",
      "x-request": "a, b",
      cookie: "[redacted]",
    },
    body: bytesOf(BODY),
    bodyRedacted: false,
    verification: { scheme: "hmac", secretId: "sec_1" },
  });
  expect([endpoint?.id, event, woken]).toEqual(["ep_1", "deploy.done", ["deliveries"]]);
});

describe("what ends it before", () => {
  const text = { "content-type": "text/plain" };
  const deep = `{"type":"x","id":${"[".repeat(200_000)}${"]".repeat(200_000)}}`;
  test.each<[string, string | Uint8Array, Setting, object]>([
    ["no endpoint", BODY, { endpoint: null }, { kind: "endpoint_unknown" }],
    ["a provider of old", BODY, { endpoint: { provider: "x" } }, { kind: "endpoint_unknown" }],
    ["a disabled one", BODY, { endpoint: { enabled: false } }, { kind: "endpoint_disabled" }],
    [
      "another media type",
      BODY,
      { headers: text },
      { kind: "unsupported_media_type", contentType: "text/plain" },
    ],
    [
      "none",
      BODY,
      { headers: { "content-type": undefined } },
      { kind: "unsupported_media_type", contentType: undefined },
    ],
    [
      "a large body",
      BODY,
      { request: { readBody: async () => "too_large" }, adapter: { maxBodyBytes: 7 } },
      { kind: "body_too_large", maxBytes: 7 },
    ],
    ["no memory", BODY, { request: { readBody: async () => "no_room" } }, { kind: "overloaded" }],
    [
      "a torn body",
      BODY,
      { request: { readBody: async () => "unreadable" } },
      { kind: "body_unreadable", detail: "the sender broke off" },
    ],
    [
      "a forgery",
      BODY,
      { headers: { "x-signature": "0".repeat(64) } },
      {
        kind: "verification_failed",
        failure: { reason: "signature_mismatch", header: "x-signature" },
      },
    ],
    ["no text", Uint8Array.of(0x7b, 0xff, 0x7d), {}, { detail: "not UTF-8" }],
    ["a NUL", `{"type":"x\0"}`, {}, { detail: "holds a NUL character, which no JSON text can" }],
    ["a number", "12", {}, { detail: "not a JSON object or array" }],
    ["nothing", "", {}, { detail: "not a JSON object or array" }],
    ["a part", `{"type":`, {}, { detail: "not a JSON object or array" }],
    ["the other end", `{"type":1]`, {}, { detail: "not a JSON object or array" }],
    ["broken JSON", `{"type":}`, {}, { detail: expect.stringMatching(/^not JSON: ./) }],
    ["no event", `{"id":"1"}`, {}, { detail: "does not say which event it is" }],
    [
      "a long event",
      JSON.stringify({ type: "x".repeat(201) }),
      {},
      { detail: "the event's name is too long" },
    ],
    ["an event with a NUL", `{"type":"\\u0000"}`, {}, { detail: "the event's name is no text" }],
    ["half an event", `{"type":"\\ud800"}`, {}, { detail: "the event's name is no text" }],
    [
      "what cannot be written again",
      deep.replace(`"x"`, `"x","token":"t"`),
      { adapter: { redact: [["token"]] } },
      { detail: expect.stringMatching(/^nested too deeply: ./) },
    ],
    ["no store to find it in", BODY, { deps: { findEndpoint: away } }, AWAY],
    ["no store to keep it in", BODY, { deps: { storeDelivery: away } }, AWAY],
    [
      "no store to pin it in",
      BODY,
      { deps: { pinEndpoint: away }, adapter: { pin: () => "acct_1" } },
      AWAY,
    ],
  ])("%s", async (_, body, setting, expected) => {
    const { outcome, endpoint, stored, woken } = await post(body, setting);
    expect(outcome).toEqual(
      "kind" in expected ? expected : { kind: "body_unreadable", ...expected },
    );
    const isUnknown = setting.endpoint === null || setting.endpoint?.provider !== undefined;
    expect(endpoint?.id).toBe(isUnknown || setting.deps?.findEndpoint ? undefined : "ep_1");
    expect(woken).toEqual([]);
    if (setting.deps?.storeDelivery === undefined) expect(stored).toEqual([]);
  });

  test("a duplicate is none, and is said to be one", async () => {
    const storeDelivery = async () => ({ status: "duplicate", id: "dlv_0" }) as const;
    const { outcome } = await post(BODY, { deps: { storeDelivery } });
    expect(outcome).toEqual({ kind: "duplicate", deliveryId: "dlv_0" });
  });

  test("a ping", async () => {
    const pinged = await post(BODY, { adapter: { pings: ["ping", "deploy.done"] } });
    expect([pinged.outcome, pinged.event, pinged.stored]).toEqual([
      { kind: "pong" },
      "deploy.done",
      [],
    ]);
    const other = await post(BODY, { adapter: { pings: ["ping"] } });
    expect(other.outcome.kind).toBe("accepted");
  });
});

describe("how large a body may be", () => {
  test.each<[string, Setting, number]>([
    ["as usual", {}, 5 * MEBIBYTE],
    ["as the provider says", { adapter: { maxBodyBytes: 25 * MEBIBYTE } }, 25 * MEBIBYTE],
    ["no more than anybody may", { adapter: { maxBodyBytes: 30 * MEBIBYTE } }, 25 * MEBIBYTE],
    ["as the endpoint says", { endpoint: { max_body_bytes: 1_024 } }, 1_024],
    ["as the store can hold", { deps: { maxBodyBytes: 2_048 } }, 2_048],
    [
      "the least of all",
      { adapter: { maxBodyBytes: 9 }, endpoint: { max_body_bytes: 8 }, deps: { maxBodyBytes: 7 } },
      7,
    ],
  ])("%s", async (_, setting, expected) => {
    expect((await post(BODY, setting)).allowed).toEqual([expected]);
  });
});

test.each([
  ["an object", `{"type":"x"}`],
  ["with blanks around it", ` \n{"type":"x"}\t\r\n`],
  ["with a byte order mark", `\ufeff{"type":"x"}`],
])("%s is JSON", async (_, body) => {
  const { outcome, stored } = await post(body);
  expect(outcome.kind).toBe("accepted");
  expect(textOf(stored[0]?.body ?? new Uint8Array())).toBe(body);
});

test("an array is JSON as well", async () => {
  const adapter = { identify: { event: { header: "x-event" } } };
  const { stored } = await post("[]", { adapter, headers: { "x-event": "e" } });
  expect(stored[0]?.event).toBe("e");
});

describe("the key by which a delivery is known again", () => {
  const hashed = (id: string) => `sha256:${sha256Hex(id)}`;
  const long = "i".repeat(200);
  test.each<[string, object, string | undefined]>([
    ["is its id", { id: "evt_1" }, "evt_1"],
    ["is its id of 200 characters", { id: long }, long],
    ["is a hash of a longer one", { id: `${long}i` }, hashed(`${long}i`)],
    ["is a hash of one that is no text", { id: "\0" }, hashed("\0")],
    ["is a hash of all where there is none", {}, undefined],
  ])("%s", async (_, fields, expected) => {
    const body = JSON.stringify({ type: "e", ...fields });
    const { stored } = await post(body);
    const whole = `sha256:${sha256Hex("e\n", bytesOf(body))}`;
    expect(stored[0]?.providerDeliveryId).toBe(expected ?? whole);
  });

  test("an event of 200 characters has room", async () => {
    const { stored } = await post(JSON.stringify({ type: "x".repeat(200) }));
    expect(stored).toHaveLength(1);
  });
});

describe("the account in the body", () => {
  const pin = ({ json }: { readonly json: unknown }) => textAt(json, ["account"]);
  const failed = (failure: object) => ({ kind: "verification_failed", failure });
  test.each<[string, string | null, string | undefined, object | undefined]>([
    ["is the first heard", null, "acct_1", undefined],
    ["is the one pinned", "acct_1", "acct_1", undefined],
    [
      "is another",
      "acct_1",
      "acct_2",
      failed({ reason: "pin_mismatch", pinned: "acct_1", received: "acct_2" }),
    ],
    [
      "is not told, and was before",
      "acct_1",
      undefined,
      failed({ reason: "pin_missing", pinned: "acct_1" }),
    ],
    ["was never told", null, undefined, undefined],
  ])("%s", async (_, pinned, account, expected) => {
    const body = JSON.stringify({ type: "e", ...(account !== undefined && { account }) });
    const asked: string[] = [];
    const pinEndpoint = async (id: string, pin: string) => {
      asked.push(`${id} ${pin}`);
      return pin;
    };
    const { outcome } = await post(body, {
      adapter: { pin },
      endpoint: { pin: pinned },
      deps: { pinEndpoint },
    });
    if (expected) expect(outcome).toEqual(expected);
    else expect(outcome.kind).toBe("accepted");
    expect(asked).toEqual(pinned === null && account !== undefined ? [`ep_1 ${account}`] : []);
  });

  test("was pinned by another process meanwhile", async () => {
    const { outcome, event } = await post(JSON.stringify({ type: "e", account: "acct_2" }), {
      adapter: { pin },
      deps: { pinEndpoint: async () => "acct_1" },
    });
    expect(outcome).toEqual(
      failed({ reason: "pin_mismatch", pinned: "acct_1", received: "acct_2" }),
    );
    expect(event).toBe("e");
  });
});

describe("what must not be kept", () => {
  const bodyOf = ({ stored }: Outcome) => textOf(stored[0]?.body ?? new Uint8Array());
  test.each<[string, object, Setting, object | undefined]>([
    ["nothing of it", { a: "b" }, { adapter: { redact: [["token"]] } }, undefined],
    [
      "a field",
      { token: "t", a: "b" },
      { adapter: { redact: [["token"]] } },
      { token: "[redacted]", a: "b" },
    ],
    ["the endpoint's secret", { url: `/x/${SECRET}`, a: "b" }, {}, { url: "[redacted]", a: "b" }],
    [
      "the token of its URL",
      { url: "https://hooks.example.com/tok-1" },
      { request: { urlToken: "tok-1" } },
      { url: "[redacted]" },
    ],
    [
      "both",
      { token: "t", list: [{ deep: SECRET }] },
      { adapter: { redact: [["token"]] } },
      { token: "[redacted]", list: [{ deep: "[redacted]" }] },
    ],
  ])("%s", async (_, fields, setting, expected) => {
    const outcome = await post(JSON.stringify({ type: "e", ...fields }), setting);
    expect(JSON.parse(bodyOf(outcome))).toEqual({ type: "e", ...(expected ?? fields) });
    expect(outcome.stored[0]?.bodyRedacted).toBe(expected !== undefined);
  });

  test("is taken out of a form, which is JSON from then on", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const setting: Setting = { adapter: { redact: [["token"]] }, headers: form };
    const kept = await post("type=e&a=b", setting);
    expect([kept.stored[0]?.contentType, bodyOf(kept)]).toEqual([
      form["content-type"],
      "type=e&a=b",
    ]);
    const redacted = await post("type=e&t%6Fken=t", setting);
    expect(redacted.stored[0]?.contentType).toBe("application/json");
    expect(JSON.parse(bodyOf(redacted))).toEqual({ type: "e", token: "[redacted]" });
  });

  test("stands in no header either", async () => {
    const { stored } = await post(BODY, {
      request: { urlToken: "tok-1" },
      headers: { "x-url": "/hooks/ep_1/tok%2D1", "x-hint": `a ${SECRET}`, "x-other": "c" },
    });
    expect(stored[0]?.headers).toMatchObject({
      "x-url": "[redacted]",
      "x-hint": "[redacted]",
      "x-other": "c",
    });
  });
});
