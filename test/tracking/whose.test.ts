/** Whose run it is and of which branch, from plain data. */
import { describe, expect, test } from "vitest";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { actorNames, isOfBot, isOfDefaultBranch, namesOf } from "../../src/tracking/whose.ts";
import { runWith } from "../support/runs.ts";

const ada = { login: "ada", name: "Ada Example", kind: "person" } as const;
const hostBot = { login: "vercel[bot]", kind: "bot" } as const;
const secondHand = { keys: ["k"], secondHand: true };

describe("a run is of the default branch", () => {
  test.each<[Partial<ProgressSignal>, boolean]>([
    [{ source: { isDefaultBranch: true }, facts: { branch: "cart" } }, true],
    [{ source: { isDefaultBranch: false }, facts: { branch: "main" } }, false],
    [{ facts: { branch: "main" } }, true],
    [{ facts: { branch: "master" } }, true],
    [{ source: { isFork: true }, facts: { branch: "main" } }, true],
    [{ facts: { branch: "mainline" } }, false],
    [{ facts: {} }, false],
  ])("%j: %j", (changes, expected) => {
    expect(isOfDefaultBranch(runWith(changes))).toBe(expected);
  });
});

describe("a run is of a bot", () => {
  test.each<[Partial<ProgressSignal>, boolean]>([
    [{ actor: { login: "renovate", kind: "bot" } }, true],
    [{ actor: { login: "renovate[bot]", kind: "person" } }, true],
    [{ actor: { login: "Renovate[BOT]", kind: "person" } }, true],
    [{ actor: { name: "Ada", kind: "person" } }, false],
    [{ actor: ada, facts: { author: "renovate[bot]" } }, false],
    [{ facts: { author: "renovate[bot]" } }, true],
    [{ facts: { author: "renovate[bot] for ada" } }, false],
    [{ facts: { branch: "renovate/vite" } }, false],
    [{}, false],
    [{ actor: hostBot, deployment: secondHand, facts: { branch: "cart" } }, false],
    [{ actor: hostBot, deployment: secondHand }, false],
    [{ actor: hostBot, deployment: secondHand, facts: { branch: "renovate/vite" } }, true],
    [{ actor: hostBot, deployment: secondHand, facts: { branch: "dependabot/npm/vite" } }, true],
    [{ actor: hostBot, deployment: secondHand, facts: { branch: "fix/renovate/vite" } }, false],
    [{ actor: hostBot, deployment: { keys: ["k"] }, facts: { branch: "cart" } }, true],
    [{ actor: ada, deployment: secondHand, facts: { branch: "renovate/vite" } }, false],
  ])("%j: %j", (changes, expected) => {
    expect(isOfBot(runWith(changes))).toBe(expected);
  });
});

test("whoever caused it has every name that is known", () => {
  expect(namesOf(runWith({ actor: ada, facts: { author: "A. Example" } }))).toEqual([
    "ada",
    "Ada Example",
    "A. Example",
  ]);
  expect(namesOf(runWith())).toEqual([]);
  expect(actorNames({ login: "ada", kind: "person" })).toEqual(["ada"]);
  expect(actorNames(undefined)).toEqual([]);
});
