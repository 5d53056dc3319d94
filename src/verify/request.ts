/** What a scheme's verifier is given and what it returns. Types only. */
import type { LiveSecret } from "../model/endpoint.ts";
import type { VerificationFailure } from "./failure.ts";

/** A request as it came in: nobody has shown yet that its sender may be believed. */
export interface UnverifiedDelivery {
  /** By name in any case; undefined where absent. */
  header(name: string): string | undefined;
  /** The exact bytes received. */
  readonly body: Uint8Array;
  /** The path segment after the endpoint's id, decoded; undefined where there is none. */
  readonly urlToken: string | undefined;
}

/** Never empty: verify.ts refuses before a scheme is asked without a secret. */
export type LiveSecrets = readonly [LiveSecret, ...LiveSecret[]];

/** Which secret the sender proved to hold, or why not. */
export type Check =
  | { readonly ok: true; readonly secretId: string }
  | { readonly ok: false; readonly failure: VerificationFailure };

export const refused = (failure: VerificationFailure): Check => ({ ok: false, failure });

/**
 * The check's answer where one of the secrets must match: the first that does, else the failure.
 */
export function anySecret(
  secrets: LiveSecrets,
  matches: (secret: string) => boolean,
  failure: VerificationFailure,
): Check {
  const secret = secrets.find(({ value }) => matches(value));
  return secret ? { ok: true, secretId: secret.id } : refused(failure);
}
