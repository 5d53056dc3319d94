/** The format of a spool's records: length and CRC-32 of what follows, then a delivery as JSON. Holds nothing. */
import type { FileHandle } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { NewDelivery } from "../../../model/delivery.ts";
import { fromJson, toJson } from "../../delivery-json.ts";

/** Length and CRC-32 of the record that follows, each 32 bits, big-endian. */
const HEADER_BYTES = 8;
/** With its header; a longer one would not be believed when it is read back. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;

export function recordOf(delivery: NewDelivery): Buffer {
  const payload = Buffer.from(JSON.stringify(toJson(delivery)));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(payload.length, 0);
  header.writeUInt32BE(crc32(payload), 4);
  return Buffer.concat([header, payload]);
}

/** The deliveries up to the first record that is cut off or garbled; the file is cut there. */
export async function recover(
  file: FileHandle,
): Promise<{ deliveries: NewDelivery[]; end: number }> {
  const bytes = await file.readFile();
  const deliveries: NewDelivery[] = [];
  let end = 0;
  for (;;) {
    const payload = payloadAt(bytes, end);
    if (!payload) break;
    // What another version wrote and this store cannot take, the store refuses.
    deliveries.push(fromJson(JSON.parse(payload.toString("utf8"))));
    end += HEADER_BYTES + payload.length;
  }
  if (end < bytes.length) await file.truncate(end);
  return { deliveries, end };
}

function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const size = bytes.readUInt32BE(at);
  const payload = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + size);
  // Some file systems fill a torn tail with zeros, and those are the right checksum of nothing.
  if (size === 0 || size > MAX_RECORD_BYTES || payload.length < size) return undefined;
  return crc32(payload) === bytes.readUInt32BE(at + 4) ? payload : undefined;
}
