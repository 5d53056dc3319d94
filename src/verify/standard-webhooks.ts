/**
 * Verifies Standard Webhooks 1.0 (`webhook-*` or `svix-*` headers) with the svix library's key
 * handling and MAC.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 *
 * The library's own `verify` reads the wall clock and cannot be given another; so the time is
 * checked here, and the signature compared with the one that the library's `sign`, on which its
 * `verify` rests, makes of the same message.
 */
import { Webhook } from "svix";
import { fromBase64, fromUtf8 } from "../util/decode.ts";
import { equalBytes } from "./constant-time.ts";
import { staleness } from "./freshness.ts";
import { anySecret, refused } from "./request.ts";
import type { Check, LiveSecrets, UnverifiedDelivery } from "./request.ts";

const TOLERANCE_SECONDS = 300;
const DIGEST_BYTES = 32;
const VERSION = "v1,";

/**
 * Believed where one `v1` signature is that of id, time and body under a live secret, and the time
 * is within 300 s.
 */
export function verifyStandardWebhooks(
  request: UnverifiedDelivery,
  secrets: LiveSecrets,
  nowMs: number,
): Check {
  const id = either(request, "id");
  const time = either(request, "timestamp");
  const header = "webhook-signature";
  const value = either(request, "signature");
  if (!value) return refused({ reason: "signature_missing", header });
  if (!id) return refused({ reason: "signature_missing", header: "webhook-id" });
  const stale = staleness("webhook-timestamp", time, TOLERANCE_SECONDS, nowMs);
  if (stale) return refused(stale);
  const signatures = v1Signatures(value);
  if (signatures.length === 0) {
    return refused({ reason: "signature_malformed", header, detail: "no v1 signature in it" });
  }
  const body = fromUtf8(request.body);
  if (body === undefined) return refused({ reason: "body_not_utf8" });

  const webhooks = new Map(secrets.map(({ value: secret }) => [secret, webhookOf(secret)]));
  if ([...webhooks.values()].every((webhook) => webhook === undefined)) {
    return refused({ reason: "secret_undecodable", expected: "whsec_ and base64" });
  }
  const signedAt = new Date(Number(time) * 1000);
  const matches = (secret: string) => {
    const [expected] = v1Signatures(webhooks.get(secret)?.sign(id, signedAt, body) ?? "");
    return expected !== undefined && signatures.some((one) => equalBytes(one, expected));
  };
  return anySecret(secrets, matches, { reason: "signature_mismatch", header });
}

function either(request: UnverifiedDelivery, name: string): string | undefined {
  return request.header(`webhook-${name}`) ?? request.header(`svix-${name}`);
}

/**
 * The symmetric signatures of a space-separated list; `v1a` and unknown versions are passed over.
 */
function v1Signatures(value: string): Uint8Array[] {
  return value
    .split(" ")
    .filter((versioned) => versioned.startsWith(VERSION))
    .map((versioned) => fromBase64(versioned.slice(VERSION.length), DIGEST_BYTES))
    .filter((signature) => signature !== undefined);
}

/** Undefined where the secret is not base64 behind an optional `whsec_`. */
function webhookOf(secret: string): Webhook | undefined {
  try {
    return new Webhook(secret);
  } catch {
    return undefined;
  }
}
