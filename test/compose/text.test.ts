/** Texts: cut between graphemes, durations as a person says them, links that are https only. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  capitalized,
  cut,
  dotted,
  dottedAround,
  dottedWithin,
  duration,
  firstLine,
  httpsUrl,
  shortCommit,
} from "../../src/compose/text.ts";

const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
const graphemesOf = (text: string) => Array.from(segmenter.segment(text), (it) => it.segment);

describe("cut", () => {
  const FAMILY = "👩‍👩‍👧‍👦";
  const FLAG = "🇨🇭";
  const COMBINED = "e\u0301\u0323";
  const text = fc
    .array(
      fc.oneof(
        fc.constantFrom(FAMILY, FLAG, COMBINED, "👍🏽", "1️⃣", "क्षि", " ", "a", "…"),
        fc.string({ unit: "grapheme-composite", minLength: 1, maxLength: 3 }),
      ),
      { maxLength: 30 },
    )
    .map((parts) => parts.join(""));
  const max = fc.integer({ min: 1, max: 12 });

  test("never exceeds the number of graphemes", () => {
    fc.assert(
      fc.property(text, max, (text, max) => {
        expect(graphemesOf(cut(text, max)).length).toBeLessThanOrEqual(max);
      }),
    );
  });

  test("keeps whole graphemes from the start, in their order", () => {
    fc.assert(
      fc.property(text, max, (text, max) => {
        const whole = graphemesOf(text.replace(/\s+/g, " ").trim());
        const short = `${whole
          .slice(0, max - 1)
          .join("")
          .trimEnd()}…`;
        expect(cut(text, max)).toBe(whole.length <= max ? whole.join("") : short);
      }),
    );
  });

  test.each([
    ["families", FAMILY, `${FAMILY}${FAMILY}…`],
    ["flags", FLAG, `${FLAG}${FLAG}…`],
    ["combining marks", COMBINED, `${COMBINED}${COMBINED}…`],
  ])("counts %s as one", (_, grapheme, expected) => {
    expect(cut(grapheme.repeat(3), 3)).toBe(grapheme.repeat(3));
    expect(cut(grapheme.repeat(4), 3)).toBe(expected);
  });

  test("makes one line of several, without blanks before the ellipsis", () => {
    expect(cut("  two\n\twords ", 20)).toBe("two words");
    expect(cut("two words", 5)).toBe("two…");
  });
});

test("a grapheme without end is its first character", () => {
  expect(cut("👩\u200d".repeat(200), 3)).toBe("👩");
});

/** One grapheme of many: 3 characters each but for the last, which has 2. */
const joined = (people: number) => Array(people).fill("👩").join("\u200d");

test("a grapheme that is longer than any in use is its first character, where it has to be cut", () => {
  expect(cut(joined(13) + "a".repeat(60), 2)).toBe(`${joined(13)}…`);
  expect(cut(joined(14) + "a".repeat(60), 2)).toBe("👩…");
  expect(cut(joined(14), 41)).toBe(joined(14));
  expect(cut(joined(14), 40)).toBe("👩");
});

test.each([
  [10, ["12345", "12345"], "12345"],
  [13, ["12345", "12345"], "12345 · 12345"],
  [13, ["12345", "12345", "1"], "12345 · 12345"],
  [17, ["12345", "12345", "1"], "12345 · 12345 · 1"],
  [13, ["1234567890123"], "1234567890123"],
  [12, ["1234567890123"], "12345678901…"],
  [16, ["1", "1234567890123"], "1 · 12345678901…"],
  [15, ["1", "1234567890123"], "1"],
])("%i graphemes take of %j: %s", (max, parts, said) => {
  expect(dottedWithin(max, ...parts)).toBe(said);
});

test.each([
  [["Building", "main", "8a0c5f9"], "Building · main · 8a0c5f9"],
  [["Building", "feature/checkout", "eeeb91c"], "Building · feature/checkout"],
  [["Building", "\u200b", "eeeb91c"], "Building · eeeb91c"],
  [["Building", "dependabot/npm_and_yarn/left-pad", "eeeb91c"], "Building · dependabot/npm_an…"],
  [["A step with quite a long name", "main", "eeeb91c"], "A step with quite a long name"],
  [["A step with much too long a name", "main", "eeeb91c"], "A step with much too long a…"],
  [[], ""],
])("of %j there is room for %s", (parts, said) => {
  expect(dottedWithin(29, ...parts)).toBe(said);
});

test.each([
  ["Exit code 1", ["main", "8a0c5f9"], "Failed · Exit code 1 · main · 8a0c5f9"],
  ["Exit code 137, killed", ["main", "8a0c5f9"], "Failed · Exit code 137, killed · main"],
  [
    "A script of the build has ended",
    ["main", "8a0c5f9"],
    "Failed · A script of… · main · 8a0c5f9",
  ],
  ["A script of the build has ended", ["feature/prices"], "Failed · A script of… · feature/prices"],
  ["A script has ended", ["feature/prices-with-tax"], "Failed · A script has ended"],
  [undefined, ["main", "8a0c5f9"], "Failed · main · 8a0c5f9"],
  ["", [], "Failed"],
])("around %j and %j there is room for %s", (middle, last, said) => {
  expect(dottedAround(38, "Failed", middle, last)).toBe(said);
});

test.each([
  [0, "1 s"],
  [850, "1 s"],
  [38_400, "38 s"],
  [59_600, "1 min"],
  [125_000, "2 min 5 s"],
  [3_600_000, "1 h"],
  [4_800_000, "1 h 20 min"],
  [273_600_000, "3 d 4 h"],
])("%i ms are said as %s", (ms, said) => {
  expect(duration(ms)).toBe(said);
});

test.each([
  ["https://web-shop.example/a?b=c#d", "https://web-shop.example/a?b=c#d"],
  ["HTTPS://Web-Shop.example/A", "https://web-shop.example/A"],
  ["https:web-shop.example", "https://web-shop.example/"],
  [" https://web-shop.example/a b ", "https://web-shop.example/a%20b"],
  ["http://web-shop.example", undefined],
  ["javascript:alert(1)//https://", undefined],
  ["shortcuts://run", undefined],
  ["web-shop.example", undefined],
  ["", undefined],
  [undefined, undefined],
])("of %j the https URL is %j", (text, url) => {
  expect(httpsUrl(text)).toBe(url);
});

test("a URL may be as long as the core API takes", () => {
  const url = (length: number) => "https://web-shop.example/".padEnd(length, "a");
  expect(httpsUrl(url(2_048))).toBe(url(2_048));
  expect(httpsUrl(url(2_049))).toBeUndefined();
});

test("the small ones", () => {
  expect(firstLine("\u200b\n \nFix the cart")).toBe("Fix the cart");
  expect(firstLine("\u200b\n ")).toBe("");
  expect(["8a0c5f9", "8a0c5f93", "x8a0c5f93", "8a0c5f93x"].map(shortCommit)).toEqual([
    "8a0c5f9",
    "8a0c5f9",
    "x8a0c5f93",
    "8a0c5f93x",
  ]);
  expect(firstLine("\n\nFix the cart\r\n\r\nLong story")).toBe("Fix the cart");
  expect(shortCommit("8a0c5f93e7d14b26f0a9e3c75d81b4620fe9c7a3")).toBe("8a0c5f9");
  expect(shortCommit("release-2026")).toBe("release-2026");
  expect(capitalized("preview")).toBe("Preview");
  expect(dotted("a", undefined, "", "b")).toBe("a · b");
});
