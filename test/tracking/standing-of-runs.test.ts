/** Where a run stands, when it ended, and which run a track shows: plain data, one fact changed at a time. */
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import {
  askedSteps,
  endedAtOf,
  endOf,
  errorOf,
  hasEnded,
  isHearsay,
  isPutLiveLater,
  isRejected,
  runDuration,
  runState,
  runTimes,
} from "../../src/tracking/segments.ts";
import { frontAt, identityOf, isYounger, newestOf, saysNothing } from "../../src/tracking/track.ts";
import { runOf, trackOf } from "../store/records.ts";
import { CREATED_AT, runWith } from "../support/runs.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const with_ = (run: Partial<Run>, changes: Partial<ProgressSignal> = {}): Run => ({
  ...runWith(changes),
  ...run,
});
const outcome = (
  state: "skipped" | "canceled" | "succeeded" | "failed",
  at = CREATED_AT + MINUTE,
  more: object = {},
) => ({
  outcome: { state, at, provisional: false, ...more },
});
const step = (state: StepState, changes: Partial<StepReport> = {}): StepReport => ({
  key: state,
  title: state,
  order: 0,
  state,
  ...changes,
});

describe("the end of a run", () => {
  test.each<[string, Run, string | undefined, number | undefined]>([
    ["is its outcome", with_(outcome("succeeded", 5)), "succeeded", 5],
    ["is none while it goes on", runWith(), undefined, undefined],
    [
      "by a time limit is a failure",
      with_(outcome("canceled", 5, { canceledBy: "time_limit" })),
      "failed",
      5,
    ],
    [
      "by a person is a cancellation",
      with_(outcome("canceled", 5, { canceledBy: "person" })),
      "canceled",
      5,
    ],
    [
      "is the failure it died of before it was taken down",
      with_({ ...outcome("canceled", 9, { provisional: true }), diedAt: 4, retiredAt: 6 }),
      "failed",
      4,
    ],
    [
      "is the failure it died of at that moment",
      with_({ ...outcome("canceled", 9, { provisional: true }), diedAt: 6, retiredAt: 6 }),
      "failed",
      6,
    ],
    [
      "is the removal that it died of",
      with_({ ...outcome("failed", 9, { provisional: true }), diedAt: 7, retiredAt: 6 }),
      "canceled",
      9,
    ],
    [
      "is what it died of alone",
      with_({ ...outcome("failed", 9, { provisional: true }), diedAt: 4 }),
      "failed",
      4,
    ],
    [
      "is firm whatever else is heard",
      with_({ ...outcome("succeeded", 9), diedAt: 4, retiredAt: 6 }),
      "succeeded",
      9,
    ],
    [
      "is what was concluded",
      with_({
        ...outcome("succeeded", 9, { provisional: true, derived: true }),
        diedAt: 4,
        retiredAt: 6,
      }),
      "succeeded",
      9,
    ],
    [
      "is no later than what it died of",
      with_({ ...outcome("failed", 3), diedAt: 4 }),
      "failed",
      3,
    ],
  ])("%s", (_, run, end, endedAt) => {
    expect(endOf(run)).toBe(end);
    expect(endedAtOf(run)).toBe(endedAt);
  });

  test("is one that no job takes back, unless it was concluded from jobs", () => {
    expect(hasEnded(runWith())).toBe(false);
    expect(hasEnded(with_(outcome("failed")))).toBe(true);
    expect(hasEnded(with_(outcome("failed", 5, { derived: true })))).toBe(false);
  });
});

describe("where a run stands", () => {
  test.each<[ProgressSignal["shape"], readonly StepState[], string]>([
    ["line", [], "queued"],
    ["line", ["planned"], "queued"],
    ["line", ["queued", "planned"], "queued"],
    ["line", ["succeeded", "waiting"], "waiting"],
    ["line", ["waiting", "running"], "running"],
    ["line", ["running", "waiting"], "waiting"],
    ["line", ["succeeded"], "running"],
    ["parallel", ["succeeded", "waiting"], "waiting"],
    ["parallel", ["waiting", "running"], "running"],
    ["parallel", ["running", "waiting"], "running"],
    ["parallel", ["queued", "succeeded"], "running"],
    ["parallel", ["queued", "planned"], "queued"],
    ["parallel", ["planned"], "queued"],
    ["parallel", [], "queued"],
  ])("a %s of %j is %s", (shape, states, expected) => {
    const steps = states.map((state, order) => step(state, { key: `${order}`, order }));
    expect(runState(runWith({ shape, steps }))).toBe(expected);
  });

  test("who is asked is asked as long as it goes on", () => {
    const steps = [
      step("waiting", { key: "a", asks: [] }),
      step("waiting", { key: "b" }),
      step("queued", { key: "c", asks: [] }),
    ];
    expect(askedSteps(runWith({ steps })).map(({ key }) => key)).toEqual(["a"]);
    expect(askedSteps(with_(outcome("canceled"), { steps }))).toEqual([]);
  });

  test("whoever said no is the reason, in their own words", () => {
    const facts = { rejectedBy: "ada", rejection: "not on Fridays", error: "failed" };
    const asked = [step("failed", { asks: ["ada"] })];
    expect(isRejected(runWith({ facts, steps: asked }))).toBe(true);
    expect(errorOf(runWith({ facts, steps: asked }))).toBe("not on Fridays");
    expect(isRejected(runWith({ facts, steps: [step("failed")] }))).toBe(false);
    expect(isRejected(runWith({ facts, steps: [step("waiting", { asks: ["ada"] })] }))).toBe(false);
    expect(isRejected(runWith({ facts: { error: "failed" }, steps: asked }))).toBe(false);
    expect(errorOf(runWith({ facts, steps: [step("failed")] }))).toBe("failed");
    expect(errorOf(runWith())).toBeUndefined();
  });

  test.each<[string, Run, boolean]>([
    ["a provisional end alone", with_(outcome("canceled", 5, { provisional: true })), true],
    [
      "a provisional end and what is planned",
      with_(outcome("canceled", 5, { provisional: true }), { steps: [step("planned")] }),
      true,
    ],
    [
      "a provisional end and a step",
      with_(outcome("canceled", 5, { provisional: true }), {
        steps: [step("planned"), step("queued")],
      }),
      false,
    ],
    [
      "a provisional end of what serves",
      with_({ ...outcome("canceled", 5, { provisional: true }), serves: { how: "live", at: 1 } }),
      false,
    ],
    ["a firm end alone", with_(outcome("canceled")), false],
    ["nothing", runWith(), false],
  ])("%s is hearsay: %j", (_, run, expected) => {
    expect(isHearsay(run)).toBe(expected);
  });
});

describe("the times of a run", () => {
  test.each<[string, Partial<ProgressSignal>, Partial<Run>, number, number]>([
    ["begin when it was created", {}, {}, CREATED_AT, CREATED_AT],
    [
      "begin with the first that was heard where nobody says when it was made",
      { run: { id: "r", attempt: 1 }, at: CREATED_AT + 5 },
      {},
      CREATED_AT + 5,
      CREATED_AT + 5,
    ],
    [
      "begin with a step that was a little before",
      { steps: [step("running", { startedAt: CREATED_AT - 1 })] },
      {},
      CREATED_AT,
      CREATED_AT - 1,
    ],
    [
      "do not begin with one of another attempt",
      { steps: [step("running", { startedAt: CREATED_AT - 60 * MINUTE })] },
      {},
      CREATED_AT,
      CREATED_AT,
    ],
    [
      "begin with a step of any time where nobody says when it was made",
      {
        run: { id: "r", attempt: 1 },
        steps: [step("running", { startedAt: CREATED_AT - 60 * MINUTE })],
      },
      {},
      CREATED_AT,
      CREATED_AT - 60 * MINUTE,
    ],
  ])("%s", (_, changes, run, createdAt, startedAt) => {
    const times = runTimes(with_(run, changes));
    expect(times).toEqual({ createdAt, startedAt, endedAt: undefined });
  });

  const built = (at: number) => [step("succeeded", { at: CREATED_AT + at })];
  test.each<[string, Run, number, boolean]>([
    [
      "live at its end",
      with_({ ...outcome("succeeded"), serves: { how: "live", at: 1 } }, { steps: built(0) }),
      MINUTE,
      false,
    ],
    [
      "promoted at once",
      with_(
        { ...outcome("succeeded"), serves: { how: "promoted", at: 1 } },
        { steps: built(MINUTE) },
      ),
      MINUTE,
      false,
    ],
    [
      "promoted a minute after it was built",
      with_({ ...outcome("succeeded"), serves: { how: "promoted", at: 1 } }, { steps: built(0) }),
      MINUTE,
      false,
    ],
    [
      "promoted later than that",
      with_(
        { ...outcome("succeeded", CREATED_AT + MINUTE + 1), serves: { how: "promoted", at: 1 } },
        { steps: built(0) },
      ),
      0,
      true,
    ],
    [
      "withheld for ten minutes",
      with_({
        ...outcome("succeeded", CREATED_AT + 10 * MINUTE),
        serves: { how: "promoted", at: 1 },
        withheld: { value: "promotion", at: CREATED_AT },
      }),
      10 * MINUTE,
      false,
    ],
    [
      "withheld for longer",
      with_({
        ...outcome("succeeded", CREATED_AT + 10 * MINUTE + 1),
        serves: { how: "promoted", at: 1 },
        withheld: { value: "promotion", at: CREATED_AT },
      }),
      0,
      true,
    ],
    [
      "failed",
      with_(
        { ...outcome("failed", CREATED_AT + 20 * MINUTE), serves: { how: "promoted", at: 1 } },
        { steps: built(0) },
      ),
      20 * MINUTE,
      false,
    ],
    [
      "that serves in no way",
      with_(outcome("succeeded", CREATED_AT + 20 * MINUTE), { steps: built(0) }),
      20 * MINUTE,
      false,
    ],
  ])("of one %s", (_, run, took, isLater) => {
    expect(runTimes(run).endedAt).toBe(CREATED_AT + took);
    expect(isPutLiveLater(run)).toBe(isLater);
  });

  test("it took none while it goes on", () => {
    expect(runDuration(runWith())).toBeUndefined();
    expect(runDuration(with_(outcome("succeeded")))).toBe(MINUTE);
  });
});

describe("what a track shows", () => {
  const record = (
    id: string,
    createdAt: number,
    run: Partial<Run> = {},
    changes: Partial<ProgressSignal> = {},
  ) =>
    runOf("trk_1", id, {
      createdAt,
      run: { ...runWith({ run: { id, attempt: 1, createdAt }, ...changes }), ...run },
    });
  const asking = { steps: [step("waiting", { asks: [] })] };
  const idOf = (...runs: Parameters<typeof newestOf>[0]) => newestOf(runs)?.run.id;

  test.each<[string, Parameters<typeof newestOf>[0], string | undefined]>([
    ["nothing", [], undefined],
    ["the newest", [record("a", 1), record("b", 2)], "b"],
    ["of one moment the greater id", [record("b", 1), record("a", 1)], "b"],
    ["an older one that asks", [record("a", 1, {}, asking), record("b", 2)], "a"],
    ["the newest of two that ask", [record("a", 1, {}, asking), record("b", 2, {}, asking)], "b"],
    [
      "the end of the newest, whoever asks",
      [record("a", 1, {}, asking), record("b", 2, outcome("failed"))],
      "b",
    ],
    [
      "what was made later than the one that was run again",
      [record("a", 2), record("b", 3, { ...outcome("failed"), firstCreatedAt: 1 })],
      "a",
    ],
    [
      "what serves later than the newest",
      [
        record("a", 1, { serves: { how: "rolled_back", at: 9 } }),
        record("b", 2, { ...outcome("succeeded"), serves: { how: "live", at: 5 } }),
      ],
      "a",
    ],
    [
      "not what serves as long",
      [
        record("a", 1, { serves: { how: "rolled_back", at: 5 } }),
        record("b", 2, { ...outcome("succeeded"), serves: { how: "live", at: 5 } }),
      ],
      "b",
    ],
    [
      "not what serves while the newest does not",
      [
        record("a", 1, { serves: { how: "rolled_back", at: 9 } }),
        record("b", 2, outcome("failed")),
      ],
      "b",
    ],
  ])("%s", (_, runs, expected) => {
    expect(idOf(...runs)).toBe(expected);
    expect(idOf(...runs.toReversed())).toBe(expected);
  });

  test("a run is younger by when it was first made", () => {
    expect(isYounger(record("a", 2), record("b", 1))).toBe(true);
    expect(isYounger(record("a", 1), record("b", 1))).toBe(false);
    expect(isYounger(record("a", 9, { firstCreatedAt: 1 }), record("b", 2))).toBe(false);
  });

  test.each<[string, Run, boolean]>([
    ["one that was skipped", with_(outcome("skipped")), true],
    ["hearsay", with_(outcome("failed", 5, { provisional: true })), true],
    ["one that goes on", runWith(), false],
    ["one canceled before anything", with_(outcome("canceled")), true],
    [
      "one canceled in its queue",
      with_(outcome("canceled"), { steps: [step("planned"), step("queued"), step("skipped")] }),
      true,
    ],
    [
      "one canceled before its step began",
      with_(outcome("canceled"), { steps: [step("canceled")] }),
      true,
    ],
    [
      "one canceled in a step",
      with_(outcome("canceled"), { steps: [step("canceled", { startedAt: CREATED_AT })] }),
      false,
    ],
    [
      "one canceled beside what ran",
      with_(outcome("canceled"), { steps: [step("queued"), step("running")] }),
      false,
    ],
    [
      "one that a time limit stopped",
      with_(outcome("canceled", 5, { canceledBy: "time_limit" })),
      false,
    ],
    ["one that failed", with_(outcome("failed")), false],
  ])("%s says nothing: %j", (_, run, expected) => {
    expect(saysNothing(run)).toBe(expected);
  });

  test.each<[Run["serves"], number]>([
    [undefined, 5],
    [{ how: "live", at: 9 }, 5],
    [{ how: "promoted", at: 9 }, 5],
    [{ how: "rolled_back", at: 9 }, 9],
    [{ how: "restored", at: 9 }, 9],
    [{ how: "restored", at: 1 }, 5],
  ])("served as %j it is found at %i", (serves, at) => {
    expect(frontAt(with_({ serves }), 5)).toBe(at);
  });
});

describe("the identity of a run", () => {
  test.each<[string, Run, string | undefined, object]>([
    [
      "its project, line and environment",
      runWith({ line: { id: "api", name: "API" } }),
      undefined,
      { projectId: "prj_1", lineId: "api", environment: "production", branch: null },
    ],
    [
      "its environment's id",
      runWith({ environment: { name: "custom", kind: "other", id: "env_1" } }),
      undefined,
      { environment: "env_1" },
    ],
    [
      "its branch in a preview",
      runWith({ environment: { name: "preview", kind: "preview" }, facts: { branch: "cart" } }),
      undefined,
      { environment: "preview", branch: "cart" },
    ],
    [
      "its branch where there is no environment",
      runWith({ environment: undefined, facts: { branch: "cart" } }),
      undefined,
      { environment: null, branch: "cart" },
    ],
    [
      "no branch where it has none",
      runWith({ environment: undefined }),
      undefined,
      { branch: null },
    ],
    [
      "no branch in production",
      runWith({ facts: { branch: "main" } }),
      undefined,
      { branch: null },
    ],
    [
      "what its stored track knows",
      with_({ project: { value: "web-shop", at: 1 }, line: { value: "API", at: 1 } }),
      '["prj_stored","api_stored","production"]',
      { projectId: "prj_of_track", lineId: "api_stored" },
    ],
    [
      "no line of a stored track where it has none",
      with_({ project: { value: "web-shop", at: 1 } }),
      '["prj_stored","api_stored"]',
      { lineId: null },
    ],
    [
      "its own name where nothing else is known",
      with_({ project: { value: "web-shop", at: 1 }, line: { value: "API", at: 1 } }),
      undefined,
      { projectId: "web-shop", lineId: "API" },
    ],
    [
      "its own line where the track has another kind of key",
      with_({ line: { value: "API", at: 1 } }),
      '{"a":1}',
      { lineId: "API" },
    ],
  ])("is %s", (_, run, key, expected) => {
    const stored = key === undefined ? undefined : trackOf({ key, projectId: "prj_of_track" });
    expect(identityOf(run, stored)).toMatchObject(expected);
  });
});
