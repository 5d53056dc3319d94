/** The documents for contributors name files that exist. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const PATH = /`((?:src|adapters|test|recordings|bench|docs)\/[^`{*<]*)`/g;

test.each([
  ["ARCHITECTURE.md", 30],
  ["CONTRIBUTING.md", 1],
])("every path in %s exists", (document, atLeast) => {
  const text = readFileSync(join(ROOT, document), "utf8");
  const paths = [...text.matchAll(PATH)].map(([, path = ""]) => path);
  expect(paths.length).toBeGreaterThanOrEqual(atLeast);
  expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
