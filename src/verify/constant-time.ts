/** The one constant-time comparison. No secret is known here. */
import { timingSafeEqual } from "node:crypto";

/**
 * Whether two byte strings are equal, in a time that depends on their lengths only. Views into bigger buffers compare
 * by what they show, not by what lies around them.
 */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}
