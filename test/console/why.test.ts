/** Which deliveries a few words of a branch point at. */
import { expect, test } from "vitest";
import { isBranchNamed } from "../../src/console/models/why.ts";

test.each([
  ["dependabot/npm_and_yarn/vite-7.1.3", "dependabot", true],
  ["dependabot/npm_and_yarn/vite-7.1.3", "Vite 7.1", true],
  ["dependabot/npm_and_yarn/vite-7.1.3", "dependabot/npm_and_yarn/vite-7.1.3", true],
  ["maintenance", "main", false],
  ["main", "main", true],
  ["feature/größe", "größe", true],
  ["feature/shoes", "hoes", false],
])("%s, asked for as %s: %s", (branch, asked, isMeant) => {
  expect(isBranchNamed(branch, asked)).toBe(isMeant);
});
