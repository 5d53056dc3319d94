/** The verifier with every scheme at hand. */
import type { LiveSecret } from "../model/endpoint.ts";
import type { UnverifiedDelivery } from "./request.ts";
import type { Scheme } from "./scheme.ts";
import { verifyStandardWebhooks } from "./standard-webhooks.ts";
import { verifyWith } from "./verifier.ts";
import type { VerificationResult } from "./verifier.ts";

export type { UnverifiedDelivery } from "./request.ts";
export type { VerificationResult, VerifiedDelivery } from "./verifier.ts";

/** As `verifyWith`. */
export const verify = (
  scheme: Scheme,
  request: UnverifiedDelivery,
  secrets: readonly LiveSecret[],
  nowMs: number,
): VerificationResult => verifyWith(verifyStandardWebhooks, scheme, request, secrets, nowMs);
