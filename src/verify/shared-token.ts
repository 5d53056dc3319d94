/**
 * Verifies a secret that the sender repeats verbatim. Says nothing about the body: whoever knows
 * the URL may write it.
 */
import { equalBytes, sha256 } from "./constant-time.ts";
import { anySecret, refused } from "./request.ts";
import type { Check, LiveSecrets, UnverifiedDelivery } from "./request.ts";
import type { SharedTokenScheme } from "./scheme.ts";

/** The header in which any sender that can set headers may carry the secret. */
export const TOKEN_HEADER = "x-activitysmith-webhook-secret";

/** Believed where any of the places that may carry the token carries a live secret. */
export function verifySharedToken(
  scheme: SharedTokenScheme,
  request: UnverifiedDelivery,
  secrets: LiveSecrets,
): Check {
  const tokens = [
    request.urlToken,
    request.header(TOKEN_HEADER),
    scheme.header === undefined ? undefined : request.header(scheme.header),
  ]
    .filter((token) => token !== undefined)
    .filter((token) => token !== "")
    .map(sha256);
  if (tokens.length === 0) return refused({ reason: "token_missing" });
  const matches = (secret: string) => {
    const expected = sha256(secret);
    return tokens.some((token) => equalBytes(token, expected));
  };
  return anySecret(secrets, matches, { reason: "token_mismatch" });
}
