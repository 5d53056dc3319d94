/** Every way in which a verification can fail, with the facts to debug it. Types only. */

/**
 * Why a delivery was not believed. The facts are for the operator; no secret or signature is ever
 * among them.
 */
export type VerificationFailure =
  | { readonly reason: "no_secret_configured" }
  /** None of the live secrets has the form that the scheme needs. */
  | { readonly reason: "secret_undecodable"; readonly expected: string }
  | { readonly reason: "signature_missing"; readonly header: string }
  | { readonly reason: "signature_malformed"; readonly header: string; readonly detail: string }
  | { readonly reason: "signature_mismatch"; readonly header: string }
  | { readonly reason: "body_hash_mismatch"; readonly claim: string }
  | { readonly reason: "issuer_mismatch"; readonly expected: string }
  | { readonly reason: "timestamp_missing"; readonly header: string }
  | { readonly reason: "timestamp_malformed"; readonly header: string }
  | {
      readonly reason: "timestamp_outside_tolerance";
      readonly ageSeconds: number;
      readonly toleranceSeconds: number;
    }
  | { readonly reason: "token_missing" }
  | { readonly reason: "token_mismatch" }
  | { readonly reason: "body_not_utf8" }
  | { readonly reason: "pin_missing"; readonly pinned: string }
  | { readonly reason: "pin_mismatch"; readonly pinned: string; readonly received: string };
