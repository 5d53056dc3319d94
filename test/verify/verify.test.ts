/** How verification fails: closed, with the true reason, whatever is missing or wrong. */
import { describe, expect, test } from "vitest";
import { createHash, createHmac } from "node:crypto";
import { bodyHashJws, hmac, sharedToken, unsigned } from "../../src/verify/scheme.ts";
import type { Scheme } from "../../src/verify/scheme.ts";
import { sign } from "../../src/verify/sign.ts";
import { verify, type VerifiedDelivery } from "../../src/verify/verify.ts";
import { bytes, secretFor, secretOf, unverified } from "../support/deliveries.ts";
import { SCHEMES } from "./schemes.ts";

const NOW_MS = Date.parse("2026-11-02T09:00:00.000Z");
const BODY = bytes('{"type":"deploy","note":"done ✅"}');

function request(scheme: Scheme, secret: string, nowMs = NOW_MS, body = BODY) {
  return unverified({ ...sign(scheme, secret, { body, nowMs }), body });
}

function reasonOf(result: ReturnType<typeof verify>): string {
  return result.ok ? "ok" : result.failure.reason;
}

describe.each(Object.entries(SCHEMES))("%s", (_, scheme) => {
  const [old, fresh] = [secretFor(scheme, "old"), secretFor(scheme, "fresh")];

  test("without a secret everything is refused", () => {
    const reason = (secrets: Parameters<typeof verify>[2]) =>
      reasonOf(verify(scheme, request(scheme, old), secrets, NOW_MS));
    expect(reason([])).toBe("no_secret_configured");
    expect(reason([secretOf(old, NOW_MS)])).toBe("no_secret_configured");
    expect(reason([secretOf("")])).toBe("no_secret_configured");
  });

  test("while a secret is rotated both are believed, and which one is told", () => {
    const secrets = [secretOf(fresh), secretOf(old, NOW_MS + 1)];
    for (const value of [old, fresh]) {
      expect(verify(scheme, request(scheme, value), secrets, NOW_MS)).toMatchObject({
        ok: true,
        delivery: { secretId: `secret:${value}` },
      });
    }
    const later = NOW_MS + 1;
    expect(verify(scheme, request(scheme, old, later), secrets, later).ok).toBe(false);
    expect(verify(scheme, request(scheme, fresh, later), secrets, later).ok).toBe(true);
  });

  test("an unsigned request is refused as such", () => {
    const result = verify(scheme, unverified({ body: BODY }), [secretOf(old)], NOW_MS);
    expect(reasonOf(result)).toBe(
      scheme.kind === "shared-token" ? "token_missing" : "signature_missing",
    );
  });
});

describe("signed times", () => {
  const timed = Object.entries(SCHEMES).filter(
    ([, scheme]) =>
      scheme.kind === "standard-webhooks" || (scheme.kind === "hmac" && scheme.timestamp),
  );

  test.each(timed)("%s: 300 s either way and no more", (_, scheme) => {
    const secret = secretFor(scheme, "right");
    const reason = (ageSeconds: number) => {
      const signed = request(scheme, secret, NOW_MS - ageSeconds * 1000);
      return reasonOf(verify(scheme, signed, [secretOf(secret)], NOW_MS));
    };
    expect([reason(300), reason(-300)]).toEqual(["ok", "ok"]);
    expect(reason(301)).toBe("timestamp_outside_tolerance");
    expect(reason(-301)).toBe("timestamp_outside_tolerance");
  });

  test.each(["", "soon", "1e9", "-1", "1793610000.5", "1".repeat(13)])("%j is no time", (text) => {
    const from = { header: "x-timestamp" };
    const scheme = hmac({
      header: "x-signature",
      algorithm: "sha256",
      encoding: "hex",
      timestamp: { from, joiner: ".", toleranceSeconds: 300 },
    });
    const signature = createHmac("sha256", "right").update(`${text}.`).update(BODY).digest("hex");
    const headers = { "x-timestamp": text, "x-signature": signature };
    const result = verify(
      scheme,
      unverified({ headers, body: BODY }),
      [secretOf("right")],
      Number(text) * 1000 || NOW_MS,
    );
    expect(reasonOf(result)).toBe(text === "" ? "timestamp_missing" : "timestamp_malformed");
  });
});

describe("body-hash-jws", () => {
  const scheme = bodyHashJws({ header: "x-token", hashClaim: "sha256", issuer: "acme" });
  const secret = "right";
  const sha256 = createHash("sha256").update(BODY).digest("hex");
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

  function reasonFor(head: unknown, claims: unknown, algorithm = "sha256"): string {
    const content = `${encoded(head)}.${encoded(claims)}`;
    const token = `${content}.${createHmac(algorithm, secret).update(content).digest("base64url")}`;
    const delivery = unverified({ headers: { "x-token": token }, body: BODY });
    return reasonOf(verify(scheme, delivery, [secretOf(secret)], NOW_MS));
  }

  test("only HS256 without extensions is taken, whatever the token says", () => {
    const claims = { iss: "acme", sha256 };
    expect(reasonFor({ alg: "HS256" }, claims)).toBe("ok");
    expect(reasonFor({ alg: "none" }, claims)).toBe("signature_malformed");
    expect(reasonFor({ alg: "hs256" }, claims)).toBe("signature_malformed");
    expect(reasonFor({ alg: "HS512" }, claims, "sha512")).toBe("signature_malformed");
    expect(reasonFor({ alg: "HS256", crit: ["exp"] }, claims)).toBe("signature_malformed");
    expect(reasonFor({}, claims)).toBe("signature_malformed");
  });

  test("claims that are signed but wrong are refused", () => {
    const head = { alg: "HS256", typ: "JWT" };
    expect(reasonFor(head, { iss: "other", sha256 })).toBe("issuer_mismatch");
    expect(reasonFor(head, { sha256 })).toBe("issuer_mismatch");
    expect(reasonFor(head, { iss: "acme" })).toBe("body_hash_mismatch");
    expect(reasonFor(head, { iss: "acme", sha256: "00".repeat(32) })).toBe("body_hash_mismatch");
    expect(reasonFor(head, { iss: "acme", sha256: [sha256] })).toBe("body_hash_mismatch");
    expect(reasonFor(head, "acme")).toBe("signature_malformed");
  });

  test("claims are not looked at before the signature holds", () => {
    const token = `${encoded({ alg: "HS256" })}.${encoded({ iss: "other" })}.${"A".repeat(43)}`;
    const delivery = unverified({ headers: { "x-token": token }, body: BODY });
    expect(reasonOf(verify(scheme, delivery, [secretOf(secret)], NOW_MS))).toBe(
      "signature_mismatch",
    );
  });

  test.each(["", "a", "a.b", "a.b.c", "a.b.c.d", "..", "é.é.é"])("%j is no token", (token) => {
    const delivery = unverified({ headers: { "x-token": token }, body: BODY });
    expect(verify(scheme, delivery, [secretOf(secret)], NOW_MS).ok).toBe(false);
  });
});

describe("standard-webhooks", () => {
  const scheme = { kind: "standard-webhooks" } as const;
  const secret = secretFor(scheme, "right");

  test("the svix names of the headers are as good", () => {
    const { headers } = sign(scheme, secret, { body: BODY, nowMs: NOW_MS });
    const renamed = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.replace("webhook", "svix"), value]),
    );
    const delivery = unverified({ headers: renamed, body: BODY });
    expect(verify(scheme, delivery, [secretOf(secret)], NOW_MS).ok).toBe(true);
  });

  test("a secret that is not base64 is a failure, and does not spoil its neighbour", () => {
    const delivery = request(scheme, secret);
    const broken = [secretOf("not base64!"), secretOf("whsec_")];
    expect(reasonOf(verify(scheme, delivery, broken, NOW_MS))).toBe("secret_undecodable");
    expect(verify(scheme, delivery, [...broken, secretOf(secret)], NOW_MS).ok).toBe(true);
  });

  test("a body that is not UTF-8 cannot be believed, and does not throw", () => {
    const delivery = request(scheme, secret, NOW_MS, Uint8Array.of(0x7b, 0xff));
    expect(reasonOf(verify(scheme, delivery, [secretOf(secret)], NOW_MS))).toBe("body_not_utf8");
  });
});

describe("hmac", () => {
  const scheme = hmac({ header: "x-signature", algorithm: "sha256", encoding: "hex" });

  test("bytes that are no text are verified as they are", () => {
    const body = Uint8Array.of(0x7b, 0xff, 0x00, 0xfe);
    expect(verify(scheme, request(scheme, "right", NOW_MS, body), [secretOf("right")], 0).ok).toBe(
      true,
    );
  });

  test.each(["g".repeat(64), "00".repeat(20), "sha256=00", "undefined", "null"])(
    "%j is no signature",
    (value) => {
      const delivery = unverified({ headers: { "x-signature": value }, body: BODY });
      const result = verify(scheme, delivery, [secretOf("right")], NOW_MS);
      expect(reasonOf(result)).toBe("signature_malformed");
    },
  );
});

describe("shared-token", () => {
  const scheme = sharedToken({ header: "x-token" });
  const secrets = [secretOf("right")];

  test.each([
    [{ urlToken: "right" }],
    [{ headers: { "x-activitysmith-webhook-secret": "right" } }],
    [{ headers: { "x-token": "right" } }],
    [{ urlToken: "wrong", headers: { "x-token": "right" } }],
  ])("one right place is enough: %j", (places) => {
    expect(verify(scheme, unverified({ ...places, body: BODY }), secrets, NOW_MS).ok).toBe(true);
  });

  test.each(["wrong", "righ", "right ", "rightright", "RIGHT"])("%j is refused", (urlToken) => {
    const result = verify(scheme, unverified({ urlToken, body: BODY }), secrets, NOW_MS);
    expect(reasonOf(result)).toBe("token_mismatch");
  });

  test("an empty token is none", () => {
    const result = verify(scheme, unverified({ urlToken: "", body: BODY }), secrets, NOW_MS);
    expect(reasonOf(result)).toBe("token_missing");
  });
});

test("unsigned deliveries are believed only where the adapter says so, by no secret", () => {
  const scheme = unsigned({ because: "the sender can do nothing" });
  expect(verify(scheme, unverified({ body: BODY }), [], NOW_MS)).toMatchObject({
    ok: true,
    delivery: { secretId: null, scheme: "unsigned" },
  });
});

test("nobody but the verifier can make a verified delivery", () => {
  // @ts-expect-error the brand cannot be written outside of verify.ts
  const forged: VerifiedDelivery = { body: BODY, secretId: null, scheme: "hmac" };
  expect(forged.body).toBe(BODY);
});
