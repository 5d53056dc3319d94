/** Reasons as the console words them: several in one text, each perhaps by a rule. */
import { expect, test } from "vitest";
import { becauseOf } from "../../src/console/views/deliveries/because.ts";

test.each([
  ["failed: told", undefined],
  ["failed: told by GitHub 3 s earlier", "It did not ring again: GitHub told it 3 s earlier."],
  [
    "failed: told by Shop's host at the same time",
    "It did not ring again: Shop's host told it at the same time.",
  ],
  [
    "succeeded: notify: failures",
    "It did not ring: “succeeded” is not among what this endpoint rings for (failures, recoveries and approvals).",
  ],
  [
    "failed: notify: none (rule 2)",
    "It did not ring: “failed” is not among what this endpoint rings for (nothing): so says rule 2.",
  ],
  ["failed: muted by rule 2", "Failed: muted by rule 2."],
  ["branches", "What it tells of is none of the branches that the endpoint follows."],
  ["failed: told; a bot's branch, counted with others", "A bot's branch, counted with others."],
  [
    "failed: told by GitHub at the same time; running for 3 d",
    "It did not ring again: GitHub told it at the same time. Running for 3 d.",
  ],
])("%s", (reason, words) => {
  expect(becauseOf(reason)).toBe(words);
});
