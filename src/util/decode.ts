/** Strict decodings of bytes: hex, base64, base64url, UTF-8. Nothing throws on bad input. */
import { isUtf8, textOf } from "./bytes.ts";

const HEX = /^(?:[0-9a-f]{2})*$/i;

/**
 * The bytes of a hexadecimal text in either case, `length` of them where given; undefined for
 * anything else.
 */
export function fromHex(text: string, length?: number): Uint8Array | undefined {
  if (!HEX.test(text)) return undefined;
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = hexDigit(text.charCodeAt(at * 2)) * 16 + hexDigit(text.charCodeAt(at * 2 + 1));
  }
  return ofLength(bytes, length);
}

/** Of `0`–`9`, `A`–`F` and `a`–`f`, whose codes end in the bits of their values. */
const hexDigit = (code: number): number => (code & 0x0f) + (code >= 0x41 ? 9 : 0);

/**
 * The bytes of a base64 text (RFC 4648 section 4, padded, canonical), `length` of them where given;
 * undefined for anything else. Canonical: two texts never stand for the same bytes.
 */
export function fromBase64(text: string, length?: number): Uint8Array | undefined {
  const binary = binaryOf(text);
  // atob forgives white space, missing padding and stray trailing bits; encoding again does not.
  if (binary === undefined || btoa(binary) !== text) return undefined;
  return ofLength(
    Uint8Array.from(binary, (character) => character.charCodeAt(0)),
    length,
  );
}

/** The same for base64url without padding (RFC 4648 section 5, as JWS has it). */
export function fromBase64Url(text: string, length?: number): Uint8Array | undefined {
  if (/[+/=]/.test(text)) return undefined;
  const base64 = text.replaceAll("-", "+").replaceAll("_", "/");
  return fromBase64(base64.padEnd(Math.ceil(base64.length / 4) * 4, "="), length);
}

/** The text of UTF-8 bytes, a byte order mark included; undefined where they are not UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? textOf(bytes) : undefined;
}

function binaryOf(base64: string): string | undefined {
  try {
    return atob(base64);
  } catch {
    return undefined;
  }
}

function ofLength(bytes: Uint8Array, length: number | undefined): Uint8Array | undefined {
  return length === undefined || bytes.length === length ? bytes : undefined;
}
