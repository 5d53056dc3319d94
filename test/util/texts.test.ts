/** Small pure parts as tables: durations, errors, names, addresses, and what of a text can be shown. */
import { describe, expect, test } from "vitest";
import { base64, base64Url, bytesOf, holds, isUtf8, textOf } from "../../src/util/bytes.ts";
import { cleanText } from "../../src/util/clean-text.ts";
import { hostsOf, isDatabaseUrl } from "../../src/util/database-url.ts";
import { duration } from "../../src/util/duration.ts";
import { messageOf, stackOf } from "../../src/util/error-text.ts";
import { sha256Hex } from "../../src/util/hash.ts";
import { nearestField, nearMiss } from "../../src/util/near-miss.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [0, "1 s"],
  [1_499, "1 s"],
  [1_500, "2 s"],
  [59 * SECOND, "59 s"],
  [MINUTE, "1 min"],
  [MINUTE + SECOND, "1 min 1 s"],
  [HOUR - SECOND, "59 min 59 s"],
  [HOUR, "1 h"],
  [HOUR + 20 * MINUTE + 5 * SECOND, "1 h 20 min"],
  [DAY - SECOND, "23 h 59 min"],
  [DAY, "1 d"],
  [3 * DAY + 4 * HOUR, "3 d 4 h"],
])("%i ms are %s", (ms, expected) => {
  expect(duration(ms)).toBe(expected);
});

test.each<[string, unknown, string]>([
  ["an error", new Error("away"), "away"],
  ["a text", "away", "away"],
  ["nothing", undefined, "undefined"],
  ["several", new AggregateError([new Error("one"), new Error("two")], "all"), "one"],
  ["several of none", new AggregateError([], "all"), "all"],
  ["several of several", new AggregateError([new AggregateError(["deep"])]), "deep"],
])("the message of %s", (_, thrown, expected) => {
  expect(messageOf(thrown)).toBe(expected);
});

test("a stack is told where there is one", () => {
  const error = new Error("away");
  expect(stackOf(error)).toBe(error.stack);
  expect(stackOf(error)).toContain("Error: away\n");
  delete error.stack;
  expect(stackOf(error)).toBe("away");
  expect(stackOf("away")).toBe("away");
});

test("a hash is of all its parts, one after the other (FIPS 180-2, appendix B)", () => {
  const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  expect(sha256Hex("abc")).toBe(abc);
  expect(sha256Hex("a", bytesOf("b"), "c")).toBe(abc);
});

describe("bytes", () => {
  test("are texts, with their byte order mark", () => {
    expect(textOf(bytesOf("\ufeffgrün"))).toBe("\ufeffgrün");
    expect(textOf(Uint8Array.of(0xff))).toBe("\ufffd");
    expect(isUtf8(bytesOf("grün"))).toBe(true);
    expect(isUtf8(Uint8Array.of(0xff))).toBe(false);
  });

  test("are found within a part of a buffer only", () => {
    const part = bytesOf("abcdef").subarray(1, 5);
    const found = ["bc", "e", "", "a", "f", "bd"].map((text) => holds(part, bytesOf(text)));
    expect(found).toEqual([true, true, true, false, false, false]);
    expect([0x62, 0x61].map((byte) => holds(part, byte))).toEqual([true, false]);
  });

  test("are base64 of either alphabet", () => {
    expect(base64(Uint8Array.of(0xfb, 0xff))).toBe("+/8=");
    expect(base64Url(Uint8Array.of(0xfb, 0xff))).toBe("-_8");
  });
});

describe("a mistyped setting", () => {
  const KNOWN = ["PORT", "PUBLIC_URL", "ADMIN_TOKEN", "ENCRYPTION_KEY"];
  test.each([
    ["ENCRYPTION_KEY", undefined],
    ["encryption_key", "ENCRYPTION_KEY"],
    ["ENCRIPTION_KEY", "ENCRYPTION_KEY"],
    ["ENCRYPTION_KY", "ENCRYPTION_KEY"],
    ["ENCRYPTIONN_KEYY", "ENCRYPTION_KEY"],
    ["ENCRYPTOIN_KEY", "ENCRYPTION_KEY"],
    ["ENCRIPTOIN_KEY", "ENCRYPTION_KEY"],
    ["ENCRIPTOIN_KEI", undefined],
    ["NCRYPTION_KEYYY", undefined],
    ["ADMIN_TOKE", "ADMIN_TOKEN"],
    ["ADMIN_TOK", undefined],
    ["PUBLIC_URI", "PUBLIC_URL"],
    ["UPBLIC_URL", "PUBLIC_URL"],
    ["PUBLIC_RUL", "PUBLIC_URL"],
    ["PULBIC_URLX", undefined],
    ["PUBLIC_URL_", "PUBLIC_URL"],
    ["PUBLIC_URLX_", undefined],
    ["PORTS", undefined],
    ["SOMETHING_ELSE", undefined],
    ["", undefined],
  ])("%s means %s", (name, expected) => {
    expect(nearMiss(name, KNOWN)).toBe(expected);
  });

  test("of twelve letters may have two slips, of eleven one, of seven none", () => {
    expect(nearMiss("ABCDEFGHIJXX", ["ABCDEFGHIJKL"])).toBe("ABCDEFGHIJKL");
    expect(nearMiss("ABCDEFGHIXX", ["ABCDEFGHIJK"])).toBeUndefined();
    expect(nearMiss("ABCDEFGX", ["ABCDEFGH"])).toBe("ABCDEFGH");
    expect(nearMiss("ABCDEFX", ["ABCDEFG"])).toBeUndefined();
  });
});

describe("a mistyped field", () => {
  const KNOWN = ["channels", "max_body_bytes", "me", "notify", "notes", "deliver"];
  test.each([
    ["channel", "channels"],
    ["Chanels", "channels"],
    ["maxBodyBytes", "max_body_bytes"],
    ["max-body-bytes", "max_body_bytes"],
    ["bytes", "max_body_bytes"],
    ["max", "max_body_bytes"],
    ["ma", undefined],
    ["notfy", "notify"],
    ["note", "notes"],
    ["delivery", "deliver"],
    ["ntoify", "notify"],
    ["ontify", "notify"],
    ["NOTIFY", "notify"],
    ["d", undefined],
    ["mex", "me"],
    ["xyz", undefined],
    ["body", undefined],
  ])("%s means %s", (name, expected) => {
    expect(nearestField(name, KNOWN)).toBe(expected);
  });

  test("is the nearest, wherever it stands", () => {
    expect(nearestField("notes", ["notify", "note", "notesy"])).toBe("note");
    expect(nearestField("abcdef", ["abcdxy", "abcdex"])).toBe("abcdex");
    expect(nearestField("abcdef", ["abcdex", "abcdxy"])).toBe("abcdex");
    expect(nearestField("abcdef", ["abcxyz"])).toBeUndefined();
  });
});

test.each<[string, string, boolean]>([
  ["postgres://u:p@db:5432/gw?sslmode=require", "db:5432", true],
  ["postgres://db/gw", "db", true],
  ["postgres://u:p@db-1:5432,db-2:5433/gw", "db-1:5432,db-2:5433", true],
  ["postgres://u:p%40ss@db-1,db-2/gw", "db-1,db-2", true],
  ["postgres://u:p@ss@db/gw", "db", true],
  ["postgres://u:p@ss@db-1,db-2/gw", "db-1,db-2", false],
  ["postgres://u:p/ss@db/gw", "u:p", false],
  ["postgres://u:p?ss@db/gw", "u:p", false],
  ["postgres://db/gw?user=a@b", "db", true],
  ["xpostgres://db/gw", "db", false],
  ["a postgres://db/gw", "", false],
  ["db/gw", "", false],
  ["postgres://db/gw\n", "db", true],
  ["postgresql://db/gw", "db", true],
  ["mysql://db/gw", "db", false],
  ["postgres://u:p%ss@db/gw", "db", false],
  ["postgres://u:p@db-1:x,db-2/gw", "db-1:x,db-2", false],
  ["postgres://u:p@db/gw?options=a@b", "db", true],
  ["not an address", "", false],
])("%s is at %s, and can be read: %s", (url, hosts, isReadable) => {
  expect(hostsOf(url)).toBe(hosts);
  expect(isDatabaseUrl(url)).toBe(isReadable);
});

test.each([
  ["a text", "web-shop", "web-shop"],
  ["blanks around", "  web  shop\t ", "web shop"],
  ["colours", "\u001b[1;31mfailed\u001b[0m", "failed"],
  ["colours in one byte", "\u009b31mfailed", "failed"],
  ["a link", "\u001b]8;;https://x.example\u0007here\u001b]8;;\u001b\\", "here"],
  ["a character set", "\u001b(Bplain", "plain"],
  ["a title without an end", "\u001b]0;title", "]0;title"],
  ["breaks of all kinds", "a\r\nb\rc\vd\u2028e", "a b c d e"],
  ["NUL and controls", "a\0b\u0007c", "abc"],
  ["half a pair", "a\ud800b", "ab"],
  ["an override", "a\u202eb\u2066c", "abc"],
  ["hidden tags", "a\u{e0041}\u{e0042}b", "ab"],
  ["a flag", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}", "\u{1f3f4}\u{e0067}\u{e0062}\u{e007f}"],
  ["piled marks", `a${"\u0301".repeat(20)}b`, `a${"\u0301".repeat(8)}b`],
  ["nothing to see", "\u200b\u2800\u3164", ""],
])("of %s is left what can be shown", (_, text, expected) => {
  expect(cleanText(text)).toBe(expected);
});

test("line breaks stay where they are wanted, all as one", () => {
  expect(cleanText(" a\r\n b\u2028c  d ", "keep")).toBe("a\n b\nc  d");
});
