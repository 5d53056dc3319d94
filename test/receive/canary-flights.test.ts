/** The canary by itself: when it flies, what it met, and what is said of it. */
import { beforeEach, describe, expect, test } from "vitest";
import { canaryAdapter, createCanary } from "../../src/receive/canary.ts";
import type { Canary, CanaryOptions } from "../../src/receive/canary.ts";
import { verify } from "../../src/verify/verify.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const MINUTE_MS = 60_000;
const URL_OF_OURS = "https://hooks.example.com";
const OK = '{"delivery_id":"dlv_1","status":"accepted"}';

let lines: unknown[][];
let last: number | undefined;
let answer: () => Response;
let requests: Request[];
let canary: Canary;

const log = (level: string) => (message: string, facts?: object) =>
  void lines.push(facts === undefined ? [level, message] : [level, message, facts]);

const options = (encryptionKey = "key"): CanaryOptions => ({
  store: {
    listDeliveries: async ({ endpointId }) => {
      expect(endpointId).toBe(canary.endpoint.id);
      return { rows: last === undefined ? [] : [{ receivedAt: last }] };
    },
  },
  fetch: async (input, init) => {
    requests.push(new Request(input, init));
    return answer();
  },
  clock: { now: () => NOW },
  log: { info: log("info"), warn: log("warn"), error: log("error") },
  minutes: 5,
  publicUrl: () => URL_OF_OURS,
  encryptionKey,
});

beforeEach(() => {
  lines = [];
  requests = [];
  last = undefined;
  answer = () => new Response(OK);
  canary = createCanary(options());
});

test("its endpoint comes of the key alone, tells nobody, and does not tell its secret", () => {
  const { id, secrets, ...settings } = canary.endpoint;
  const [secret] = secrets;
  expect(id).toMatch(/^ep_canary_[0-9a-f]{40}$/);
  expect(secrets).toEqual([
    { id: "canary", value: expect.stringMatching(/^[0-9a-f]{64}$/), expiresAt: null },
  ]);
  expect(secret?.value).not.toContain(id.slice("ep_canary_".length));
  expect(settings).toEqual({
    provider: "canary",
    name: "Canary",
    deliver: "push",
    notify: "none",
    channels: null,
    filters: {},
    mapping: null,
    enabled: true,
    max_body_bytes: 1_024,
    rules: [],
    me: [],
    expect: [],
    options: {},
    apiKey: undefined,
    account: "default",
    pin: null,
  });
  expect(createCanary(options()).endpoint).toEqual(canary.endpoint);
  const other = createCanary(options("another")).endpoint;
  expect(other.id).not.toBe(id);
  expect(other.secrets[0]?.value).not.toBe(secret?.value);
});

test.each([
  [undefined, true],
  [0, false],
  [5 * MINUTE_MS - 1, false],
  [5 * MINUTE_MS, true],
  [-5 * MINUTE_MS, true],
])("it flies where the last one came %s ms ago: %s", async (agoMs, flies) => {
  last = agoMs === undefined ? undefined : NOW - agoMs;
  expect(await canary.fly()).toBe(flies);
  expect(requests.map(({ method, url }) => `${method} ${url}`)).toEqual(
    flies ? [`POST ${URL_OF_OURS}/hooks/${canary.endpoint.id}`] : [],
  );
});

test("it is a signed delivery of its own", async () => {
  await canary.fly();
  const [request] = requests;
  expect(request?.headers.get("content-type")).toBe("application/json");
  const body = await request?.bytes();
  if (!request || !body) throw new Error("none came");
  const header = (name: string) => request.headers.get(name) ?? undefined;
  const { secrets } = canary.endpoint;
  const delivery = { header, body, urlToken: undefined };
  expect(verify(canaryAdapter.verify, delivery, secrets, NOW)).toMatchObject({ ok: true });
  expect(JSON.parse(new TextDecoder().decode(body))).toEqual({
    type: "canary",
    id: expect.stringMatching(/^canary_/),
  });
});

const thrown = (error: unknown) => () => {
  throw error;
};
test.each<[string, () => Response, string | undefined]>([
  ["its acceptance", () => new Response(OK), undefined],
  ["a page", () => new Response("Welcome to nginx!"), "200 Welcome to nginx!"],
  ["an error that looks like it", () => new Response(OK, { status: 502 }), `502 ${OK}`],
  ["an error without words", () => new Response("", { status: 502 }), "502"],
  ["many words", () => new Response("x".repeat(101)), `200 ${"x".repeat(100)}`],
  [
    "nobody",
    thrown(new TypeError("fetch failed", { cause: new Error("ECONNREFUSED") })),
    "ECONNREFUSED",
  ],
  ["a time-out", thrown(new Error("time is up")), "time is up"],
  ["a cause in no words of an error", thrown(new Error("failed", { cause: "x" })), "failed"],
  ["what is no error", thrown("torn"), "torn"],
])("what it met is told: %s", async (_, met, failure) => {
  answer = met;
  expect(await canary.fly()).toBe(true);
  expect(lines).toEqual(
    failure === undefined
      ? []
      : [
          [
            "error",
            "the canary does not come through",
            { public_url: URL_OF_OURS, answer: failure },
          ],
        ],
  );
  const why = failure === undefined ? "" : `: ${failure}`;
  expect(await canary.problems()).toEqual([
    {
      kind: "canary",
      problem: `no canary has come through PUBLIC_URL within 10 min${why}`,
      advice: `Look whether ${URL_OF_OURS} leads here: name, certificate, proxy, firewall.`,
    },
  ]);
});

describe("of what it meets again and again", () => {
  test("only news are logged", async () => {
    const met = [200, 502, 502, 503, 200, 200];
    for (const status of met) {
      answer = () => new Response(OK, { status });
      await canary.fly();
    }
    expect(lines.map(([level, message]) => [level, message])).toEqual([
      ["error", "the canary does not come through"],
      ["error", "the canary does not come through"],
      ["info", "the canary comes through"],
    ]);
  });

  test.each([
    [11 * MINUTE_MS, 0],
    [11 * MINUTE_MS + 1, 1],
  ])("two in a row and a sweep are missed before it is a problem: %i ms", async (agoMs, count) => {
    last = NOW - agoMs;
    expect(await canary.problems()).toHaveLength(count);
  });
});
