/**
 * Bytes as texts, as base64, and what stands in them; fast on bodies of any size. Pure, nothing
 * throws.
 */
import { Buffer, isUtf8 as isUtf8Bytes } from "node:buffer";

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
const encoder = new TextEncoder();

/** The UTF-8 bytes of a text. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** The text of UTF-8 bytes, a byte order mark included; what is not UTF-8 becomes U+FFFD. */
export function textOf(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

export function isUtf8(bytes: Uint8Array): boolean {
  return isUtf8Bytes(bytes);
}

/** Whether a byte, or a string of bytes, stands anywhere in the others. The empty one does. */
export function holds(bytes: Uint8Array, part: number | Uint8Array): boolean {
  return bufferOf(bytes).includes(typeof part === "number" ? part : bufferOf(part));
}

/** Base64 with padding (RFC 4648 section 4). */
export function base64(bytes: Uint8Array): string {
  return bufferOf(bytes).toString("base64");
}

/** Base64url without padding (RFC 4648 section 5). */
export function base64Url(bytes: Uint8Array): string {
  return bufferOf(bytes).toString("base64url");
}

/** The same bytes, not a copy of them. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
