/**
 * Signs a delivery the way a real sender does, for tests and simulations. Written apart from the
 * verifying code, so that a mistake there is not repeated here; never used on the way of a received
 * delivery.
 */
import { Buffer } from "node:buffer";
import { createHash, createHmac, createSecretKey } from "node:crypto";
import type { BodyHashJwsScheme, HmacScheme, Scheme } from "./scheme.ts";

export interface Unsigned {
  readonly body: Uint8Array;
  /** ms since the epoch: the time that schemes with a timestamp sign. */
  readonly nowMs: number;
  /** The message id of Standard Webhooks; a random one where absent. */
  readonly deliveryId?: string;
}

export interface Signed {
  /** The headers to add, by lower-case name. */
  readonly headers: Record<string, string>;
  /** The path segment to add to the hook URL. */
  readonly urlToken: string | undefined;
}

/**
 * What a sender that holds `secret` adds to its request. Throws where the secret is not of the
 * scheme's form.
 */
export function sign(scheme: Scheme, secret: string, delivery: Unsigned): Signed {
  switch (scheme.kind) {
    case "hmac":
      return { headers: hmacHeaders(scheme, secret, delivery), urlToken: undefined };
    case "body-hash-jws":
      return {
        headers: { [scheme.header]: jws(scheme, secret, delivery.body) },
        urlToken: undefined,
      };
    case "standard-webhooks":
      return { headers: standardHeaders(secret, delivery), urlToken: undefined };
    case "shared-token":
      return scheme.header === undefined
        ? { headers: {}, urlToken: secret }
        : { headers: { [scheme.header]: secret }, urlToken: undefined };
    case "unsigned":
      return { headers: {}, urlToken: undefined };
  }
}

function hmacHeaders(
  scheme: HmacScheme,
  secret: string,
  { body, nowMs }: Unsigned,
): Record<string, string> {
  const { timestamp, list, prefix = "" } = scheme;
  const seconds = String(Math.floor(nowMs / 1000));
  const mac = createHmac(scheme.algorithm, secret);
  if (timestamp) mac.update(seconds + timestamp.joiner);
  const signature = prefix + mac.update(body).digest(scheme.encoding);
  const pairs = list ? [`${list.key}=${signature}`] : [signature];
  if (timestamp && "header" in timestamp.from) {
    return { [timestamp.from.header]: seconds, [scheme.header]: pairs.join("") };
  }
  if (timestamp && "listKey" in timestamp.from) {
    pairs.unshift(`${timestamp.from.listKey}=${seconds}`);
  }
  return { [scheme.header]: pairs.join(list?.separator ?? "") };
}

function jws(scheme: BodyHashJwsScheme, secret: string, body: Uint8Array): string {
  const hash = createHash("sha256").update(body).digest("hex");
  const content = [
    { typ: "JWT", alg: "HS256" },
    { iss: scheme.issuer, [scheme.hashClaim]: hash },
  ]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

function standardHeaders(
  secret: string,
  { body, nowMs, deliveryId }: Unsigned,
): Record<string, string> {
  const id = deliveryId ?? `msg_${crypto.randomUUID()}`;
  const seconds = String(Math.floor(nowMs / 1000));
  const key = createSecretKey(secret.replace(/^whsec_/, ""), "base64");
  const mac = createHmac("sha256", key).update(`${id}.${seconds}.`).update(body);
  return {
    "webhook-id": id,
    "webhook-timestamp": seconds,
    "webhook-signature": `v1,${mac.digest("base64")}`,
  };
}
