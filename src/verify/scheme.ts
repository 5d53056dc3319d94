/**
 * Verification schemes as data: an adapter declares one of these values and `verify.ts` alone
 * executes it. Nothing here computes; the constructors only give the declarations a readable form.
 */

/**
 * HMAC over the raw body, or over a text that holds the body.
 *
 * The header's value is taken as one signature, as `prefix` + signature, or with `list` as several
 * (`v1=…,v1=…`), of which one must match.
 */
export interface HmacScheme {
  readonly kind: "hmac";
  /** Header that carries the signature, lower case. */
  readonly header: string;
  readonly algorithm: "sha1" | "sha256";
  readonly encoding: "hex" | "base64";
  /** Literal text before the signature, e.g. `sha256=`; a value without it is refused. */
  readonly prefix?: string;
  /**
   * `key=value` pairs in one header: the values under `key` are the signatures, any one may match.
   */
  readonly list?: { readonly separator: string; readonly key: string };
  /**
   * A signed time in unix seconds. `from` is a header of its own or a key of the `list`.
   * The signed text is then `{timestamp}{joiner}{body}`.
   */
  readonly timestamp?: {
    readonly from: { readonly header: string } | { readonly listKey: string };
    readonly joiner: string;
    readonly toleranceSeconds: number;
  };
}

/**
 * A compact JWS (RFC 7515) whose claims carry the SHA-256 of the raw body; `alg` must be HS256,
 * whatever the token says.
 */
export interface BodyHashJwsScheme {
  readonly kind: "body-hash-jws";
  readonly header: string;
  /** The claim that holds the lower-case hex SHA-256 of the body. */
  readonly hashClaim: string;
  readonly issuer: string;
}

/**
 * Standard Webhooks 1.0 (`webhook-*` or `svix-*` headers),
 * https://github.com/standard-webhooks/standard-webhooks.
 */
export interface StandardWebhooksScheme {
  readonly kind: "standard-webhooks";
}

/**
 * A secret that the sender repeats verbatim: as the last path segment of the hook URL, in the
 * header
 * `x-activitysmith-webhook-secret`, or in a header of the provider's own.
 */
export interface SharedTokenScheme {
  readonly kind: "shared-token";
  /** A further header that may carry the secret, lower case. */
  readonly header?: string;
}

/** Accepts everything. Exists only as a named, reasoned choice. */
export interface UnsignedScheme {
  readonly kind: "unsigned";
  readonly because: string;
}

export type Scheme =
  | HmacScheme
  | BodyHashJwsScheme
  | StandardWebhooksScheme
  | SharedTokenScheme
  | UnsignedScheme;

export const hmac = (scheme: Omit<HmacScheme, "kind">): HmacScheme => ({ kind: "hmac", ...scheme });

export const bodyHashJws = (scheme: Omit<BodyHashJwsScheme, "kind">): BodyHashJwsScheme => ({
  kind: "body-hash-jws",
  ...scheme,
});

export const standardWebhooks = (): StandardWebhooksScheme => ({ kind: "standard-webhooks" });

export const sharedToken = (scheme: Omit<SharedTokenScheme, "kind"> = {}): SharedTokenScheme => ({
  kind: "shared-token",
  ...scheme,
});

export const unsigned = (scheme: Omit<UnsignedScheme, "kind">): UnsignedScheme => ({
  kind: "unsigned",
  ...scheme,
});
