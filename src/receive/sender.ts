/** Where a request came from, for the operator's eyes: nothing is decided by it. No I/O. */
import type { IncomingHeaders } from "./receive.ts";
import { headerValue } from "./redact.ts";

const MAX_LENGTH = 100;
/**
 * Loopback, private and link-local addresses: whoever has one is a proxy in front of the gateway.
 */
const NEARBY =
  /^(::1$|::ffff:127\.|127\.|10\.|::ffff:10\.|192\.168\.|::ffff:192\.168\.|172\.(1[6-9]|2\d|3[01])\.|::ffff:172\.|f[cd]|fe80:)/i;

/**
 * The sender's address as text; undefined where it is not known. What a request says of itself is
 * believed only where a proxy must have said it.
 *
 * @param peer the other end of the connection; undefined where the platform hides it, as Workers do
 */
export function senderOf(headers: IncomingHeaders, peer: string | undefined): string | undefined {
  if (peer !== undefined && !NEARBY.test(peer)) return peer;
  const forwarded = headerValue(headers["x-forwarded-for"])?.split(",").at(-1)?.trim();
  const told = headerValue(headers["cf-connecting-ip"]) ?? (forwarded || peer);
  return told?.slice(0, MAX_LENGTH);
}
