/**
 * Every expected failure and success of receiving, as tagged values with the facts to debug them,
 * and the one mapping to HTTP. Rich inside, vague outside: the sender never learns why a
 * verification failed.
 */
import type { VerificationFailure } from "../verify/failure.ts";

export type ReceiveResult =
  | { readonly kind: "accepted"; readonly deliveryId: string }
  | { readonly kind: "duplicate"; readonly deliveryId: string }
  | { readonly kind: "pong" }
  | { readonly kind: "verification_failed"; readonly failure: VerificationFailure }
  | { readonly kind: "endpoint_unknown" }
  | { readonly kind: "endpoint_disabled" }
  | { readonly kind: "body_unreadable"; readonly detail: string }
  | { readonly kind: "body_too_large"; readonly maxBytes: number }
  | { readonly kind: "unsupported_media_type"; readonly contentType: string | undefined }
  /** Unfinished bodies take more memory than they may. */
  | { readonly kind: "overloaded" }
  | { readonly kind: "store_unavailable"; readonly detail: string };

export interface HttpAnswer {
  readonly status: 200 | 400 | 401 | 404 | 413 | 415 | 503;
  readonly body: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

const RETRY_AFTER_SECONDS = "5";

/**
 * What the sender is told. Exhaustive on purpose: a new outcome does not compile before its public
 * face is chosen.
 */
export function toHttp(outcome: ReceiveResult): HttpAnswer {
  switch (outcome.kind) {
    case "accepted":
    case "duplicate":
      return { status: 200, body: { delivery_id: outcome.deliveryId, status: outcome.kind } };
    case "pong":
      return { status: 200, body: { status: "pong" } };
    case "verification_failed":
      return { status: 401, body: { error: "verification_failed" } };
    case "endpoint_unknown":
    case "endpoint_disabled":
      return { status: 404, body: { error: "not_found" } };
    case "body_unreadable":
      return { status: 400, body: { error: "body_unreadable" } };
    case "body_too_large":
      return { status: 413, body: { error: "body_too_large" } };
    case "unsupported_media_type":
      return { status: 415, body: { error: "unsupported_media_type" } };
    case "overloaded":
    case "store_unavailable":
      return {
        status: 503,
        body: { error: "unavailable" },
        headers: { "retry-after": RETRY_AFTER_SECONDS },
      };
  }
}
