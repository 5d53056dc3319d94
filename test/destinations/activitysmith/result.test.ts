/** How answers are read that a server of the API's own would not give: proxies, limits, content types. */
import { expect, test } from "vitest";
import { toResult } from "../../../src/destinations/activitysmith/answer/result.ts";

interface Answered {
  readonly status: number;
  readonly body?: unknown;
  readonly type?: string;
  readonly location?: string;
  readonly isWhole?: boolean;
}

/** What a push comes to that is answered so. */
function resultOf({ status, body = "", type, location, isWhole = true }: Answered) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const headers = new Headers({ ...(type && { "content-type": type }) });
  if (location !== undefined) headers.set("location", location);
  const response = { status, ok: status >= 200 && status < 300, headers };
  const redact = (it: string) => it.replaceAll("KEY", "[api key]");
  return toResult("push", { response: fake(response), body: text, isWhole, redact }, 0);
}

/** A Response may have no status below 200, and a server may send one. */
const fake = (it: { status: number; ok: boolean; headers: Headers }): Response =>
  new Proxy(new Response(), { get: (_, name) => Reflect.get(it, name) });

const LONG = "x".repeat(3_000);

test.each<[string, Answered, object]>([
  ["a hint that nothing was answered yet", { status: 103 }, { kind: "unavailable" }],
  ["a redirect to nowhere", { status: 302 }, { text: "Redirected to elsewhere; not followed." }],
  [
    "a redirect to an address that holds the key",
    { status: 307, location: "https://x/KEY" },
    { kind: "unavailable", text: "Redirected to https://x/[api key]; not followed." },
  ],
  ["the first that redirects", { status: 300 }, { kind: "unavailable" }],
  ["an empty success", { status: 204 }, { kind: "unavailable" }],
  [
    "JSON that broke off",
    { status: 200, body: "{", type: "application/json", isWhole: false },
    { kind: "ok" },
  ],
  [
    "JSON of a type of its own that broke off",
    { status: 200, body: "{", type: "application/problem+json; charset=utf-8", isWhole: false },
    { kind: "ok" },
  ],
  [
    "another type that broke off",
    { status: 200, body: "{", type: "x-application/json", isWhole: false },
    { kind: "unavailable" },
  ],
  ["a text that broke off", { status: 200, body: "{", isWhole: false }, { kind: "unavailable" }],
  [
    "a whole text that is no JSON",
    { status: 200, body: "{", type: "application/json" },
    { kind: "unavailable" },
  ],
  ["an operation alone", { status: 200, body: { operation: "updated" } }, { kind: "ok" }],
  [
    "an operation that failed",
    { status: 200, body: { operation: "updated", success: false } },
    { kind: "unavailable" },
  ],
  [
    "a limit",
    { status: 429, body: { limit: 5, active: 4 } },
    { kind: "activity_limit", limit: 5, active: 4 },
  ],
  ["a limit alone", { status: 429, body: { limit: 5 } }, { kind: "activity_limit", active: 5 }],
  ["a count without its limit", { status: 429, body: { active: 5 } }, { kind: "rate_limited" }],
  [
    "a limit of calls",
    { status: 429, body: { limit: 5, active: 5, code: "rate_limited" } },
    { kind: "rate_limited" },
  ],
  ["no words", { status: 400 }, { kind: "rejected", message: "HTTP 400" }],
])("%s", (_, answered, expected) => {
  expect(resultOf(answered)).toMatchObject(expected);
});

test.each<[Record<string, number>, boolean]>([
  [{ blocked_devices: 1, targeted_devices: 2 }, true],
  [{ blocked_devices: 2, targeted_devices: 2 }, false],
  [{ blocked_devices: 1 }, false],
  [{ targeted_devices: 2 }, false],
  [{}, false],
])("of devices %j somebody may see it: %j", (devices, maybeShown) => {
  const result = resultOf({ status: 429, body: { limit: 5, active: 5, ...devices } });
  expect("maybeShown" in result).toBe(maybeShown);
});

test.each<[string, Answered]>([
  ["a refusal", { status: 400, body: { error: LONG } }],
  ["a redirect", { status: 302, location: LONG }],
  ["anything else", { status: 500, body: LONG }],
])("of %s no more than 2 KB is kept", (_, answered) => {
  const result = resultOf(answered);
  const texts = Object.values(result).filter((it) => typeof it === "string");
  expect(Math.max(...texts.map((it) => it.length))).toBe(2_048);
});
