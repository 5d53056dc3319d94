/**
 * `activitysmith-webhooks/verify`: believes a provider's request, or says why not. Works wherever
 * there are web APIs and node:crypto.
 */
import type { Adapter } from "../adapter/contract.ts";
import { bodyFormat, identify, lazyPayload } from "../adapter/payload.ts";
import { MAX_DELIVERY_BYTES, readBody } from "../util/body/read-body.ts";
import type { VerificationFailure } from "../verify/failure.ts";
import { verifyWith } from "../verify/verifier.ts";
import type { VerifyStandardWebhooks } from "../verify/verifier.ts";

/** GitHub's own cap, the largest of the providers'. */

export interface VerifyOptions {
  /** ms since the epoch: decides which signed times are fresh. The clock's unless told. */
  readonly now?: number;
  /** Longer bodies are refused unread; 25 MiB unless told. */
  readonly maxBytes?: number;
  /**
   * For providers that sign nothing: the token in the hook URL. Its last path segment unless told.
   */
  readonly urlToken?: string;
}

export interface BelievedRequest {
  readonly ok: true;
  /** The very bytes that were verified. */
  readonly body: Uint8Array;
  /** The payload: the JSON body, or of a form the JSON in its field `payload`. */
  readonly json: unknown;
  /** The event's name as the provider has it. */
  readonly event: string;
  /** The provider's id of this delivery, stable over its retries; undefined where it gives none. */
  readonly deliveryId: string | undefined;
}

export interface RefusedRequest {
  readonly ok: false;
  /** For your log. Answer every one of them 401, and tell the sender nothing. */
  readonly reason: VerificationFailure["reason"] | "body_too_large" | "body_unreadable";
  readonly failure?: VerificationFailure;
}

/**
 * Verifies a request over its raw bytes, which it reads, and identifies it. Fails closed: an empty
 * secret believes nobody.
 *
 * @param secret the endpoint's secret, or several while one is rotated
 * @returns the payload, or why the request is not believed; never throws on what a sender can send
 */
export async function verifyRequest(
  adapter: Adapter,
  request: Request,
  secret: string | readonly string[],
  options: VerifyOptions = {},
): Promise<BelievedRequest | RefusedRequest> {
  const body = await readBody(request, options.maxBytes ?? MAX_DELIVERY_BYTES);
  if (body === "too_large") return { ok: false, reason: "body_too_large" };
  if (typeof body === "string") return { ok: false, reason: "body_unreadable" };
  const secrets = [secret].flat().map((value, at) => ({ id: String(at), value, expiresAt: null }));
  const header = (name: string) => request.headers.get(name) ?? undefined;
  const urlToken = options.urlToken ?? new URL(request.url).pathname.split("/").findLast(Boolean);
  const result = verifyWith(
    await standardWebhooksFor(adapter),
    adapter.verify,
    { header, body, urlToken },
    secrets,
    options.now ?? Date.now(),
  );
  if (result.ok) return identified(adapter, body, header);
  return { ok: false, reason: result.failure.reason, failure: result.failure };
}

/** Brings a library of its own, which only those providers need that use it. */
async function standardWebhooksFor(adapter: Adapter): Promise<VerifyStandardWebhooks> {
  if (adapter.verify.kind === "standard-webhooks")
    return (await import("../verify/standard-webhooks.ts")).verifyStandardWebhooks;
  return () => ({ ok: false, failure: { reason: "no_secret_configured" } });
}

function identified(
  adapter: Adapter,
  body: Uint8Array,
  header: (name: string) => string | undefined,
): BelievedRequest | RefusedRequest {
  const format = bodyFormat(header("content-type"));
  if (!format) return { ok: false, reason: "body_unreadable" };
  const payload = lazyPayload(format, body, header);
  try {
    const identity = identify(adapter, payload);
    if (!identity) return { ok: false, reason: "body_unreadable" };
    const { event, deliveryId } = identity;
    return { ok: true, body, json: payload.json, event, deliveryId };
  } catch (error) {
    if (error instanceof SyntaxError) return { ok: false, reason: "body_unreadable" };
    throw error;
  }
}
