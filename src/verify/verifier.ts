/**
 * The one verifier: executes a scheme over the raw bytes of a request. Fails closed, never throws
 * on what a sender can send, does no I/O and has no clock of its own.
 */
import type { LiveSecret } from "../model/endpoint.ts";
import type { VerificationFailure } from "./failure.ts";
import { verifyBodyHashJws } from "./body-hash-jws.ts";
import { verifyHmac } from "./hmac.ts";
import type { Check, LiveSecrets, UnverifiedDelivery } from "./request.ts";
import type { Scheme, UnsignedScheme } from "./scheme.ts";
import { verifySharedToken } from "./shared-token.ts";

/** Never leaves this module: without it nobody else can make a `VerifiedDelivery`. */
const VERIFIED: unique symbol = Symbol("verified");

/** A body whose sender was believed. What follows in the pipeline accepts nothing else. */
export interface VerifiedDelivery {
  readonly [VERIFIED]: true;
  /** The very bytes that were verified. */
  readonly body: Uint8Array;
  /** The secret that the sender proved to hold; null for unsigned schemes. */
  readonly secretId: string | null;
  readonly scheme: Scheme["kind"];
}

export type VerificationResult =
  | { readonly ok: true; readonly delivery: VerifiedDelivery }
  | { readonly ok: false; readonly failure: VerificationFailure };

/** The one scheme whose verifier brings a library: whoever does not use it need not load that. */
export type VerifyStandardWebhooks = (
  request: UnverifiedDelivery,
  secrets: LiveSecrets,
  nowMs: number,
) => Check;

/**
 * Verifies a request against the live ones among an endpoint's secrets, each in turn; one is
 * enough.
 *
 * @param nowMs ms since the epoch: decides which secrets are live and which signed times are fresh
 * @returns the believed delivery, or why it is not believed: for the log only, the sender is told
 *   nothing
 */
export function verifyWith(
  verifyStandardWebhooks: VerifyStandardWebhooks,
  scheme: Scheme,
  request: UnverifiedDelivery,
  secrets: readonly LiveSecret[],
  nowMs: number,
): VerificationResult {
  if (scheme.kind === "unsigned") return believed(scheme, request, null);
  const [first, ...others] = secrets.filter((secret) => isLive(secret, nowMs));
  if (!first) return { ok: false, failure: { reason: "no_secret_configured" } };
  const live: LiveSecrets = [first, ...others];
  const check = execute(verifyStandardWebhooks, scheme, request, live, nowMs);
  return check.ok ? believed(scheme, request, check.secretId) : check;
}

function execute(
  verifyStandardWebhooks: VerifyStandardWebhooks,
  scheme: Exclude<Scheme, UnsignedScheme>,
  request: UnverifiedDelivery,
  secrets: LiveSecrets,
  nowMs: number,
): Check {
  switch (scheme.kind) {
    case "hmac":
      return verifyHmac(scheme, request, secrets, nowMs);
    case "body-hash-jws":
      return verifyBodyHashJws(scheme, request, secrets);
    case "standard-webhooks":
      return verifyStandardWebhooks(request, secrets, nowMs);
    case "shared-token":
      return verifySharedToken(scheme, request, secrets);
  }
}

function believed(
  scheme: Scheme,
  request: UnverifiedDelivery,
  secretId: string | null,
): VerificationResult {
  const { body } = request;
  return { ok: true, delivery: { [VERIFIED]: true, body, secretId, scheme: scheme.kind } };
}

/** An empty secret is none: anybody can sign with it. */
function isLive({ value, expiresAt }: LiveSecret, nowMs: number): boolean {
  return value !== "" && (expiresAt === null || expiresAt > nowMs);
}
