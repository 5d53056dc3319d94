/**
 * Rows as COPY takes them, against literal bytes: as the manual lays them out, by hand.
 * https://www.postgresql.org/docs/current/sql-copy.html#id-1.9.3.55.9.4
 */
import { expect, test } from "vitest";
import { capacityFor, writeBinaryCopy } from "../../src/store/postgres/driver/binary-copy.ts";
import type { CopyRows } from "../../src/store/postgres/driver/binary-copy.ts";

/** "PGCOPY\n", 0xff, "\r\n", 0; no flags; no extension. */
const HEADER = "5047434f50590aff0d0a00 00000000 00000000";
const TRAILER = "ffff";

const bytesOf = (...parts: string[]) => Buffer.from(parts.join("").replaceAll(" ", ""), "hex");

const cases: [string, CopyRows, string[]][] = [
  ["no row", [], []],
  [
    "a text, an integer, a bigint, a boolean and the UTF-8 of a text",
    [["a", 1, 2n, true, Uint8Array.of(0x41)]],
    [
      "0005",
      "00000001 61",
      "00000004 00000001",
      "00000008 0000000000000002",
      "00000001 01",
      "00000001 41",
    ],
  ],
  [
    "two rows, with what is empty, negative, false and more than a byte a character",
    [
      ["", -1, -2n, false, new Uint8Array()],
      ["ü🚀", 0x01020304, 0x0102030405060708n],
    ],
    [
      "0005",
      "00000000",
      "00000004 ffffffff",
      "00000008 fffffffffffffffe",
      "00000001 00",
      "00000000",
      "0003",
      "00000006 c3bc f09f9a80",
      "00000004 01020304",
      "00000008 0102030405060708",
    ],
  ],
];

test.each(cases)("%s", (_name, rows, fields) => {
  const expected = bytesOf(HEADER, ...fields, TRAILER);
  const capacity = capacityFor(rows);
  expect(capacity).toBeGreaterThanOrEqual(expected.length);
  expect(Buffer.from(writeBinaryCopy(rows, new Uint8Array(capacity)))).toEqual(expected);
});

test("into a part of a larger buffer that was used before", () => {
  const buffer = new Uint8Array(200).fill(0xee);
  const written = writeBinaryCopy([["a", false]], buffer.subarray(50, 150));
  expect(Buffer.from(written)).toEqual(
    bytesOf(HEADER, "0002", "00000001 61", "00000001 00", TRAILER),
  );
  expect([buffer[49], buffer[50 + written.length]]).toEqual([0xee, 0xee]);
});
