/**
 * The state of a merged run and the segments of its bar: honest about what was heard, no more and
 * no less.
 */
import { describe, expect, test } from "vitest";
import type { ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { barOf, BRIEF_STEP_MS, shapeOf } from "../../src/tracking/bar.ts";
import { isHearsay, runState, runTimes } from "../../src/tracking/segments.ts";
import { CREATED_AT, ended, line, runWith } from "../support/runs.ts";

const provisional = (state: "canceled" | "succeeded" | "failed") => ({
  outcome: { ...ended(state).outcome, provisional: true },
});
const barWith = (changes: Partial<ProgressSignal>) => {
  const { segments, completed } = barOf(runWith(changes));
  return [segments.map(({ title, state }) => `${title} ${state}`).join(", "), completed];
};
const stateWith = (changes: Partial<ProgressSignal>) => runState(runWith(changes));

describe("the state of a run", () => {
  test.each([
    ["nothing heard", [], "queued"],
    ["everything still to come", line("planned", "planned"), "queued"],
    ["queued", line("queued", "planned"), "queued"],
    ["waiting", line("succeeded", "waiting"), "waiting"],
    ["running", line("succeeded", "running", "planned"), "running"],
    ["between two steps", line("succeeded", "succeeded", "planned"), "running"],
    ["the furthest of two that run", line("running", "queued"), "queued"],
  ])("of a line, %s", (_, steps, state) => {
    expect(stateWith({ steps })).toBe(state);
  });

  test.each([
    ["one runs", line("queued", "waiting", "running"), "running"],
    ["one waits, none runs", line("queued", "waiting", "succeeded"), "waiting"],
    ["some are over, none runs", line("queued", "succeeded"), "running"],
    ["all are queued", line("queued", "queued"), "queued"],
    ["there is none", [], "queued"],
  ])("of parallel jobs, where %s", (_, steps, state) => {
    expect(stateWith({ steps, shape: "parallel" })).toBe(state);
  });

  test("is its outcome as soon as there is one", () => {
    expect(stateWith({ steps: line("running"), ...ended("canceled") })).toBe("canceled");
  });
});

describe("the bar of a line", () => {
  test.each<[string, Partial<ProgressSignal>, string, number]>([
    [
      "under way",
      { steps: line("succeeded", "running", "planned") },
      "Queued succeeded, Building running, Live planned",
      1,
    ],
    [
      "a later step implies the earlier",
      { steps: line("queued", "planned", "running") },
      "Queued succeeded, Building succeeded, Live running",
      2,
    ],
    [
      "a skipped step stays skipped",
      { steps: line("skipped", "running") },
      "Queued skipped, Building running",
      1,
    ],
    [
      "success implies all",
      { steps: line("succeeded", "running", "planned"), ...ended("succeeded") },
      "Queued succeeded, Building succeeded, Live succeeded",
      3,
    ],
    [
      "an assumed success implies nothing",
      { steps: line("succeeded", "succeeded", "planned"), ...provisional("succeeded") },
      "Queued succeeded, Building succeeded, Live skipped",
      3,
    ],
    [
      "an assumed cancellation hides nothing",
      { steps: line("succeeded", "running", "planned"), ...provisional("canceled") },
      "Queued succeeded, Building canceled, Live planned",
      1,
    ],
    [
      "a failure stops where it was",
      { steps: line("succeeded", "running", "planned"), ...ended("failed") },
      "Queued succeeded, Building failed, Live planned",
      1,
    ],
    [
      "a failure after the last step marks that one",
      { steps: line("succeeded", "succeeded"), ...ended("failed") },
      "Queued succeeded, Building failed",
      1,
    ],
    [
      "a cancellation stops where it was",
      { steps: line("queued", "planned"), ...ended("canceled") },
      "Queued canceled, Building planned",
      0,
    ],
  ])("%s", (_, changes, segments, completed) => {
    expect(barWith(changes)).toEqual([segments, completed]);
  });

  const checks = (state: StepReport["state"], lastedMs: number): StepReport[] => [
    ...line("succeeded"),
    {
      key: "checks",
      title: "Checks",
      order: 0.5,
      state,
      optional: true,
      startedAt: CREATED_AT,
      at: CREATED_AT + lastedMs,
    },
    { key: "live", title: "Live", order: 2, state: "planned" },
  ];

  test("leaves off an optional step, so that the bar does not grow while one looks", () => {
    const short = ["Queued succeeded, Live planned", 1];
    expect(barWith({ steps: checks("planned", 0) })).toEqual(short);
    expect(barWith({ steps: checks("succeeded", BRIEF_STEP_MS) })).toEqual(short);
    // The next segment stands for it while it is under way.
    expect(barWith({ steps: checks("running", 0) })).toEqual(["Queued succeeded, Live running", 1]);
    expect(barOf(runWith({ steps: checks("running", 0) })).current).toBe("Checks");
  });

  test("the next run of the line has a segment for it where it lasted", () => {
    const titles = (lastedMs: number) =>
      shapeOf(runWith({ steps: checks("succeeded", lastedMs) })).slots.map(({ title }) => title);
    expect(titles(BRIEF_STEP_MS - 1)).toEqual(["Queued", "Live"]);
    expect(titles(BRIEF_STEP_MS)).toEqual(["Queued", "Checks", "Live"]);
  });

  test("one that failed has a segment at once", () => {
    expect(barWith({ steps: checks("failed", 0) })).toEqual([
      "Queued succeeded, Checks failed, Live planned",
      2,
    ]);
  });
});

describe("the bar of parallel jobs", () => {
  const job = (key: string, state: StepReport["state"], at: number): StepReport => ({
    key,
    title: key,
    order: 0,
    state,
    at: CREATED_AT + at,
    startedAt: CREATED_AT,
  });
  const steps = [job("lint", "running", 1), job("test", "succeeded", 9), job("build", "failed", 5)];

  test("has what is over first, by its end", () => {
    expect(barWith({ shape: "parallel", steps })).toEqual([
      "build failed, test succeeded, lint running",
      2,
    ]);
  });

  test.each([
    ["succeeded", "succeeded"],
    ["failed", "canceled"],
    ["canceled", "canceled"],
  ] as const)("once the run %s, jobs whose end was not heard are %s", (outcome, state) => {
    expect(barWith({ shape: "parallel", steps, ...ended(outcome) })).toEqual([
      `build failed, test succeeded, lint ${state}`,
      3,
    ]);
  });
});

test.each<[Partial<ProgressSignal>, string, number]>([
  [{}, "Queued queued", 0],
  [ended("succeeded"), "Finished succeeded", 1],
  [ended("failed"), "Run failed", 0],
  [{ ...ended("canceled"), shape: "parallel" }, "Run canceled", 0],
])("a run without steps has one segment: %j", (changes, segments, completed) => {
  expect(barWith(changes)).toEqual([segments, completed]);
});

test("hearsay is a provisional end of which nothing else is known", () => {
  expect(isHearsay(runWith(provisional("canceled")))).toBe(true);
  expect(isHearsay(runWith({ steps: line("planned"), ...provisional("canceled") }))).toBe(true);
  expect(isHearsay(runWith({ steps: line("queued"), ...provisional("canceled") }))).toBe(false);
  expect(isHearsay(runWith(ended("canceled")))).toBe(false);
  expect(isHearsay(runWith({ steps: line("planned") }))).toBe(false);
});

test("the times of a run count from the earliest that was heard of it", () => {
  expect(runTimes(runWith({ at: CREATED_AT + 100, ...ended("failed") }))).toEqual({
    createdAt: CREATED_AT,
    startedAt: CREATED_AT,
    endedAt: CREATED_AT + 38_000,
  });
  expect(runTimes(runWith({ at: CREATED_AT - 100 })).startedAt).toBe(CREATED_AT - 100);
  const step = { key: "build", title: "Building", order: 0, state: "running" as const };
  const steps = [{ ...step, startedAt: CREATED_AT - 50 }];
  expect(runTimes(runWith({ run: { id: "run_1", attempt: 1 }, steps }))).toEqual({
    createdAt: CREATED_AT,
    startedAt: CREATED_AT - 50,
    endedAt: undefined,
  });
});
