/**
 * Rows as `COPY … FROM STDIN (FORMAT binary)` takes them, in big-endian numbers. Pure.
 * https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
 */

/**
 * A value as its column has it: `text` from a string or from its UTF-8, `integer` from a number,
 * `bigint`, `boolean`.
 */
export type CopyField = string | Uint8Array | number | bigint | boolean;
export type CopyRows = readonly (readonly CopyField[])[];

const SIGNATURE = Uint8Array.from("PGCOPY\n\xff\r\n\0", (it) => it.charCodeAt(0));
/** Flags, and the length of an extension that there is not: four bytes each. */
const HEADER_BYTES = SIGNATURE.length + 4 + 4;
/** A row begins with the number of its fields, a field with the number of its bytes. */
const COUNT_BYTES = 2;
const LENGTH_BYTES = 4;
const INTEGER_BYTES = 4;
const BIGINT_BYTES = 8;
const NO_MORE_ROWS = -1;
/** UTF-8 takes three bytes at most for one unit of a JavaScript string. */
const MOST_BYTES_A_UNIT = 3;

const encoder = new TextEncoder();

/** How many bytes these rows take at most. */
export function capacityFor(rows: CopyRows): number {
  return rows.reduce((sum, row) => sum + mostBytes(row), HEADER_BYTES + COUNT_BYTES);
}

/**
 * Writes the whole stream for these rows, from its signature to its end, into `bytes`; answers the
 * part that it fills.
 */
export function writeBinaryCopy(rows: CopyRows, bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  bytes.set(SIGNATURE);
  bytes.fill(0, SIGNATURE.length, HEADER_BYTES);
  let at = HEADER_BYTES;
  for (const row of rows) {
    view.setInt16(at, row.length);
    at += COUNT_BYTES;
    for (const field of row) {
      const length = writeField(field, bytes, view, at + LENGTH_BYTES);
      view.setInt32(at, length);
      at += LENGTH_BYTES + length;
    }
  }
  view.setInt16(at, NO_MORE_ROWS);
  return bytes.subarray(0, at + COUNT_BYTES);
}

function mostBytes(row: readonly CopyField[]): number {
  return row.reduce<number>((sum, field) => {
    if (typeof field === "string") return sum + LENGTH_BYTES + field.length * MOST_BYTES_A_UNIT;
    return sum + LENGTH_BYTES + (field instanceof Uint8Array ? field.length : BIGINT_BYTES);
  }, COUNT_BYTES);
}

/** Answers how many bytes the value took. */
function writeField(field: CopyField, bytes: Uint8Array, view: DataView, at: number): number {
  if (typeof field === "string") return encoder.encodeInto(field, bytes.subarray(at)).written;
  if (field instanceof Uint8Array) {
    bytes.set(field, at);
    return field.length;
  }
  if (typeof field === "bigint") {
    view.setBigInt64(at, field);
    return BIGINT_BYTES;
  }
  if (typeof field === "number") {
    view.setInt32(at, field);
    return INTEGER_BYTES;
  }
  view.setUint8(at, Number(field));
  return 1;
}
