/** What the join of two reports knows, fact by fact, in both orders: plain data. */
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import {
  concludeFromJobs,
  isFinished,
  isToldByJobs,
  join,
  mergeSignal,
  runOf,
  settle,
  stoppedByLimit,
} from "../../src/tracking/merge.ts";
import { CREATED_AT, progress, runWith } from "../support/runs.ts";

const AT = CREATED_AT;
const step = (state: StepState, changes: Partial<StepReport> = {}): StepReport => ({
  key: "build",
  title: "Building",
  order: 1,
  state,
  ...changes,
});

describe("one report alone", () => {
  test("is a run with every fact and its time", () => {
    const run = runOf(
      progress({
        at: AT + 5,
        project: { id: "prj_1", name: "web-shop" },
        line: { id: "api", name: "API", provisional: true },
        run: { id: "run_1", attempt: 2, createdAt: AT, firstCreatedAt: AT - 9 },
        steps: [
          step("running"),
          step("succeeded", {
            key: "test",
            title: "Tests",
            order: 2,
            at: AT + 1,
            startedAt: AT,
            optional: true,
            asks: ["b", "a"],
          }),
        ],
        outcome: { state: "canceled", at: AT + 3, canceledBy: "person" },
        actor: { login: "ada", kind: "person" },
        withheld: "promotion",
        environments: [
          { name: "b", kind: "other" },
          { name: "a", kind: "other" },
          { name: "b", kind: "other" },
        ],
        deployment: { keys: ["y", "x"], secondHand: true, attempt: 4 },
        assume: { state: "succeeded", afterMs: 7 },
        facts: { branch: "main", commit: undefined },
      }),
    );
    expect(run).toEqual({
      id: "run_1",
      attempt: 2,
      shape: "line",
      project: { value: "web-shop", at: AT + 5, id: "prj_1" },
      line: { id: "api", value: "API", at: AT + 5, provisional: true },
      environment: { name: "production", kind: "production" },
      createdAt: AT,
      firstCreatedAt: AT - 9,
      firstAt: AT + 5,
      lastAt: AT + 5,
      steps: {
        build: {
          title: { value: "Building", at: AT + 5 },
          order: 1,
          state: "running",
          at: AT + 5,
          startedAt: AT + 5,
          endedAt: undefined,
          optional: false,
          asks: undefined,
        },
        test: {
          title: { value: "Tests", at: AT + 1 },
          order: 2,
          state: "succeeded",
          at: AT + 1,
          startedAt: AT,
          endedAt: AT + 1,
          optional: true,
          asks: ["a", "b"],
        },
      },
      outcome: { state: "canceled", at: AT + 3, provisional: false, canceledBy: "person" },
      retiredAt: undefined,
      diedAt: undefined,
      assume: { state: "succeeded", afterMs: 7, at: AT + 5 },
      actor: { value: { login: "ada", kind: "person" }, at: AT + 5 },
      source: undefined,
      serves: undefined,
      withheld: { value: "promotion", at: AT + 5 },
      environments: [
        { name: "a", kind: "other" },
        { name: "b", kind: "other" },
      ],
      deployment: { keys: ["x", "y"], secondHand: true, attempt: 4 },
      facts: { branch: { value: "main", at: AT + 5 } },
    });
  });

  test("of little knows little", () => {
    const run = runWith({
      line: { id: "api", name: "API" },
      outcome: { state: "failed" },
      deployment: { keys: [] },
      steps: [step("queued")],
    });
    expect(run.line).toEqual({ id: "api", value: "API", at: AT });
    expect(run.outcome).toEqual({ state: "failed", at: AT, provisional: false });
    expect(run.deployment).toEqual({ keys: [], secondHand: false });
    expect(run.steps["build"]).toMatchObject({ startedAt: undefined, endedAt: undefined, at: AT });
    expect(run).toMatchObject({
      actor: undefined,
      withheld: undefined,
      environments: undefined,
      assume: undefined,
    });
  });

  test.each<[ProgressSignal["outcome"], number | undefined, number | undefined]>([
    [{ state: "canceled", provisional: true, at: 5 }, 5, undefined],
    [{ state: "canceled", provisional: true }, AT, undefined],
    [{ state: "failed", provisional: true, at: 5 }, undefined, 5],
    [{ state: "succeeded", provisional: true, at: 5 }, undefined, undefined],
    [{ state: "canceled", at: 5 }, undefined, undefined],
    [undefined, undefined, undefined],
  ])("%j is a removal at %j and a death at %j", (outcome, retiredAt, diedAt) => {
    const run = runWith({ outcome });
    expect([run.retiredAt, run.diedAt]).toEqual([retiredAt, diedAt]);
  });

  test.each<[StepState, boolean]>([
    ["planned", false],
    ["waiting", false],
    ["queued", false],
    ["running", false],
    ["skipped", true],
    ["canceled", true],
    ["succeeded", true],
    ["failed", true],
  ])("a step that is %s is over: %j", (state, isOver) => {
    expect(isFinished(state)).toBe(isOver);
  });
});

/** Both orders, as no order is the right one. */
const joined = (a: Partial<ProgressSignal>, b: Partial<ProgressSignal>): Run => {
  const [one, other] = [runWith(a), runWith(b)];
  const both = join(one, other);
  expect(join(other, one)).toEqual(both);
  return both;
};

describe("of two reports", () => {
  test.each<[string, Partial<ProgressSignal>, Partial<ProgressSignal>, object]>([
    [
      "the times are the first and the last",
      { at: AT + 5 },
      { at: AT + 9 },
      { firstAt: AT + 5, lastAt: AT + 9 },
    ],
    [
      "the earlier making holds",
      { run: { id: "run_1", attempt: 1, createdAt: 5, firstCreatedAt: 3 } },
      { run: { id: "run_1", attempt: 1, createdAt: 4 } },
      { createdAt: 4, firstCreatedAt: 3 },
    ],
    [
      "two shapes are side by side",
      { shape: "line" },
      { shape: "parallel" },
      { shape: "parallel" },
    ],
    ["one shape stays", { shape: "line" }, { shape: "line" }, { shape: "line" }],
    [
      "the later name holds",
      { at: 5 },
      { at: 9, project: { id: "prj_1", name: "shop" } },
      { project: { value: "shop", at: 9, id: "prj_1" } },
    ],
    [
      "any name is better than an id",
      { at: 5, project: { id: "prj_1", name: "shop" } },
      { at: 9, project: { id: "prj_1", name: "prj_1" } },
      { project: { value: "shop", at: 5, id: "prj_1" } },
    ],
    [
      "of two ids the later stands for the name",
      { at: 5, project: { id: "prj_1", name: "prj_1" } },
      { at: 9, project: { id: "prj_1", name: "prj_1" } },
      { project: { value: "prj_1", at: 9, id: "prj_1" } },
    ],
    [
      "of one time the greater text",
      { at: 5, facts: { branch: "b" } },
      { at: 5, facts: { branch: "a" } },
      { facts: { branch: { value: "b", at: 5 } } },
    ],
    [
      "the later text",
      { at: 6, facts: { branch: "a" } },
      { at: 5, facts: { branch: "b" } },
      { facts: { branch: { value: "a", at: 6 } } },
    ],
    [
      "what only one knows",
      { facts: { branch: "b" } },
      { facts: { commit: "c" } },
      { facts: { branch: { value: "b", at: AT }, commit: { value: "c", at: AT } } },
    ],
    [
      "a firm line before a provisional one",
      { at: 5, line: { id: "a", name: "A" } },
      { at: 9, line: { id: "b", name: "B", provisional: true } },
      { line: { id: "a", value: "A", at: 5 } },
    ],
    [
      "the later of two lines",
      { at: 5, line: { id: "a", name: "A" } },
      { at: 9, line: { id: "b", name: "B" } },
      { line: { id: "b", value: "B" } },
    ],
    [
      "of one time the line of the greater id",
      { line: { id: "a", name: "Z" } },
      { line: { id: "b", name: "A" } },
      { line: { id: "b" } },
    ],
    [
      "of one id the greater name",
      { line: { id: "a", name: "A" } },
      { line: { id: "a", name: "B" } },
      { line: { value: "B" } },
    ],
    [
      "a fixed environment",
      { environment: { name: "a", kind: "other" } },
      { environment: { name: "b", kind: "other" } },
      { environment: { name: "b", kind: "other" } },
    ],
    [
      "of one name a fixed kind",
      { environment: { name: "a", kind: "other" } },
      { environment: { name: "a", kind: "production" } },
      { environment: { kind: "production" } },
    ],
    [
      "all environments",
      { environments: [{ name: "b", kind: "other" }] },
      {
        environments: [
          { name: "a", kind: "other" },
          { name: "b", kind: "preview" },
        ],
      },
      {
        environments: [
          { name: "a", kind: "other" },
          { name: "b", kind: "other" },
          { name: "b", kind: "preview" },
        ],
      },
    ],
    [
      "the later actor",
      { at: 5, actor: { login: "a", kind: "person" } },
      { at: 9, actor: { login: "b", kind: "person" } },
      { actor: { value: { login: "b", kind: "person" }, at: 9 } },
    ],
    [
      "of one time a fixed actor",
      { actor: { login: "a", kind: "person" } },
      { actor: { login: "b", kind: "person" } },
      { actor: { value: { login: "b" } } },
    ],
    [
      "the later withholding",
      { at: 5, withheld: "promotion" },
      { at: 9, withheld: "publishing" },
      { withheld: { value: "publishing", at: 9 } },
    ],
    [
      "the later serving",
      { serves: { how: "rolled_back", at: 5 } },
      { serves: { how: "live", at: 9 } },
      { serves: { how: "live", at: 9 } },
    ],
    [
      "of one time a fixed serving",
      { serves: { how: "live", at: 5 } },
      { serves: { how: "rolled_back", at: 5 } },
      { serves: { how: "rolled_back", at: 5 } },
    ],
    [
      "what either says of its source",
      { source: { isFork: true, isDefaultBranch: false } },
      { source: { isFork: false, isDefaultBranch: true, defaultBranch: "main" } },
      { source: { isFork: true, isDefaultBranch: true, defaultBranch: "main" } },
    ],
    [
      "a fixed default branch",
      { source: { defaultBranch: "main" } },
      { source: { defaultBranch: "trunk" } },
      { source: { defaultBranch: "trunk" } },
    ],
    [
      "all names of the deployment, first-hand where one is",
      { deployment: { keys: ["b"], secondHand: true, attempt: 2 } },
      { deployment: { keys: ["a"], attempt: 1 } },
      { deployment: { keys: ["a", "b"], secondHand: false, attempt: 2 } },
    ],
    [
      "second-hand where both are",
      { deployment: { keys: ["b"], secondHand: true } },
      { deployment: { keys: ["a"], secondHand: true } },
      { deployment: { keys: ["a", "b"], secondHand: true } },
    ],
    [
      "the later assumption",
      { at: 5, assume: { state: "failed", afterMs: 9 } },
      { at: 9, assume: { state: "succeeded", afterMs: 1 } },
      { assume: { state: "succeeded", afterMs: 1, at: 9 } },
    ],
    [
      "of one time the longer one",
      { assume: { state: "failed", afterMs: 1 } },
      { assume: { state: "succeeded", afterMs: 9 } },
      { assume: { state: "succeeded", afterMs: 9 } },
    ],
    [
      "of one length the worse one",
      { assume: { state: "failed", afterMs: 1 } },
      { assume: { state: "succeeded", afterMs: 1 } },
      { assume: { state: "failed" } },
    ],
    [
      "a firm end before a provisional one",
      { outcome: { state: "succeeded", at: 5 } },
      { outcome: { state: "failed", at: 9, provisional: true } },
      { outcome: { state: "succeeded", at: 5, provisional: false } },
    ],
    [
      "the later end",
      { outcome: { state: "failed", at: 5 } },
      { outcome: { state: "succeeded", at: 9 } },
      { outcome: { state: "succeeded", at: 9 } },
    ],
    [
      "of one time the worse end",
      { outcome: { state: "failed", at: 5 } },
      { outcome: { state: "succeeded", at: 5 } },
      { outcome: { state: "failed" } },
    ],
    [
      "of one end who canceled it",
      { outcome: { state: "canceled", at: 5 } },
      { outcome: { state: "canceled", at: 5, canceledBy: "newer_run" } },
      { outcome: { canceledBy: "newer_run" } },
    ],
    [
      "of two a fixed one",
      { outcome: { state: "canceled", at: 5, canceledBy: "time_limit" } },
      { outcome: { state: "canceled", at: 5, canceledBy: "person" } },
      { outcome: { canceledBy: "time_limit" } },
    ],
    [
      "the last removal and the first death",
      { outcome: { state: "canceled", at: 5, provisional: true } },
      { outcome: { state: "canceled", at: 9, provisional: true } },
      { retiredAt: 9 },
    ],
    [
      "the first death",
      { outcome: { state: "failed", at: 5, provisional: true } },
      { outcome: { state: "failed", at: 9, provisional: true } },
      { diedAt: 5 },
    ],
  ])("%s", (_, a, b, expected) => {
    expect(joined(a, b)).toMatchObject(expected);
  });

  test.each<[string, StepReport, StepReport, object]>([
    [
      "never goes back",
      step("running", { at: 9 }),
      step("queued", { at: 99 }),
      { state: "running", at: 9 },
    ],
    [
      "of two ends the later holds",
      step("failed", { at: 5 }),
      step("succeeded", { at: 9 }),
      { state: "succeeded", at: 9, endedAt: 5 },
    ],
    [
      "of one time the worse end",
      step("failed", { at: 5 }),
      step("succeeded", { at: 5 }),
      { state: "failed" },
    ],
    [
      "begins with its first report",
      step("running", { at: 5 }),
      step("running", { at: 9, startedAt: 7 }),
      { startedAt: 5, at: 9 },
    ],
    [
      "has the later title and the lesser place",
      step("queued", { at: 5, title: "B", order: 1 }),
      step("queued", { at: 9, title: "A", order: 2 }),
      { title: { value: "A", at: 9 }, order: 1 },
    ],
    [
      "is optional where both say so",
      step("queued", { optional: true }),
      step("queued"),
      { optional: false },
    ],
    [
      "is optional",
      step("queued", { optional: true }),
      step("queued", { optional: true }),
      { optional: true },
    ],
    [
      "asks all who are asked",
      step("waiting", { asks: ["b"] }),
      step("waiting", { asks: ["a"] }),
      { asks: ["a", "b"] },
    ],
    ["asks whom one names", step("waiting", { asks: ["b"] }), step("waiting"), { asks: ["b"] }],
  ])("a step %s", (_, a, b, expected) => {
    expect(joined({ steps: [a] }, { steps: [b] }).steps["build"]).toMatchObject(expected);
  });

  test("steps of both are there", () => {
    expect(
      Object.keys(
        joined({ steps: [step("queued")] }, { steps: [step("queued", { key: "test" })] }).steps,
      ).toSorted(),
    ).toEqual(["build", "test"]);
  });
});

describe("another attempt", () => {
  const attempt = (number: number, changes: Partial<ProgressSignal> = {}) =>
    runWith({ run: { id: "run_1", attempt: number, createdAt: AT + number }, ...changes });

  test("opens the run afresh and remembers the one before", () => {
    const first = attempt(1, {
      steps: [step("failed", { at: 5 })],
      outcome: { state: "failed", at: 6 },
    });
    const second = attempt(2, { steps: [step("queued")] });
    const both = join(first, second);
    expect(join(second, first)).toEqual(both);
    expect(both).toMatchObject({
      attempt: 2,
      outcome: undefined,
      firstCreatedAt: AT,
      steps: { build: { state: "queued" } },
    });
    expect(both.earlier?.["build"]).toMatchObject({ state: "failed", attempt: 1 });
  });

  test("remembers of each step the last attempt that it was in", () => {
    const first = attempt(1, { steps: [step("failed"), step("succeeded", { key: "lint" })] });
    const second = attempt(2, { steps: [step("succeeded")] });
    const third = attempt(3);
    const all = [first, second, third].reduce(join);
    expect(all.earlier?.["build"]).toMatchObject({ state: "succeeded", attempt: 2 });
    expect(all.earlier?.["lint"]).toMatchObject({ state: "succeeded", attempt: 1 });
    expect([third, first, second].reduce(join)).toEqual(all);
    expect(join(all, first).earlier).toEqual(all.earlier);
  });

  test("of two reports of an earlier one knows both", () => {
    const [one, other] = [
      attempt(1, { steps: [step("running", { at: 5 })] }),
      attempt(1, { steps: [step("failed", { at: 9 })] }),
    ];
    const all = [one, other, attempt(2)].reduce(join);
    expect([attempt(2), one, other].reduce(join).earlier).toEqual(all.earlier);
    expect(all.earlier?.["build"]).toMatchObject({ state: "failed", startedAt: 5, attempt: 1 });
  });

  test("without steps remembers none, and when it was first made", () => {
    const both = join(attempt(2), runWith({ run: { id: "run_1", attempt: 1, firstCreatedAt: 3 } }));
    expect(both.earlier).toBeUndefined();
    expect(both.firstCreatedAt).toBe(3);
    expect(
      join(attempt(2), runWith({ at: 7, run: { id: "run_1", attempt: 1 } })).firstCreatedAt,
    ).toBe(7);
  });
});

describe("an end that nobody told", () => {
  const job = (key: string, state: StepState, changes: Partial<StepReport> = {}) =>
    step(state, { key, title: key, ...changes });
  const jobs = (...steps: readonly StepReport[]): Run =>
    runWith({ shape: "parallel", run: { id: "run_1", attempt: 1 }, steps: [...steps] });

  test.each<[string, Run, boolean]>([
    ["jobs alone", jobs(job("a", "queued")), true],
    ["a run that says when it was made", runWith({ shape: "parallel" }), false],
    ["a line", runWith({ run: { id: "r", attempt: 1 } }), false],
    [
      "a run that has ended",
      runWith({ shape: "parallel", run: { id: "r", attempt: 1 }, outcome: { state: "failed" } }),
      false,
    ],
  ])("%s: %j", (_, run, expected) => {
    expect(isToldByJobs(run)).toBe(expected);
  });

  test.each<[readonly StepState[], string | undefined]>([
    [[], undefined],
    [["succeeded", "running"], undefined],
    [["succeeded", "skipped"], "succeeded"],
    [["succeeded", "canceled"], "canceled"],
    [["succeeded", "canceled", "failed"], "failed"],
    [["skipped", "skipped"], "skipped"],
  ])("of jobs that are %j is %j", (states, expected) => {
    const run = jobs(...states.map((state, at) => job(`${at}`, state, { at: AT + at })));
    const end = concludeFromJobs(run)?.outcome;
    if (expected === undefined) expect(end).toBeUndefined();
    else
      expect(end).toEqual({
        state: expected,
        at: AT + states.length - 1,
        provisional: true,
        derived: true,
      });
    expect(concludeFromJobs(runWith({ steps: [step("succeeded")] }))).toBeUndefined();
  });

  const concluded = concludeFromJobs(jobs(job("a", "succeeded")));
  const heard = (...steps: readonly StepReport[]): ProgressSignal =>
    progress({ shape: "parallel", run: { id: "run_1", attempt: 1 }, steps: [...steps] });
  test.each<[string, ProgressSignal, boolean]>([
    ["stays where a job is heard of again", heard(job("a", "succeeded")), true],
    ["stays where a job is heard of late", heard(job("a", "running")), true],
    ["goes where another job begins", heard(job("b", "running")), false],
    ["goes where another job has ended", heard(job("b", "failed")), false],
    ["goes where the job ends otherwise", heard(job("a", "failed", { at: AT + 9 })), false],
  ])("%s", (_, signal, stays) => {
    const run = mergeSignal(concluded, signal);
    expect(run.outcome !== undefined).toBe(stays);
  });

  test("that was told stays, whatever job is heard of", () => {
    const told = mergeSignal(
      undefined,
      progress({ shape: "parallel", outcome: { state: "succeeded" } }),
    );
    expect(
      mergeSignal(told, progress({ shape: "parallel", steps: [job("b", "running")] })).outcome
        ?.state,
    ).toBe("succeeded");
  });

  test("is believed when its time has come, once", () => {
    const assumed = runWith({ at: 5, assume: { state: "succeeded", afterMs: 9 } });
    expect(settle(assumed).outcome).toEqual({ state: "succeeded", at: 5, provisional: true });
    const ended = { ...assumed, outcome: { state: "failed", at: 6, provisional: false } } as const;
    expect(settle(ended)).toBe(ended);
    const unassumed = runWith();
    expect(settle(unassumed)).toBe(unassumed);
  });

  test("of a cancellation may be a time limit's", () => {
    const canceled = runWith({ outcome: { state: "canceled", at: 5 } });
    expect(stoppedByLimit(canceled).outcome).toEqual({
      state: "canceled",
      at: 5,
      provisional: false,
      canceledBy: "time_limit",
    });
    const failed = runWith({ outcome: { state: "failed" } });
    expect(stoppedByLimit(failed)).toBe(failed);
    expect(stoppedByLimit(runWith()).outcome).toBeUndefined();
  });
});
