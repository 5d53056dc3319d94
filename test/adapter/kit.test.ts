/** The helpers of adapters, as tables: times, names, who did it, kinds of environments, content types. */
import { describe, expect, test } from "vitest";
import {
  environmentKind,
  firstLine,
  personOrBot,
  publicName,
  time,
} from "../../src/adapter/kit.ts";
import { bodyFormat, hasUnsignedId, parseBody } from "../../src/adapter/payload.ts";
import { defineAdapter, hmac, standardWebhooks } from "../../src/adapter/contract.ts";

const NOON = Date.parse("2026-11-02T12:00:00.000Z");

test.each<[unknown, number | undefined]>([
  ["2026-11-02T12:00:00Z", NOON],
  ["2026-11-02T13:00:00+01:00", NOON],
  [NOON, NOON],
  [NOON / 1000, NOON / 1000],
  ["2026-11-02", undefined],
  ["2 November 2026", undefined],
  ["0001-01-01T00:00:00Z", undefined],
  ["1793620800000", undefined],
  [0, undefined],
  [-1, undefined],
  [null, undefined],
  [undefined, undefined],
  [{}, undefined],
])("the time %j", (told, at) => {
  expect(time.parse(told)).toBe(at);
});

test.each<[string | null | undefined, string | undefined]>([
  ["Add prices\n\nLong story", "Add prices"],
  ["\n  Add prices  \nmore", "Add prices"],
  ["Add prices", "Add prices"],
  [" \n ", undefined],
  ["", undefined],
  [null, undefined],
  [undefined, undefined],
])("the first line of %j", (message, line) => {
  expect(firstLine(message)).toBe(line);
});

test("a name is public where it is no e-mail address", () => {
  expect(publicName(undefined, null, "", "ada@example.com", "Ada", "Grace")).toBe("Ada");
  expect(publicName("ada@example.com")).toBeUndefined();
});

test.each<[string | undefined, object, object | undefined]>([
  ["ada", {}, { login: "ada", kind: "person" }],
  ["ada", { name: "Ada", type: "User" }, { login: "ada", name: "Ada", kind: "person" }],
  ["renovate[bot]", {}, { login: "renovate[bot]", kind: "bot" }],
  [
    "renovate[bot]",
    { name: "Renovate" },
    { login: "renovate[bot]", name: "Renovate", kind: "bot" },
  ],
  ["mender", { type: "Bot" }, { login: "mender", kind: "bot" }],
  ["bot[bot]ter", {}, { login: "bot[bot]ter", kind: "person" }],
  ["ada@example.com", {}, undefined],
  [undefined, { type: "Bot" }, undefined],
])("%j, of whom %j is told", (login, told, actor) => {
  expect(personOrBot(login, told)).toEqual(actor);
});

test.each<[string, object, string]>([
  ["production", {}, "production"],
  ["Prod 2", {}, "production"],
  ["prod-eu", {}, "production"],
  ["product-search", {}, "other"],
  ["live", { isProduction: true }, "production"],
  ["production", { isTransient: true }, "preview"],
  ["pr-12", {}, "preview"],
  ["PR #12", {}, "preview"],
  ["pr12", {}, "preview"],
  ["process", {}, "other"],
  ["prx", {}, "other"],
  ["web-shop-preview", {}, "preview"],
  ["staging", { isTransient: true }, "preview"],
  ["staging", {}, "other"],
])("an environment called %j, of which %j is told, is %s", (name, hints, kind) => {
  expect(environmentKind(name, hints)).toBe(kind);
});

describe("a body", () => {
  test.each<[string | undefined, string | undefined]>([
    ["application/json", "json"],
    [" Application/JSON ; charset=utf-8", "json"],
    ["application/vnd.github.v3+json", "json"],
    ["text/json", "json"],
    ["application/x-www-form-urlencoded; charset=utf-8", "form"],
    ["application/jsonp", undefined],
    ["text/plain", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("of the type %j is %j", (type, format) => {
    expect(bodyFormat(type)).toBe(format);
  });

  test("may begin with a byte order mark, and only begin with it", () => {
    expect(parseBody("json", '\uFEFF{"a":1}')).toEqual({ a: 1 });
    expect(parseBody("json", '{"a":"\uFEFF"}')).toEqual({ a: "\uFEFF" });
    expect(() => parseBody("json", '\uFEFF\uFEFF{"a":1}')).toThrow(SyntaxError);
  });
});

const declared = { name: "x", title: "X", docs: "https://x.example/docs", events: {}, ignores: {} };
const rest = {
  ...declared,
  secret: { madeBy: "gateway", where: "" },
  setup: [],
  recommended: [],
} as const;
const signed = hmac({ header: "x-signature", algorithm: "sha256", encoding: "hex" });
const event = { header: "x-event" };

test.each([
  ["a signed body, an id in a header", signed, { event, delivery: { header: "x-id" } }, true],
  ["a signed body, an id within it", signed, { event, delivery: { json: ["id"] } }, false],
  ["a signed body and no id", signed, { event }, false],
  ["a signed id", standardWebhooks(), { event, delivery: { header: "webhook-id" } }, false],
])("%s", (_, verify, identify, isUnsigned) => {
  expect(hasUnsignedId(defineAdapter({ ...rest, verify, identify }))).toBe(isUnsigned);
});
