/** The comparison and the decodings that every scheme rests on. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64, fromBase64Url, fromHex, fromUtf8 } from "../../src/util/decode.ts";
import { equalBytes, equalTexts } from "../../src/verify/constant-time.ts";

/** The same bytes in the middle of a bigger buffer full of noise. */
function viewOf(bytes: Uint8Array, noise: number): Uint8Array {
  const buffer = new Uint8Array(bytes.length + 16).fill(noise);
  buffer.set(bytes, 8);
  return buffer.subarray(8, 8 + bytes.length);
}

describe("equalBytes", () => {
  test("views of bigger buffers compare by what they show", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.nat(255), fc.nat(255), (bytes, one, other) => {
        expect(equalBytes(viewOf(bytes, one), viewOf(bytes, other))).toBe(true);
      }),
    );
    const pool = new TextEncoder().encode("AAAABBBB");
    expect(equalBytes(pool.subarray(0, 4), pool.subarray(4, 8))).toBe(false);
  });

  test("one flipped bit makes them differ", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), fc.nat(7), (bytes, at, bit) => {
        const flipped = bytes.with(at % bytes.length, (bytes[at % bytes.length] ?? 0) ^ (1 << bit));
        expect(equalBytes(bytes, flipped)).toBe(false);
      }),
    );
  });

  test("different lengths differ and do not throw", () => {
    expect(equalBytes(new Uint8Array(3), new Uint8Array(4))).toBe(false);
    expect(equalBytes(new Uint8Array(), new Uint8Array(1))).toBe(false);
  });
});

describe("decoding", () => {
  test("gives back what was encoded", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const buffer = Buffer.from(bytes);
        const { length } = bytes;
        expect(fromHex(buffer.toString("hex"), length)).toEqual(bytes);
        expect(fromHex(buffer.toString("hex").toUpperCase(), length)).toEqual(bytes);
        expect(fromBase64(buffer.toString("base64"), length)).toEqual(bytes);
        expect(fromBase64Url(buffer.toString("base64url"), length)).toEqual(bytes);
        expect(fromHex(buffer.toString("hex"), length + 1)).toBeUndefined();
      }),
    );
  });

  test("two texts never decode to the same bytes, letter case in hex aside", () => {
    fc.assert(
      fc.property(fc.base64String(), fc.base64String(), (one, other) => {
        const decoded = [fromBase64(one), fromBase64(other)];
        fc.pre(one !== other && decoded.every((bytes) => bytes !== undefined));
        expect(decoded[0]).not.toEqual(decoded[1]);
      }),
    );
  });

  test.each(["0", "0g", " 00", "00\n", "0x00", "٠٠"])("hex refuses %j", (text) => {
    expect(fromHex(text)).toBeUndefined();
  });

  test.each(["QQ", "QQ=", "QR==", "QQ==\n", " QQ==", "Q-==", "QQ==QQ==", "=", "é==="])(
    "base64 refuses %j",
    (text) => {
      expect(fromBase64(text)).toBeUndefined();
    },
  );

  test.each(["QQ==", "QR", "Q", "Q+A", "Q/A", "QQ "])("base64url refuses %j", (text) => {
    expect(fromBase64Url(text)).toBeUndefined();
  });

  test("UTF-8 keeps a byte order mark and refuses what is not UTF-8", () => {
    expect(fromUtf8(new TextEncoder().encode("\uFEFF{} 🚀"))).toBe("\uFEFF{} 🚀");
    expect(fromUtf8(Uint8Array.of(0x7b, 0xff, 0x7d))).toBeUndefined();
    expect(fromUtf8(Uint8Array.of(0xc0, 0xaf))).toBeUndefined();
    expect(fromUtf8(Uint8Array.of(0xed, 0xa0, 0x80))).toBeUndefined();
  });
});

test.each([
  ["", "", true],
  ["right", "right", true],
  ["right", "righ", false],
  ["right", "wrong", false],
  ["", "right", false],
])("%j and %j are the same text: %s", (one, other, same) => {
  expect(equalTexts(one, other)).toBe(same);
});
