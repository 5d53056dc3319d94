/**
 * Verifies a compact JWS (RFC 7515) whose claims carry the body's SHA-256. The algorithm is fixed
 * here and never taken from the token; no claim is read before the signature over it is proven.
 */
import { createHash, createHmac } from "node:crypto";
import * as z from "zod";
import { fromBase64Url, fromHex, fromUtf8 } from "../util/decode.ts";
import { equalBytes } from "./constant-time.ts";
import { anySecret, refused } from "./request.ts";
import type { Check, LiveSecrets, UnverifiedDelivery } from "./request.ts";
import type { BodyHashJwsScheme } from "./scheme.ts";

const DIGEST_BYTES = 32;

/** `crit` names extensions that must be understood (RFC 7515 section 4.1.11); none are. */
const joseHeader = z.object({ alg: z.literal("HS256"), crit: z.undefined().optional() });

const claimsSchema = z.record(z.string(), z.unknown());

/**
 * Believed where the token is signed with HS256 under a live secret, by the issuer, for exactly
 * this body.
 */
export function verifyBodyHashJws(
  scheme: BodyHashJwsScheme,
  request: UnverifiedDelivery,
  secrets: LiveSecrets,
): Check {
  const { header } = scheme;
  const token = request.header(header);
  if (!token) return refused({ reason: "signature_missing", header });
  const malformed = (detail: string) => refused({ reason: "signature_malformed", header, detail });

  const [head = "", payload = "", mac = "", ...rest] = token.split(".");
  if (rest.length > 0) return malformed("not three parts");
  if (!joseHeader.safeParse(jsonIn(head)).success) return malformed("header is not plain HS256");
  const signature = fromBase64Url(mac, DIGEST_BYTES);
  if (!signature) return malformed("signature is not a base64url SHA-256 digest");

  const check = anySecret(
    secrets,
    (secret) =>
      equalBytes(signature, createHmac("sha256", secret).update(`${head}.${payload}`).digest()),
    { reason: "signature_mismatch", header },
  );
  if (!check.ok) return check;
  const claims = claimsSchema.safeParse(jsonIn(payload));
  if (!claims.success) return malformed("claims are not a JSON object");
  return checkClaims(scheme, claims.data, request.body) ?? check;
}

/** The refusal, if the proven claims are not of this issuer and this body. */
function checkClaims(
  scheme: BodyHashJwsScheme,
  claims: Readonly<Record<string, unknown>>,
  body: Uint8Array,
): Check | undefined {
  if (claims["iss"] !== scheme.issuer) {
    return refused({ reason: "issuer_mismatch", expected: scheme.issuer });
  }
  const claimed = claims[scheme.hashClaim];
  const hash = typeof claimed === "string" ? fromHex(claimed, DIGEST_BYTES) : undefined;
  if (hash && equalBytes(hash, createHash("sha256").update(body).digest())) return undefined;
  return refused({ reason: "body_hash_mismatch", claim: scheme.hashClaim });
}

/** The JSON value in a base64url part; undefined where there is none. */
function jsonIn(part: string): unknown {
  const bytes = fromBase64Url(part);
  try {
    return JSON.parse((bytes && fromUtf8(bytes)) ?? "");
  } catch {
    return undefined;
  }
}
