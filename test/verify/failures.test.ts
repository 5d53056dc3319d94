/** What a refusal says to the operator: the whole failure, scheme by scheme. */
import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { bodyHashJws, hmac, sharedToken, standardWebhooks } from "../../src/verify/scheme.ts";
import type { Scheme } from "../../src/verify/scheme.ts";
import { sign } from "../../src/verify/sign.ts";
import { verify } from "../../src/verify/verify.ts";
import { bytes, secretFor, secretOf, unverified } from "../support/deliveries.ts";

const NOW_MS = Date.parse("2026-11-02T09:00:00.000Z");
const BODY = bytes('{"type":"deploy"}');
const DELIVERY = { body: BODY, nowMs: NOW_MS, deliveryId: "msg_1" };

/** What is refused of a rightly signed request whose headers were changed; undefined takes one away. */
function failureOf(
  scheme: Scheme,
  change: Readonly<Record<string, string | undefined>> = {},
  secret = secretFor(scheme, "right"),
) {
  const { headers } = sign(scheme, secretFor(scheme, "right"), DELIVERY);
  const changed = Object.entries({ ...headers, ...change }).filter(([, value]) => value);
  const delivery = unverified({
    headers: Object.fromEntries(changed.map(([name, value]) => [name, value ?? ""])),
    body: BODY,
  });
  const result = verify(scheme, delivery, [secretOf(secret)], NOW_MS);
  return result.ok ? undefined : result.failure;
}

describe("standard-webhooks", () => {
  const scheme = standardWebhooks();

  test.each([
    ["webhook-signature", undefined, { reason: "signature_missing", header: "webhook-signature" }],
    ["webhook-id", undefined, { reason: "signature_missing", header: "webhook-id" }],
    ["webhook-timestamp", undefined, { reason: "timestamp_missing", header: "webhook-timestamp" }],
    ["webhook-timestamp", "soon", { reason: "timestamp_malformed", header: "webhook-timestamp" }],
    [
      "webhook-signature",
      "v1a,AAAA v2,AAAA",
      {
        reason: "signature_malformed",
        header: "webhook-signature",
        detail: "no v1 signature in it",
      },
    ],
    [
      "webhook-signature",
      `v1,${"A".repeat(43)}=`,
      { reason: "signature_mismatch", header: "webhook-signature" },
    ],
  ])("%s: %s", (header, value, failure) => {
    expect(failureOf(scheme, { [header]: value })).toEqual(failure);
  });

  test("a secret of another form", () => {
    expect(failureOf(scheme, {}, "not base64!")).toEqual({
      reason: "secret_undecodable",
      expected: "whsec_ and base64",
    });
  });

  test("one of several signatures is enough, whatever stands beside it", () => {
    const { headers } = sign(scheme, secretFor(scheme, "right"), DELIVERY);
    const others = `v1a,AAAA v1,${"A".repeat(43)}= v1,short`;
    const value = `${others} ${headers["webhook-signature"]}`;
    expect(failureOf(scheme, { "webhook-signature": value })).toBeUndefined();
  });
});

describe("hmac", () => {
  const base = { header: "x-signature", algorithm: "sha1", encoding: "base64" } as const;
  const timestamp = { joiner: ".", toleranceSeconds: 300 };
  const list = { separator: ",", key: "v1" };
  const timed = hmac({ ...base, timestamp: { ...timestamp, from: { header: "x-time" } } });
  const listed = hmac({ ...base, list, timestamp: { ...timestamp, from: { listKey: "t" } } });

  test.each<[string, Scheme, Record<string, string | undefined>, object]>([
    ["none", hmac(base), { "x-signature": undefined }, { reason: "signature_missing" }],
    [
      "another form",
      hmac(base),
      { "x-signature": "00" },
      { reason: "signature_malformed", detail: "no base64 sha1 signature in it" },
    ],
    [
      "another secret",
      hmac(base),
      { "x-signature": `${"A".repeat(27)}=` },
      { reason: "signature_mismatch" },
    ],
  ])("a signature: %s", (_, scheme, change, failure) => {
    expect(failureOf(scheme, change)).toEqual({ header: "x-signature", ...failure });
  });

  test("a time in a header of its own, or in the list, is named by where it was looked for", () => {
    expect(failureOf(timed, { "x-time": undefined })).toEqual({
      reason: "timestamp_missing",
      header: "x-time",
    });
    expect(failureOf(listed, { "x-signature": "v1=00" })).toEqual({
      reason: "timestamp_missing",
      header: "x-signature",
    });
  });

  test("a time that the scheme looks for in a list that it has not is missing", () => {
    const { list: _none, ...unlisted } = listed;
    expect(failureOf(unlisted)).toEqual({ reason: "timestamp_missing", header: "x-signature" });
  });

  test("blanks around the pairs of a list do not count", () => {
    const { headers } = sign(listed, "right", DELIVERY);
    const spaced = headers["x-signature"]?.replaceAll(",", " , ");
    const delivery = unverified({ headers: { "x-signature": spaced ?? "" }, body: BODY });
    expect(verify(listed, delivery, [secretOf("right")], NOW_MS).ok).toBe(true);
  });
});

describe("body-hash-jws", () => {
  const scheme = bodyHashJws({ header: "x-token", hashClaim: "sha256", issuer: "acme" });
  const secret = secretFor(scheme, "right");
  const encoded = (text: string) => Buffer.from(text).toString("base64url");
  const HEAD = encoded('{"alg":"HS256"}');

  function token(payload: string, head = HEAD): string {
    const content = `${head}.${payload}`;
    return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
  }

  test.each([
    [`${token(encoded("{}"))}.more`, "not three parts"],
    ["a", "header is not plain HS256"],
    [token(encoded("{}"), encoded('{"alg":"none"}')), "header is not plain HS256"],
    [`${HEAD}.${encoded("{}")}.short`, "signature is not a base64url SHA-256 digest"],
    [token(encoded("acme")), "claims are not a JSON object"],
    [token("!"), "claims are not a JSON object"],
    [token(Buffer.of(0xff).toString("base64url")), "claims are not a JSON object"],
  ])("%s: %s", (value, detail) => {
    expect(failureOf(scheme, { "x-token": value })).toEqual({
      reason: "signature_malformed",
      header: "x-token",
      detail,
    });
  });

  test("the issuer and the claim that were expected are told", () => {
    expect(failureOf(scheme, { "x-token": token(encoded('{"iss":"other"}')) })).toEqual({
      reason: "issuer_mismatch",
      expected: "acme",
    });
    expect(failureOf(scheme, { "x-token": token(encoded('{"iss":"acme"}')) })).toEqual({
      reason: "body_hash_mismatch",
      claim: "sha256",
    });
  });
});

describe("a sender signs", () => {
  test("with a shared token in the URL, or in the header that the scheme names", () => {
    expect(sign(sharedToken(), "right", DELIVERY)).toEqual({ headers: {}, urlToken: "right" });
    expect(sign(sharedToken({ header: "x-token" }), "right", DELIVERY)).toEqual({
      headers: { "x-token": "right" },
      urlToken: undefined,
    });
  });

  test("pairs of a list behind one another, a time in its header alone", () => {
    const secret = "right";
    const list = { separator: ";", key: "v1" };
    const base = { header: "x-signature", algorithm: "sha256", encoding: "hex", list } as const;
    const timestamp = { joiner: ".", toleranceSeconds: 300 };
    const signature = createHmac("sha256", secret).update("1793610000.").update(BODY).digest("hex");
    const listed = hmac({ ...base, timestamp: { ...timestamp, from: { listKey: "t" } } });
    expect(sign(listed, secret, DELIVERY).headers).toEqual({
      "x-signature": `t=1793610000;v1=${signature}`,
    });
    const timed = hmac({ ...base, timestamp: { ...timestamp, from: { header: "x-time" } } });
    expect(sign(timed, secret, DELIVERY).headers).toEqual({
      "x-time": "1793610000",
      "x-signature": `v1=${signature}`,
    });
  });
});
