/**
 * Programs are compiled against the library's types: what was there stays as it was, new things may
 * come.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { declarationsOf, ENTRIES, RECORD, summaryOf } from "../../src/cli/scripts/public-types.ts";

test("the public types only grow", { timeout: 240_000 }, () => {
  const present = new Set(summaryOf(declarationsOf(Object.values(ENTRIES))));
  const recorded = readFileSync(RECORD, "utf8").trimEnd().split("\n");
  expect(recorded.length).toBeGreaterThan(100);
  expect(recorded.filter((line) => !present.has(line))).toEqual([]);
});

test("a member that goes or changes is seen, one that comes is not held against it", () => {
  const of = (members: string) =>
    summaryOf(
      new Map([["src/library/a.d.ts", `/** Some. */\nexport interface A {\n${members}\n}\n`]]),
    );
  const before = of("    /** One; two. */\n    one: string;\n    two?: { a: 1; };");
  expect(before).toEqual([
    "src/library/a.d.ts: export interface A",
    "src/library/a.d.ts: export interface A → one: string;",
    "src/library/a.d.ts: export interface A → two?: { a: 1; };",
  ]);
  const gone = (after: string[]) => before.filter((line) => !after.includes(line));
  expect(gone(of("    one: string;\n    two?: { a: 1; };\n    three?: 3;"))).toEqual([]);
  expect(gone(of("    one: number;\n    two?: { a: 1; };"))).toEqual([
    "src/library/a.d.ts: export interface A → one: string;",
  ]);
});
