/** How long a result stays, how much a run matters, and how old it is when it is first shown. */
import { describe, expect, test } from "vitest";
import {
  DEFAULT_LINGER,
  graceMs,
  IMPORTANCE,
  importanceOf,
  lingeringFor,
  lingerMs,
} from "../../src/compose/linger.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { CREATED_AT, ended, line, runWith } from "../support/runs.ts";

const MINUTE_MS = 60_000;
const PREVIEW = { environment: { name: "PR 12", kind: "preview" } } as const;
const OTHER = { environment: { name: "staging", kind: "other" } } as const;
const NOWHERE = { environment: undefined };
const BOT = { actor: { login: "dependabot[bot]", kind: "bot" } } as const;
const FORK = { source: { isFork: true } };
const RUNNING = { steps: line("succeeded", "running") };
const WAITING = { steps: line("succeeded", "waiting") };
const FAILING = { steps: line("failed", "running"), shape: "parallel" } as const;
const SKIPPED = { outcome: { state: "skipped", at: CREATED_AT } } as const;

describe("a result stays", () => {
  test.each<[string, Partial<ProgressSignal>, number | undefined]>([
    ["a success", ended("succeeded"), 5 * MINUTE_MS],
    ["a cancellation", ended("canceled"), MINUTE_MS],
    ["a failure of production", ended("failed"), 480 * MINUTE_MS],
    ["a failure of a preview", { ...ended("failed"), ...PREVIEW }, 60 * MINUTE_MS],
    ["a failure of no environment", { ...ended("failed"), ...NOWHERE }, 60 * MINUTE_MS],
    [
      "a failure of the default branch",
      { ...ended("failed"), ...NOWHERE, source: { isDefaultBranch: true } },
      480 * MINUTE_MS,
    ],
    [
      "a failure of another branch",
      { ...ended("failed"), ...NOWHERE, source: { isDefaultBranch: false } },
      60 * MINUTE_MS,
    ],
    ["one that was skipped", SKIPPED, 0],
    ["one that is queued", { steps: line("queued", "planned") }, undefined],
    ["one that waits", WAITING, undefined],
    ["one that runs", RUNNING, undefined],
  ])("%s", (_, signal, ms) => {
    expect(lingerMs(runWith(signal), DEFAULT_LINGER)).toBe(ms);
  });

  test("as long as the endpoint says, whatever it is", () => {
    expect(lingeringFor(DEFAULT_LINGER, undefined)).toBe(DEFAULT_LINGER);
    expect(lingeringFor(DEFAULT_LINGER, 2)).toEqual({
      successMs: 120_000,
      canceledMs: 120_000,
      failureMs: 120_000,
      lastingFailureMs: 120_000,
      graceMs: DEFAULT_LINGER.graceMs,
    });
  });
});

test.each<[string, Partial<ProgressSignal>, keyof typeof IMPORTANCE]>([
  ["production that runs", RUNNING, "production"],
  ["production that fails", ended("failed"), "production"],
  ["a preview", { ...RUNNING, ...PREVIEW }, "preview"],
  ["another environment", { ...RUNNING, ...OTHER }, "other"],
  ["no environment", { ...RUNNING, ...NOWHERE }, "other"],
  ["a preview that failed", { ...ended("failed"), ...PREVIEW }, "failure"],
  ["a preview of which a step failed", { ...FAILING, ...PREVIEW }, "failure"],
  ["a success", ended("succeeded"), "lingering"],
  ["one that waits for a person", WAITING, "waiting"],
  ["a bot's", { ...RUNNING, ...BOT }, "unattended"],
  ["a bot's that waits", { ...WAITING, ...BOT }, "waiting"],
  ["a stranger's", { ...RUNNING, ...FORK }, "unattended"],
  ["a stranger's that waits", { ...WAITING, ...FORK }, "unattended"],
])("%s matters", (_, signal, importance) => {
  expect(importanceOf(runWith(signal))).toBe(IMPORTANCE[importance]);
});

test.each<[string, Partial<ProgressSignal>, number]>([
  ["production", {}, 1_000],
  ["a preview", PREVIEW, 8_000],
  ["no environment", NOWHERE, 8_000],
])("%s is shown from this age on", (_, signal, ms) => {
  expect(graceMs(runWith(signal), DEFAULT_LINGER)).toBe(ms);
});
