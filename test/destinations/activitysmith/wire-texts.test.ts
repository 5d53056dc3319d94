/** Which characters and tags leave: arbitrary texts, and the ones that have gone wrong. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cleanText } from "../../../src/util/clean-text.ts";
import { pushRequest } from "../../../src/destinations/activitysmith/contract.ts";
import { tagsFrom } from "../../../src/destinations/activitysmith/tags.ts";
import { wireTexts } from "../../../src/destinations/activitysmith/wire-texts.ts";

/** Any UTF-16 at all, halves of surrogate pairs and controls more often than chance has them. */
const anyUtf16 = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd800, max: 0xdfff }),
      fc.integer({ min: 0, max: 0x9f }),
      fc.constantFrom(0x1b, 0x5b, 0x6d, 0x200b, 0x202e, 0x2066, 0x0301, 0x2028, 0xfeff),
    ),
    { maxLength: 60 },
  )
  .map((units) => String.fromCharCode(...units));

const UNSENDABLE = /(?!\n)[\p{Cc}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/u;

describe("a clean text", () => {
  test("is well-formed, without controls and bidi overrides, and stays as it is", () => {
    fc.assert(
      fc.property(anyUtf16, fc.constantFrom("keep", "join"), (text, lines) => {
        const clean = cleanText(text, lines);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toMatch(UNSENDABLE);
        if (lines === "join") expect(clean).not.toContain("\n");
        expect(cleanText(clean, lines)).toBe(clean);
      }),
    );
  });

  test.each([
    ["half an emoji", "Fix \ud83d cart", "Fix cart"],
    ["its other half", "\udc4d Fix", "Fix"],
    ["a NUL", "a\u0000b", "ab"],
    ["halves that a control keeps apart", "\ud83d\u0000\udc4d", ""],
    ["colours of a terminal", "\u001b[31;1mfailed\u001b[0m at 3", "failed at 3"],
    ["colours by a control of C1", "\u009b31mfailed", "failed"],
    [
      "a link of a terminal",
      "\u001b]8;;https://a.example\u0007log\u001b]8;;\u001b\\ here",
      "log here",
    ],
    ["a title of a terminal without its end", "\u001b]0;Deploy failed", "]0;Deploy failed"],
    ["a character set of a terminal", "\u001b(Bfailed", "failed"],
    ["a control of C1", "a\u009bb", "ab"],
    ["lines", "one\r\ntwo\u2028three\u0085four", "one two three four"],
    ["an override", "user\u202Egpj.exe", "usergpj.exe"],
    ["an isolate", "\u2067abc\u2069", "abc"],
    ["zero-width blanks alone", "\u200b\u2060\ufeff", ""],
    ["fillers alone", "\u3164 \u115f \u2800", ""],
    ["a noncharacter", "a\uffff", "a"],
    ["marks without end", `a${"\u0301".repeat(500)}`, `a${"\u0301".repeat(8)}`],
    ["a joined emoji", "👩‍👩‍👧‍👦 ok", "👩‍👩‍👧‍👦 ok"],
    ["a flag of tags", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["Arabic", "تم النشر", "تم النشر"],
  ])("of %s", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });
});

describe("tags", () => {
  test("of any texts are what the core API takes", () => {
    const anyText = fc.oneof(anyUtf16, fc.string({ unit: "grapheme", maxLength: 90 }));
    fc.assert(
      fc.property(fc.array(anyText, { maxLength: 40 }), (texts) => {
        const tags = tagsFrom(texts);
        expect(tags.length).toBeLessThanOrEqual(20);
        expect(new Set(tags).size).toBe(tags.length);
        for (const tag of tags) expect(tag).toMatch(/^[a-z0-9][a-z0-9._:-]{0,63}$/);
        expect(tagsFrom(tags)).toEqual(tags);
      }),
    );
  });

  test.each([
    ["Preview – web-shop", "preview-web-shop"],
    ["My Shop", "my-shop"],
    ["PR #12", "pr-12"],
    ["user:1", "user:1"],
    ["v1.2_rc", "v1.2_rc"],
    ["Zürich Straße", "zurich-strasse"],
    ["🚀 shop", "shop"],
    ["--x--", "x"],
  ])("%s is %s", (text, tag) => {
    expect(tagsFrom([text])).toEqual([tag]);
  });

  test.each([
    ["64 characters", "a".repeat(64), /^a{64}$/],
    ["65 characters", "a".repeat(65), /^a{55}-[0-9a-f]{8}$/],
    ["a break where it is cut", `${"a".repeat(52)}...${"b".repeat(20)}`, /^a{52}-[0-9a-f]{8}$/],
    ["breaks before it is cut", `${"a-".repeat(40)}b`, /^(a-){27}a-[0-9a-f]{8}$/],
    ["several marks on a letter", "ǖber", /^uber$/],
  ])("of %s", (_, text, expected) => {
    expect(tagsFrom([text])[0]).toMatch(expected);
  });

  test("are twenty at most, the first of them", () => {
    const texts = Array.from({ length: 30 }, (_, at) => `tag-${at}`);
    expect(tagsFrom(texts)).toEqual(texts.slice(0, 20));
  });

  test("are taken from texts alone, and only where they are tags", () => {
    expect(wireTexts({ tags: ["My Shop", 7, null], title: "a", list: ["My Shop", null] })).toEqual({
      tags: ["my-shop"],
      title: "a",
      list: ["My Shop", null],
    });
  });

  test("of names of other scripts differ, and are the same each time", () => {
    const names = ["Магазин", "Лавка", "店", "Магазин 2", "Лавка 2", "🚀", "🎉", "###"];
    const tags = tagsFrom(names);
    expect(tags).toHaveLength(names.length);
    expect(tagsFrom(names)).toEqual(tags);
    expect(tags[3]).toMatch(/^2-[0-9a-f]{8}$/);
  });

  test("of long names that begin alike differ", () => {
    const name = "a-very-long-name-".repeat(5);
    expect(tagsFrom([`${name}1`, `${name}2`])).toHaveLength(2);
  });

  test("of texts of which nothing can be seen are none", () => {
    expect(tagsFrom(["", " ", "\u200b", "\ud83d"])).toEqual([]);
  });
});

describe("the gate", () => {
  test("any texts make a body that a strict API takes, whatever call they stand in", () => {
    fc.assert(
      fc.property(anyUtf16, anyUtf16, anyUtf16, (title, subtitle, message) => {
        const button = { title, type: "open_url", url: "https://web-shop.example/" };
        const push = { title, subtitle, message, actions: [button], tags: [title, subtitle] };
        const body = wireTexts(push);
        expect(pushRequest.safeParse(body).error?.issues).toBeUndefined();
        const json = JSON.stringify(body);
        // A lone surrogate or a control would stand there as an escape.
        expect(json).not.toMatch(/\\u/);
        expect(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(encoded(json)))).toEqual(
          body,
        );
        expect(wireTexts(body)).toEqual(body);
      }),
    );
  });

  test("leaves out what cannot be seen, but for a title, and keeps the lines of prose", () => {
    const push = { title: "\u200b", subtitle: " ", message: "one\n\u0000two", badge: 0 };
    expect(wireTexts(push)).toEqual({ title: "Untitled", message: "one\ntwo", badge: 0 });
  });
});

const encoded = (text: string) => new TextEncoder().encode(text);
