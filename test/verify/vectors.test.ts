/**
 * Known answers: each scheme against values that providers publish, or that were computed apart
 * from this code.
 */
import { describe, expect, test } from "vitest";
import * as z from "zod";
import type { Scheme } from "../../src/verify/scheme.ts";
import { sign } from "../../src/verify/sign.ts";
import { verify } from "../../src/verify/verify.ts";
import { bytes, secretOf, unverified } from "../support/deliveries.ts";
import vectors from "./vectors.json" with { type: "json" };

const listed = z.object({ separator: z.string(), key: z.string() });
const from = z.union([z.object({ header: z.string() }), z.object({ listKey: z.string() })]);
const timestamp = z.object({ from, joiner: z.string(), toleranceSeconds: z.number() });
const scheme = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("hmac"),
    header: z.string(),
    algorithm: z.enum(["sha1", "sha256"]),
    encoding: z.enum(["hex", "base64"]),
    prefix: z.string().exactOptional(),
    list: listed.exactOptional(),
    timestamp: timestamp.exactOptional(),
  }),
  z.object({
    kind: z.literal("body-hash-jws"),
    header: z.string(),
    hashClaim: z.string(),
    issuer: z.string(),
  }),
  z.object({ kind: z.literal("standard-webhooks") }),
]);

const known = z
  .array(
    z.object({
      name: z.string(),
      source: z.string(),
      scheme,
      secret: z.string(),
      headers: z.record(z.string(), z.string()),
      body: z.string(),
      /** The receiver's clock in unix seconds, where the scheme has a timestamp. */
      now: z.number().optional(),
      valid: z.boolean(),
    }),
  )
  .parse(vectors);

const SIGNED_ALIKE = new Set([
  "github: documented vector",
  "bitbucket: documented vector",
  "circleci: docs table",
  "pagerduty: go-pagerduty vector",
  "netlify: JWS over the body hash",
  "standard-webhooks: spec vector",
  "shopify: valid (base64)",
  "buildkite: signature mode",
]);

describe("published and computed vectors", () => {
  test.each(known)("$name", (vector) => {
    const request = unverified({ headers: vector.headers, body: bytes(vector.body) });
    const nowMs = (vector.now ?? 0) * 1000;
    const result = verify(vector.scheme, request, [secretOf(vector.secret)], nowMs);
    expect(result.ok).toBe(vector.valid);
  });
});

describe("the signer makes what providers publish", () => {
  const published = known.filter(({ name }) => SIGNED_ALIKE.has(name));

  test("every name is one of the vectors", () => {
    expect(published).toHaveLength(SIGNED_ALIKE.size);
  });

  test.each(published)("$name", (vector) => {
    const nowMs = (vector.now ?? 0) * 1000;
    const deliveryId = vector.headers["webhook-id"];
    const delivery = { body: bytes(vector.body), nowMs, ...(deliveryId && { deliveryId }) };
    const signed: Scheme = vector.scheme;
    expect(vector.headers).toMatchObject(sign(signed, vector.secret, delivery).headers);
  });
});
