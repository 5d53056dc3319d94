/** Redaction: credentials never reach the store, everything else does unchanged. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  mayContain,
  readsAsName,
  REDACTED,
  redactHeaders,
  redactPayload,
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
