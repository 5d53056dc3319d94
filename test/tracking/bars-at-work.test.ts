/** What a bar shows of a run under way and over, segment by segment: plain data. */
import { describe, expect, test } from "vitest";
import type { BarShape, Forecast } from "../../src/model/run/forecast.ts";
import type { Run } from "../../src/model/run/run.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import { barOf, forecastAfter, segmentsOf, shapeOf } from "../../src/tracking/bar.ts";
import { join } from "../../src/tracking/merge.ts";
import { CREATED_AT, runWith } from "../support/runs.ts";

const SECOND = 1_000;

const step = (key: string, state: StepState, changes: Partial<StepReport> = {}): StepReport => ({
  key,
  title: key,
  order: 0,
  state,
  at: CREATED_AT,
  ...changes,
});
const steps = (...states: readonly StepState[]): StepReport[] =>
  states.map((state, order) =>
    step(`s${order}`, state, { order, at: CREATED_AT + order * SECOND }),
  );
const ended = (state: "failed" | "succeeded" | "canceled" | "skipped", more: object = {}) => ({
  outcome: { state, at: CREATED_AT + 60 * SECOND, ...more },
});

/** "s0 succeeded, s1 running | 1 | s1": segments, how many are complete, what is under way. */
function said(run: Run, forecast?: Forecast): string {
  const { segments, completed, current } = barOf(run, forecast);
  return `${segments.map(({ title, state }) => `${title} ${state}`).join(", ")} | ${completed} | ${current ?? ""}`;
}

describe("a line", () => {
  const optional = { optional: true };
  test.each<[string, Partial<ProgressSignal>, string]>([
    [
      "under way",
      { steps: steps("succeeded", "running", "planned") },
      "s0 succeeded, s1 running, s2 planned | 1 | s1",
    ],
    [
      "that skips what was not heard",
      { steps: steps("queued", "running", "planned") },
      "s0 succeeded, s1 running, s2 planned | 1 | s1",
    ],
    [
      "that succeeded",
      { ...ended("succeeded"), steps: steps("succeeded", "running", "planned") },
      "s0 succeeded, s1 succeeded, s2 succeeded | 3 | ",
    ],
    [
      "that failed in a step",
      { ...ended("failed"), steps: steps("succeeded", "running", "planned") },
      "s0 succeeded, s1 failed, s2 planned | 1 | ",
    ],
    [
      "that failed in its last step",
      { ...ended("failed"), steps: steps("succeeded", "succeeded") },
      "s0 succeeded, s1 failed | 1 | ",
    ],
    [
      "that was canceled",
      { ...ended("canceled"), steps: steps("succeeded", "queued") },
      "s0 succeeded, s1 canceled | 1 | ",
    ],
    [
      "that seems to have succeeded",
      { ...ended("succeeded", { provisional: true }), steps: steps("succeeded", "running") },
      "s0 succeeded, s1 skipped | 2 | ",
    ],
    [
      "whose approval was refused",
      {
        ...ended("failed"),
        steps: [step("a", "failed", { asks: [] }), step("b", "planned", { order: 1 })],
      },
      "a failed, b planned | 0 | ",
    ],
    [
      "that leaves off what is optional",
      {
        steps: [
          step("a", "succeeded"),
          step("x", "planned", { order: 1, ...optional }),
          step("b", "running", { order: 2 }),
        ],
      },
      "a succeeded, b running | 1 | b",
    ],
    [
      "whose optional step is under way",
      {
        steps: [
          step("a", "succeeded"),
          step("x", "running", { order: 1, ...optional }),
          step("b", "planned", { order: 2 }),
        ],
      },
      "a succeeded, b running | 1 | x",
    ],
    [
      "whose optional step waits",
      {
        steps: [
          step("a", "succeeded"),
          step("x", "waiting", { order: 1, ...optional }),
          step("b", "planned", { order: 2 }),
        ],
      },
      "a succeeded, x waiting, b planned | 1 | x",
    ],
    [
      "whose optional step failed",
      {
        ...ended("failed"),
        steps: [
          step("a", "succeeded"),
          step("x", "failed", { order: 1, ...optional }),
          step("b", "planned", { order: 2 }),
        ],
      },
      "a succeeded, x failed, b planned | 1 | ",
    ],
    ["without steps", {}, "Queued queued | 0 | Queued"],
    ["without steps that failed", ended("failed"), "Run failed | 0 | Run"],
    ["without steps that is over", ended("succeeded"), "Finished succeeded | 1 | Finished"],
  ])("%s", (_, changes, expected) => {
    expect(said(runWith(changes))).toBe(expected);
  });

  test("in full has what merely lasted, and remembers it for the next run", () => {
    const lasting = (ms: number) =>
      runWith({
        steps: [
          step("a", "succeeded"),
          step("x", "succeeded", {
            order: 1,
            optional: true,
            startedAt: CREATED_AT,
            at: CREATED_AT + ms,
          }),
          step("b", "running", { order: 2 }),
        ],
      });
    expect(segmentsOf(lasting(5 * SECOND)).map(({ title }) => title)).toEqual(["a", "x", "b"]);
    expect(segmentsOf(lasting(5 * SECOND - 1)).map(({ title }) => title)).toEqual(["a", "b"]);
    expect(shapeOf(lasting(5 * SECOND))).toEqual({
      kind: "line",
      count: 3,
      slots: [
        { key: "a", title: "a", order: 0, jobs: 1 },
        { key: "x", title: "x", order: 1, jobs: 1 },
        { key: "b", title: "b", order: 2, jobs: 1 },
      ],
    });
    expect(shapeOf(lasting(1)).count).toBe(2);
    expect(barOf(lasting(5 * SECOND)).segments).toHaveLength(2);
  });
});

const jobs = (changes: Partial<ProgressSignal> = {}): Run =>
  runWith({ shape: "parallel", ...changes });

describe("jobs side by side", () => {
  test.each<[string, Partial<ProgressSignal>, string]>([
    [
      "what is over comes first, by its end",
      {
        steps: [
          step("a", "running"),
          step("b", "succeeded", { at: 9 }),
          step("c", "failed", { at: 5 }),
        ],
      },
      "c failed, b succeeded, a running | 2 | a",
    ],
    [
      "what is under way comes before what is to come",
      {
        steps: [
          step("a", "queued"),
          step("b", "waiting"),
          step("c", "running"),
          step("d", "planned"),
        ],
      },
      "c running, b waiting, a queued, d planned | 0 | c",
    ],
    [
      "several are under way",
      { steps: [step("a", "running"), step("b", "running"), step("c", "running")] },
      "a running, b running, c running | 0 | a +2",
    ],
    [
      "a matrix is one",
      {
        steps: [
          step("1", "succeeded", { title: "test (node 22)" }),
          step("2", "running", { title: "test (node 24)" }),
        ],
      },
      "test 1 of 2 running | 0 | test 1 of 2",
    ],
    [
      "a matrix that is over is as bad as its worst",
      {
        steps: [
          step("1", "succeeded", { title: "test (22)" }),
          step("2", "failed", { title: "test (24)" }),
        ],
      },
      "test 2 of 2 failed | 1 | Running",
    ],
    [
      "an optional job has none",
      { steps: [step("a", "running"), step("x", "queued", { optional: true })] },
      "a running | 0 | a",
    ],
    [
      "an optional job that waits has one",
      { steps: [step("a", "running"), step("x", "waiting", { optional: true })] },
      "a running, x waiting | 0 | a",
    ],
    [
      "an optional job that asks has one",
      { steps: [step("a", "running"), step("x", "queued", { optional: true, asks: [] })] },
      "a running, x queued | 0 | a",
    ],
    [
      "once it is over, all are",
      { ...ended("succeeded"), steps: [step("a", "running"), step("b", "succeeded")] },
      "b succeeded, a succeeded | 2 | Running",
    ],
    [
      "once it was canceled, what was under way was",
      { ...ended("canceled"), steps: [step("a", "running"), step("b", "succeeded")] },
      "b succeeded, a canceled | 2 | Running",
    ],
  ])("%s", (_, changes, expected) => {
    expect(said(jobs(changes))).toBe(expected);
  });

  const again = (
    first: readonly StepReport[],
    second: readonly StepReport[],
    changes: Partial<ProgressSignal> = {},
  ) =>
    join(
      jobs({ run: { id: "r", attempt: 1 }, steps: [...first] }),
      jobs({ run: { id: "r", attempt: 2 }, steps: [...second], ...changes }),
    );
  const before = [step("a", "succeeded", { at: 5 }), step("b", "failed", { at: 6 })];
  test.each<[string, readonly StepReport[], Partial<ProgressSignal>, string]>([
    [
      "what had passed stands where the failed one runs again",
      [step("b2", "running", { title: "b" })],
      {},
      "a succeeded, b running | 1 | b",
    ],
    [
      "nothing stands where all run again",
      [step("a2", "running", { title: "a" })],
      {},
      "a running, b planned | 0 | a",
    ],
    ["nothing stands before any is heard of", [], {}, "a planned, b planned | 0 | a"],
    [
      "what never came is no reason to wait",
      [step("b2", "succeeded", { title: "b", at: 9 })],
      ended("succeeded"),
      "a succeeded, b succeeded | 2 | Running",
    ],
    [
      "what failed before and never came is skipped",
      [step("a2", "succeeded", { title: "a", at: 9 })],
      ended("succeeded"),
      "a succeeded, b skipped | 2 | Running",
    ],
  ])("in another attempt %s", (_, second, changes, expected) => {
    expect(said(again(before, second, changes))).toBe(expected);
  });

  const seed = (...slots: readonly (readonly [string, number])[]): BarShape => ({
    kind: "parallel",
    count: slots.length,
    slots: slots.map(([key, own]) => ({ key, title: key, order: 0, jobs: own })),
  });
  const forecast = (shape: BarShape, changes: Partial<Forecast> = {}): Forecast => ({
    attempt: 1,
    seed: shape,
    expected: null,
    segments: 0,
    completed: 0,
    kept: [],
    ...changes,
  });
  test.each<[string, Partial<ProgressSignal>, Forecast, string]>([
    [
      "begin with those of the last run",
      { steps: [step("a", "running")] },
      forecast(seed(["a", 1], ["b", 1])),
      "a running, b planned | 0 | a",
    ],
    [
      "have a matrix complete when as many are over",
      { steps: [step("1", "succeeded", { title: "test (1)" })] },
      forecast(seed(["test", 2])),
      "test 1 of 2 queued | 0 | test 1 of 2",
    ],
    [
      "leave off those that never came",
      { ...ended("succeeded"), steps: [step("a", "succeeded")] },
      forecast(seed(["a", 1], ["b", 1])),
      "a succeeded, b skipped | 2 | Running",
    ],
    [
      "of another shape begin with nothing",
      { steps: [step("a", "running")] },
      forecast({ ...seed(["a", 1], ["b", 1]), kind: "line" }),
      "a running | 0 | a",
    ],
    [
      "have as many as were shown",
      { steps: [step("a", "running")] },
      forecast(seed(["a", 1]), { segments: 3 }),
      "a running,  planned,  planned | 0 | a",
    ],
    [
      "do not go back",
      { steps: [step("a", "running"), step("b", "running")] },
      forecast(seed(["a", 1], ["b", 1]), { segments: 2, completed: 1 }),
      "a running, a running | 1 | a +1",
    ],
    [
      "go back in another attempt",
      { steps: [step("a", "running"), step("b", "running")] },
      forecast(seed(["a", 1], ["b", 1]), { attempt: 2, segments: 2, completed: 1 }),
      "a running, b running | 0 | a +1",
    ],
    [
      "that all are over are not complete before the run is",
      { steps: [step("a", "succeeded")] },
      forecast(seed(["a", 1])),
      " running | 0 | Finishing",
    ],
  ])("%s", (_, changes, known, expected) => {
    expect(said(jobs(changes), known)).toBe(expected);
  });

  test("of more than twelve the bar shows the shares", () => {
    const many = Array.from({ length: 24 }, (_, at) =>
      step(`j${String(at).padStart(2, "0")}`, at < 12 ? "succeeded" : "queued", { at }),
    );
    const { segments, completed } = barOf(jobs({ steps: many }));
    expect(segments).toHaveLength(12);
    expect(completed).toBe(6);
    expect(segments.map(({ state }) => state)).toEqual([
      ...Array<string>(6).fill("succeeded"),
      ...Array<string>(6).fill("queued"),
    ]);
    const failing = many.map((it, at) => (at === 3 ? { ...it, state: "failed" as const } : it));
    expect(barOf(jobs({ steps: failing })).segments[1]?.state).toBe("failed");
  });
});

describe("the forecast", () => {
  const run = jobs({ steps: [step("a", "succeeded"), step("b", "running")] });
  const at = (now: number, firstFrameAt: number | undefined) => ({ now, firstFrameAt });

  test("begins with what is known of the line", () => {
    const seed: BarShape = { kind: "parallel", count: 3, slots: [] };
    expect(forecastAfter(run, undefined, { seed, expected: null }, at(5, 9))).toEqual({
      attempt: 1,
      seed,
      expected: null,
      segments: 3,
      completed: 1,
      kept: [],
      firstFrameAt: 9,
    });
    expect(forecastAfter(run, undefined, undefined, at(5, undefined))).toMatchObject({
      seed: null,
      segments: 2,
      firstFrameAt: undefined,
    });
  });

  test.each<[string, Partial<Forecast>, number, object]>([
    [
      "holds the bar once its first frame was seen",
      { firstFrameAt: 5 },
      5,
      { isHeld: true, firstFrameAt: 5 },
    ],
    ["does not hold it before", { firstFrameAt: 6 }, 5, { firstFrameAt: 6 }],
    ["goes on holding it", { isHeld: true, firstFrameAt: 6 }, 5, { isHeld: true }],
    [
      "lets go in another attempt",
      { attempt: 9, isHeld: true, firstFrameAt: 1, completed: 1 },
      5,
      { attempt: 1, completed: 1, firstFrameAt: 7 },
    ],
  ])("%s", (_, changes, now, expected) => {
    const before: Forecast = {
      attempt: 1,
      seed: null,
      expected: null,
      segments: 2,
      completed: 0,
      kept: [],
      ...changes,
    };
    const after = forecastAfter(run, before, undefined, at(now, 7));
    expect(after).toMatchObject(expected);
    expect("isHeld" in after).toBe("isHeld" in expected);
  });

  test("keeps optional steps of a line that had a segment", () => {
    const waits = runWith({
      steps: [
        step("a", "succeeded"),
        step("x", "waiting", { order: 1, optional: true }),
        step("b", "planned", { order: 2 }),
      ],
    });
    const known = forecastAfter(waits, undefined, undefined, at(5, 9));
    expect(known.kept).toEqual(["x"]);
    const goesOn = runWith({
      steps: [
        step("a", "succeeded"),
        step("x", "running", { order: 1, optional: true }),
        step("b", "planned", { order: 2 }),
      ],
    });
    expect(forecastAfter(goesOn, known, undefined, at(6, 9)).kept).toEqual(["x"]);
    expect(said(goesOn, known)).toBe("a succeeded, x running, b planned | 1 | x");
    const held = { ...known, kept: [], isHeld: true };
    expect(forecastAfter(waits, held, undefined, at(6, 9)).kept).toEqual([]);
  });
});

describe("a bar that was begun", () => {
  const begun = (changes: Partial<Forecast>): Forecast => ({
    attempt: 1,
    seed: null,
    expected: null,
    segments: 0,
    completed: 0,
    kept: [],
    ...changes,
  });
  const optional = (state: StepState, changes: Partial<StepReport> = {}) =>
    step("x", state, { order: 1, optional: true, ...changes });
  const around = (x: StepReport, b: StepState = "planned") => ({
    steps: [step("a", "succeeded"), x, step("b", b, { order: 2 })],
  });
  const seeded: BarShape = {
    kind: "line",
    count: 3,
    slots: [{ key: "x", title: "x", order: 1, jobs: 1 }],
  };
  test.each<[string, Partial<ProgressSignal>, Partial<Forecast>, string]>([
    [
      "has a segment for what the last run entered",
      { steps: [step("a", "succeeded"), step("b", "running", { order: 2 })] },
      { seed: seeded },
      "a succeeded, x skipped, b running | 2 | b",
    ],
    [
      "shows a failure without a segment in the next one's place",
      { ...around(optional("failed")), ...ended("failed") },
      { isHeld: true },
      "a succeeded, x failed | 1 | ",
    ],
    [
      "shows a wait without a segment in the next one's place",
      around(optional("waiting")),
      { isHeld: true },
      "a succeeded, b waiting | 1 | x",
    ],
    [
      "shows what is under way before what is not",
      around(optional("running"), "running"),
      { isHeld: true },
      "a succeeded, b running | 1 | b",
    ],
    [
      "lets go in another attempt",
      around(optional("waiting")),
      { isHeld: true, attempt: 2 },
      "a succeeded, x waiting, b planned | 1 | x",
    ],
    [
      "has a segment for whom it asks",
      around(optional("queued", { asks: [] })),
      {},
      "a succeeded, x queued, b planned | 1 | x",
    ],
    [
      "is complete with all that it had",
      { ...ended("succeeded"), steps: steps("succeeded", "succeeded") },
      { segments: 3 },
      "s0 succeeded, s1 succeeded,  skipped | 3 | ",
    ],
    [
      "is not complete where it failed",
      { ...ended("failed"), steps: steps("succeeded", "running") },
      { segments: 3 },
      "s0 succeeded, s1 failed,  planned | 1 | ",
    ],
    [
      "is not complete before it is over",
      { steps: steps("succeeded", "succeeded") },
      { segments: 3 },
      "s0 succeeded, s1 succeeded,  planned | 2 | ",
    ],
  ])("%s", (_, changes, known, expected) => {
    expect(said(runWith(changes), begun(known))).toBe(expected);
  });

  const side = (...states: readonly StepState[]) =>
    states.map((state, at) => step(String.fromCodePoint(97 + at), state));
  const two: BarShape = {
    kind: "parallel",
    count: 2,
    slots: ["a", "b"].map((key) => ({ key, title: key, order: 0, jobs: 1 })),
  };
  test.each<[string, readonly StepReport[], Partial<Forecast>, string]>([
    [
      "keeps its length",
      side("running", "running", "running"),
      { isHeld: true, segments: 2 },
      "a running, b running | 0 | a +2",
    ],
    [
      "has another length in another attempt",
      side("running", "running", "running"),
      { isHeld: true, segments: 2, attempt: 2 },
      "a running, b running, c running | 0 | a +2",
    ],
    [
      "of a job that failed goes on",
      side("failed"),
      { seed: { ...two, count: 1 } },
      " failed | 0 | Finishing",
    ],
    [
      "of which all jobs are over goes on",
      side("failed", "succeeded"),
      { seed: two },
      "a failed,  running | 1 | Finishing",
    ],
    [
      "of which more came than were foreseen goes on",
      side("succeeded", "succeeded", "succeeded"),
      { seed: two },
      "a succeeded, b succeeded,  running | 2 | Running",
    ],
    [
      "shows a failure before the rest where none is complete",
      side("failed", "running", "running"),
      { isHeld: true, segments: 2, seed: null },
      "a failed, b running | 0 | b +1",
    ],
  ])("side by side %s", (_, own, known, expected) => {
    expect(said(jobs({ steps: [...own] }), begun(known))).toBe(expected);
  });
});

describe("a line that went another way", () => {
  test.each<[string, Partial<ProgressSignal>, string]>([
    ["skipped a step", { steps: steps("skipped", "running") }, "s0 skipped, s1 running | 1 | s1"],
    [
      "skipped a step and failed",
      { ...ended("failed"), steps: steps("skipped", "running") },
      "s0 skipped, s1 failed | 1 | ",
    ],
    [
      "went on after a cancellation",
      { steps: steps("canceled", "running") },
      "s0 canceled, s1 running | 1 | s1",
    ],
    [
      "went on after a refusal",
      { steps: [step("a", "failed", { asks: [] }), step("b", "running", { order: 1 })] },
      "a failed, b running | 1 | b",
    ],
    [
      "succeeded all the same",
      { ...ended("succeeded"), steps: steps("failed", "running") },
      "s0 succeeded, s1 succeeded | 2 | ",
    ],
  ])("%s", (_, changes, expected) => {
    expect(said(runWith(changes))).toBe(expected);
  });
});

test("a matrix has the times of its jobs, and a shape remembers forty names", () => {
  const matrix = jobs({
    steps: [
      step("1", "succeeded", { title: "test (1)", startedAt: 5, at: 9 }),
      step("2", "succeeded", { title: "test (2)", startedAt: 3, at: 12 }),
    ],
  });
  expect(barOf(matrix).segments[0]).toMatchObject({ startedAt: 3, endedAt: 12 });
  const queued = jobs({ steps: [step("1", "queued", { title: "test (1)" })] });
  expect(barOf(queued).segments[0]).toMatchObject({ startedAt: undefined, endedAt: undefined });
  const many = jobs({ steps: Array.from({ length: 45 }, (_, at) => step(`j${at}`, "queued")) });
  expect(shapeOf(many).count).toBe(45);
  expect(shapeOf(many).slots).toHaveLength(40);
});
