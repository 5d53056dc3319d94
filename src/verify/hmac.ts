/** Verifies HMAC signatures over the raw bytes of a body. Decodes signatures, never the body. */
import { createHmac } from "node:crypto";
import { fromBase64, fromHex } from "../util/decode.ts";
import { equalBytes } from "./constant-time.ts";
import { staleness } from "./freshness.ts";
import { anySecret, refused } from "./request.ts";
import type { Check, LiveSecrets, UnverifiedDelivery } from "./request.ts";
import type { HmacScheme } from "./scheme.ts";

const DIGEST_BYTES = { sha1: 20, sha256: 32 } as const;

/**
 * Believed where one of the header's signatures is the HMAC (RFC 2104) of the signed text under a
 * live secret.
 */
export function verifyHmac(
  scheme: HmacScheme,
  request: UnverifiedDelivery,
  secrets: LiveSecrets,
  nowMs: number,
): Check {
  const { header } = scheme;
  const value = request.header(header);
  if (!value) return refused({ reason: "signature_missing", header });
  const { timestamp } = scheme;
  const signedAt = timestamp && signedTime(timestamp, scheme.list, value, request);
  if (timestamp) {
    const carrier = "header" in timestamp.from ? timestamp.from.header : header;
    const stale = staleness(carrier, signedAt, timestamp.toleranceSeconds, nowMs);
    if (stale) return refused(stale);
  }
  const signatures = signaturesIn(scheme, value);
  if (signatures.length === 0) {
    const detail = `no ${scheme.encoding} ${scheme.algorithm} signature in it`;
    return refused({ reason: "signature_malformed", header, detail });
  }
  const matches = (secret: string) => {
    const hmac = createHmac(scheme.algorithm, secret);
    if (timestamp) hmac.update(`${signedAt}${timestamp.joiner}`);
    const expected = hmac.update(request.body).digest();
    return signatures.some((signature) => equalBytes(signature, expected));
  };
  return anySecret(secrets, matches, { reason: "signature_mismatch", header });
}

function signedTime(
  { from }: NonNullable<HmacScheme["timestamp"]>,
  list: HmacScheme["list"],
  value: string,
  request: UnverifiedDelivery,
): string | undefined {
  if ("header" in from) return request.header(from.header);
  return list && listed(list, value, from.listKey)[0];
}

/** The well-formed signatures that a header value holds. */
function signaturesIn(scheme: HmacScheme, value: string): Uint8Array[] {
  const { prefix = "", encoding, algorithm, list } = scheme;
  const decode = encoding === "hex" ? fromHex : fromBase64;
  return (list ? listed(list, value, list.key) : [value])
    .filter((text) => text.startsWith(prefix))
    .map((text) => decode(text.slice(prefix.length), DIGEST_BYTES[algorithm]))
    .filter((signature) => signature !== undefined);
}

/** The values under `key` in a header of `key=value` pairs. */
function listed(
  { separator }: NonNullable<HmacScheme["list"]>,
  value: string,
  key: string,
): string[] {
  return value
    .split(separator)
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${key}=`))
    .map((pair) => pair.slice(key.length + 1));
}
