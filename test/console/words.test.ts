/** Words of pages that are made by pure parts, as tables. */
import { expect, test } from "vitest";
import { runWords } from "../../src/console/views/projects.ts";

test.each([
  [
    { message: "Faster checkout\n\nWith a body.", commit: "5b1f0c9e", branch: "main" },
    "Faster checkout",
  ],
  [{ message: "  ", label: "redis:7", commit: "5b1f0c9e" }, "redis:7"],
  [{ label: "redis:7" }, "redis:7"],
  [{ commit: "5b1f0c9e2ab", branch: "main" }, "Commit 5b1f0c9"],
  [{ branch: "main" }, "A run of main"],
  [{}, "A run without a commit"],
])("a run of %j is called %s", (facts, words) => {
  expect(runWords({ facts })).toBe(words);
});
