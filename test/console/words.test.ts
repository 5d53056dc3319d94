/** Words of pages that are made by pure parts, as tables. */
import { expect, test } from "vitest";
import { durationWords, lastedWords } from "../../src/console/views/parts/html.ts";
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

test.each([
  [null, "–"],
  [850, "850 ms"],
  [12_000, "12 s"],
  [59_700, "1 min 0 s"],
  [119_700, "2 min 0 s"],
  [184_000, "3 min 4 s"],
  [3_599_700, "1 h 0 min"],
  [7_199_000, "2 h 0 min"],
  [7_500_000, "2 h 5 min"],
])("%s ms are called %s", (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});

test("a run that is known by its end alone tells of no duration", () => {
  expect(lastedWords(0)).toBe("–");
  expect(lastedWords(850)).toBe("850 ms");
});
