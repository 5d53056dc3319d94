/** One scheme of every kind and variant, for tests that hold for all of them. */
import {
  bodyHashJws,
  hmac,
  sharedToken,
  standardWebhooks,
  type Scheme,
} from "../../src/verify/scheme.ts";

const timestamp = { joiner: ".", toleranceSeconds: 300 } as const;
const base = { header: "x-signature", algorithm: "sha256", encoding: "hex" } as const;
const list = { separator: ",", key: "v1" };

/** Schemes whose signature covers the body. */
export const SIGNED_SCHEMES: Readonly<Record<string, Scheme>> = {
  "hmac, hex": hmac(base),
  "hmac, sha1 and prefix": hmac({ ...base, algorithm: "sha1", prefix: "sha1=" }),
  "hmac, base64": hmac({ ...base, encoding: "base64" }),
  "hmac, list": hmac({ ...base, list }),
  "hmac, time in a header": hmac({
    ...base,
    timestamp: { ...timestamp, from: { header: "x-timestamp" } },
  }),
  "hmac, time in the list": hmac({
    ...base,
    list,
    timestamp: { ...timestamp, from: { listKey: "t" } },
  }),
  "hmac, list and time in a header": hmac({
    ...base,
    list,
    timestamp: { ...timestamp, from: { header: "x-timestamp" } },
  }),
  "body-hash-jws": bodyHashJws({ header: "x-token", hashClaim: "sha256", issuer: "acme" }),
  "standard-webhooks": standardWebhooks(),
};

export const SCHEMES: Readonly<Record<string, Scheme>> = {
  ...SIGNED_SCHEMES,
  "shared-token": sharedToken(),
  "shared-token, own header": sharedToken({ header: "x-token" }),
};
