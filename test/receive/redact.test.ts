/** Redaction: credentials never reach the store, everything else does unchanged. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  headerValue,
  mayContain,
  mayHold,
  readsAsName,
  REDACTED,
  redactHeaders,
  redactPayload,
  redactValues,
} from "../../src/receive/redact.ts";
import { randomToken } from "../../src/util/id.ts";
import { bytesOf } from "../../src/util/bytes.ts";

describe("headers", () => {
  test.each([
    "authorization",
    "proxy-authorization",
    "cookie",
    "x-api-key",
    "x-hub-signature-256",
    "x-activitysmith-webhook-secret",
    "x-gitlab-token",
    "x-session-id",
    "x-webhook-password",
  ])("%s is replaced", (name) => {
    expect(redactHeaders({ [name]: "hunter2" })).toEqual({ [name]: REDACTED });
  });

  test.each([
    "content-type",
    "user-agent",
    "x-github-event",
    "x-github-delivery",
    "x-netlify-event",
    "webhook-id",
    "idempotency-key",
  ])("%s stays", (name) => {
    expect(redactHeaders({ [name]: "value" })).toEqual({
      [name.toLowerCase()]: "value",
    });
  });
});

describe("a secret", () => {
  test.each([
    "production-deploy",
    "web-shop-production-2026",
    "ProductionDeploy",
    "acme_WEB_shop 2",
    "deploymentpipeline",
    "password",
  ])("%s may be the name of something", (secret) => {
    expect(readsAsName(secret)).toBe(true);
  });

  test.each([
    "6KwCsKFOYryIsPObXK2x4TUa",
    "0f8fad5b-d9cb-469f-a165-70867728950e",
    "9c1185a5c5e9fc54612808977ee8f548b2258d31",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "hunter2hunter2hunter2",
    "correct horse battery staple and some more of it",
  ])("%s is nothing but a secret", (secret) => {
    expect(readsAsName(secret)).toBe(false);
  });

  test("that was made here is no name", () => {
    for (let made = 0; made < 2_000; made++) expect(readsAsName(randomToken(24))).toBe(false);
  });

  test("of any form is judged at once", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (secret) => {
        expect(typeof readsAsName(secret)).toBe("boolean");
      }),
    );
    expect(readsAsName(`${"aA".repeat(500)}!`)).toBe(false);
  });
});

test("a header that came several times is one, and one that did not come is none", () => {
  expect(headerValue(["a", "b"])).toBe("a, b");
  expect(redactHeaders({ "x-a": ["a", "b"], "x-b": undefined })).toStrictEqual({ "x-a": "a, b" });
});

test("what a header is called is judged the same each time, and of however many", () => {
  for (let at = 0; at < 600; at++) {
    const headers = { [`x-${at}`]: "v", [`x-token-${at}`]: "v", "idempotency-key": "v" };
    const redacted = {
      [`x-${at}`]: "v",
      [`x-token-${at}`]: REDACTED,
      "idempotency-key": "v",
    };
    expect(redactHeaders(headers)).toEqual(redacted);
    expect(redactHeaders(headers)).toEqual(redacted);
  }
});

describe("a secret that is looked for", () => {
  const secret = "a/b c";
  const escaped = (times: number) => {
    let text = secret;
    for (let time = 0; time < times; time++) text = encodeURIComponent(text);
    return text;
  };

  test.each([
    ["as it is", `x ${secret} y`, true],
    ["as a URL writes it", `/x/${escaped(1)}`, true],
    ["escaped again by each of two proxies", escaped(3), true],
    ["escaped more often than that", escaped(4), false],
    ["with the letters of its escapes small", "a%2fb%20c", true],
    ["beside what is no escape", `100% of ${escaped(1)}`, true],
    ["beside an escape of no character", `%ff ${escaped(1)}`, true],
    ["not at all", "a/b", false],
  ])("is taken out of a header %s", (_, value, isTaken) => {
    expect(redactHeaders({ "x-url": value }, [secret])["x-url"]).toBe(isTaken ? REDACTED : value);
    expect(redactValues([value], [secret])).toEqual(isTaken ? [REDACTED] : undefined);
  });

  test("of several bytes a character is known by its escapes", () => {
    expect(redactHeaders({ "x-url": "gr%C3%BCn" }, ["grün"])["x-url"]).toBe(REDACTED);
  });

  test("that is empty is in nothing", () => {
    expect(redactHeaders({ "x-a": "v" }, [""])).toEqual({ "x-a": "v" });
    expect(mayHold(bytesOf("v"), [""])).toBe(false);
    expect(mayHold(bytesOf("Stryker was here!"), [""])).toBe(false);
  });

  test("is taken out of texts alone, wherever they stand", () => {
    const json = { a: [secret, 1, null, true], b: { c: secret, d: "d" } };
    expect(redactValues(json, [secret])).toEqual({
      a: [REDACTED, 1, null, true],
      b: { c: REDACTED, d: "d" },
    });
    expect(redactValues(secret, [secret])).toBe(REDACTED);
    expect(redactValues(1, [secret])).toBeUndefined();
    expect(redactValues(null, [secret])).toBeUndefined();
    expect(redactValues({ a: ["b"] }, [secret])).toBeUndefined();
  });

  test.each([
    ["plain-1_a", "x plain-1_a y", true],
    ["plain-1_a", "x plain-1 y", false],
    [secret, `x ${secret} y`, true],
    [secret, "x a%2Fb%20c y", true],
    [secret, "x a/b y", false],
    [`a"b`, String.raw`{"x":"- a\"b -"}`, true],
    [`a"b`, String.raw`{"x":"a\"b"}`, true],
    [`a"b`, String.raw`{"x":"a\"","b":1}`, false],
    ["\ud800 x", "x", false],
  ])("%j may be held by %s: %s", (it, text, expected) => {
    expect(mayHold(bytesOf(text), [it])).toBe(expected);
    expect(mayHold(bytesOf(text), ["nowhere", it])).toBe(expected);
  });
});

describe("payloads", () => {
  const payload = () => ({
    hook: { config: { secret: "s3cret", url: "u" } },
    list: [{ token: "t" }],
    n: { token: 1 },
  });

  test("lose the strings at the paths and nothing else; the original is left alone", () => {
    const json = payload();
    const paths = [["hook", "config", "secret"], ["list", "0", "token"], ["not", "there"], []];
    expect(redactPayload(json, paths)).toEqual({
      ...payload(),
      hook: { config: { secret: REDACTED, url: "u" } },
      list: [{ token: REDACTED }],
    });
    expect(json).toEqual(payload());
  });

  test.each([
    [["n", "token"]],
    [["hook"]],
    [["hook", "missing"]],
    [["hook", "config", "secret", "0"]],
    [["toString"]],
  ])("are left as they are where no string stands at %j", (path) => {
    expect(redactPayload(payload(), [path])).toBeUndefined();
  });

  test("are found in a body that is nested deeper than can be copied whole", () => {
    const depth = 50_000;
    const json: unknown = JSON.parse(`{"token":"t","a":${"[".repeat(depth)}${"]".repeat(depth)}}`);
    expect(redactPayload(json, [["token"]])).toHaveProperty("token", REDACTED);
  });

  test("stay what they are, but for the secret: arrays arrays, and every field to be written", () => {
    const redacted = redactPayload([{ token: "t" }, 1], [["0", "token"]]);
    expect(redacted).toStrictEqual([{ token: REDACTED }, 1]);
    const [first] = Object(redacted);
    expect(Object.getOwnPropertyDescriptor(first, "token")).toEqual({
      value: REDACTED,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  });

  test("have no field that is not their own, and none of a field's name that is missing", () => {
    const json: unknown = JSON.parse('{"__proto__":{"token":"t"},"undefined":"u"}');
    expect(redactPayload({}, [["__proto__", "token"]])).toBeUndefined();
    expect(JSON.stringify(redactPayload(json, [["__proto__", "token"]]))).toBe(
      `{"__proto__":{"token":"${REDACTED}"},"undefined":"u"}`,
    );
    expect(redactPayload(json, [[]])).toBeUndefined();
    expect(redactPayload("text", [["length"], ["0"]])).toBeUndefined();
    expect(redactPayload(null, [["a"]])).toBeUndefined();
  });

  test("are looked through again for the same paths, and for others", () => {
    const [token, secret] = [[["token"]], [["a", "b_secret"], ["other"]]];
    for (let time = 0; time < 2; time++) {
      expect(mayContain(bytesOf('{"token":"t"}'), token)).toBe(true);
      expect(mayContain(bytesOf('{"token":"t"}'), secret)).toBe(false);
      expect(mayContain(bytesOf('{"a":{"b_secret":"s"}}'), secret)).toBe(true);
    }
    expect(mayContain(bytesOf("{}"), [["token"], ["naïve"]])).toBe(true);
    expect(mayContain(bytesOf('{"x-token":"t","token2":1}'), token)).toBe(false);
  });

  test("of any shape are taken without a throw", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(fc.array(fc.string())), (json, paths) => {
        expect(() => redactPayload(json, paths)).not.toThrow();
      }),
    );
  });

  test("may be held by a text that has the last name of a path, written out or escaped", () => {
    const paths = [["hook", "config", "secret"], ["token"]];
    expect(
      mayContain(bytesOf(`{"hook":{"config":{"url":"u"}},"secrets":"the secret"}`), paths),
    ).toBe(false);
    expect(mayContain(bytesOf(`{"hook":{"config":{"secret" : "s"}}}`), paths)).toBe(true);
    expect(mayContain(bytesOf(String.raw`{"hook":{"config":{"s\u0065cret":"s"}}}`), paths)).toBe(
      true,
    );
    expect(mayContain(bytesOf(`{"other":1}`), [["naïve"]])).toBe(true);
  });

  test("that hold a string at a path are never taken for such as may not", () => {
    const escaped = (json: string) =>
      json.replaceAll(/[a-z]/g, (it) => `\\u${it.charCodeAt(0).toString(16).padStart(4, "0")}`);
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-z]{1,8}$/),
        fc.string(),
        fc.boolean(),
        (name, value, isEscaped) => {
          const json = JSON.stringify({ [name]: value });
          expect(mayContain(bytesOf(isEscaped ? escaped(json) : json), [[name]])).toBe(true);
        },
      ),
    );
  });
});
