/**
 * The format of a spool's records: length and CRC-32 of what follows, then a delivery as JSON.
 * Holds nothing.
 */
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

export interface Recovered {
  readonly deliveries: NewDelivery[];
  /** Where the last whole record ends; the file is cut there. */
  readonly end: number;
}

/**
 * All whole records of a file. One that is damaged costs itself only. What is cut off at the end
 * was never acknowledged: it is no damage.
 *
 * @param keep is handed what stands between whole records and is none, before the file is cut
 */
export async function recover(
  file: FileHandle,
  keep: (pieces: readonly Buffer[]) => void,
): Promise<Recovered> {
  const bytes = await file.readFile();
  const deliveries: NewDelivery[] = [];
  const damaged: Buffer[] = [];
  let end = 0;
  for (let at = 0; at < bytes.length;) {
    const payload = payloadAt(bytes, at);
    if (payload) {
      // What another version wrote and this store cannot take, the store refuses.
      deliveries.push(fromJson(JSON.parse(payload.toString("utf8"))));
      at += HEADER_BYTES + payload.length;
      end = at;
      continue;
    }
    const next = nextRecord(bytes, at);
    const piece = bytes.subarray(at, next);
    if (next < bytes.length || !isTorn(piece)) damaged.push(piece);
    at = next;
  }
  keep(damaged);
  if (end < bytes.length) await file.truncate(end);
  return { deliveries, end };
}

/** How the payload of every record begins. */
const PAYLOAD_START = Buffer.from('{"');

/** Where the next whole record begins, or the end of all. */
function nextRecord(bytes: Buffer, from: number): number {
  for (let search = from + HEADER_BYTES + 1; ;) {
    const found = bytes.indexOf(PAYLOAD_START, search);
    if (found < 0) return bytes.length;
    if (payloadAt(bytes, found - HEADER_BYTES)) return found - HEADER_BYTES;
    search = found + 1;
  }
}

/**
 * A record that was still being written: shorter than it says, or filled up with zeros, which no
 * JSON ends with.
 */
function isTorn(tail: Buffer): boolean {
  if (tail.length < HEADER_BYTES || tail.at(-1) === 0) return true;
  return tail.readUInt32BE(0) > tail.length - HEADER_BYTES;
}

function payloadAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  const size = bytes.readUInt32BE(at);
  const payload = bytes.subarray(at + HEADER_BYTES, at + HEADER_BYTES + size);
  // Some file systems fill a torn tail with zeros, and those are the right checksum of nothing.
  if (size === 0 || size > MAX_RECORD_BYTES || payload.length < size) return undefined;
  return crc32(payload) === bytes.readUInt32BE(at + 4) ? payload : undefined;
}
