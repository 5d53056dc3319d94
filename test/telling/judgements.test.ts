/** What telling decides from plain data: standings, what serves, time limits, news, audiences, whom a run concerns. */
import { describe, expect, test } from "vitest";
import type { Run } from "../../src/model/run/run.ts";
import type { ProgressSignal, StepReport } from "../../src/model/signal.ts";
import type { Track } from "../../src/model/run/track.ts";
import {
  audienceText,
  covers,
  isOfAnyApp,
  isSameDeployment,
  isToldOf,
  newsKeysOf,
  outcomeKeysOf,
  takenBackKeysOf,
  toldKeysOf,
} from "../../src/telling/audience.ts";
import { hearingOf } from "../../src/telling/hearing.ts";
import { limitOf, wasReplaced } from "../../src/telling/limit.ts";
import { newsOf, waitingNews } from "../../src/telling/news.ts";
import { servesOf, servingAfter, servingKeyOf } from "../../src/telling/serving.ts";
import { noStanding, toldFailure, withEnd, withTold } from "../../src/telling/standing.ts";
import { runOf, trackOf } from "../store/records.ts";
import { CREATED_AT, runWith } from "../support/runs.ts";

const MINUTE = 60_000;
const KEY = { endpointId: "ep_1", lineKey: "line", scope: "scope" };
const NOW = CREATED_AT + 60 * MINUTE;

const ending = (state: "canceled" | "succeeded" | "failed", at: number, id = "run_1"): Run =>
  runWith({ run: { id, attempt: 1, createdAt: CREATED_AT }, outcome: { state, at } });

describe("how a line stands", () => {
  const failed = withEnd(noStanding(KEY), ending("failed", 1_000, "a"), NOW);

  test("begins with nothing", () => {
    expect(noStanding(KEY)).toEqual({
      ...KEY,
      lastRunId: null,
      lastEndedAt: null,
      lastOutcome: null,
      toldOutcome: null,
      toldAt: null,
      toldAudience: null,
      failingSince: null,
      failuresInARow: 0,
      updatedAt: 0,
      version: 0,
    });
    expect(toldFailure(noStanding(KEY))).toBeUndefined();
  });

  test("a first failure begins a row", () => {
    expect(failed).toMatchObject({
      lastRunId: "a",
      lastEndedAt: 1_000,
      lastOutcome: "failed",
      failingSince: 1_000,
      failuresInARow: 1,
      updatedAt: NOW,
    });
  });

  test.each<[string, Run, object | "as it was"]>([
    [
      "another run's failure goes on",
      ending("failed", 2_000, "b"),
      { failingSince: 1_000, failuresInARow: 2, lastRunId: "b" },
    ],
    [
      "another try of the same run counts once",
      ending("failed", 2_000, "a"),
      { failingSince: 1_000, failuresInARow: 1, lastEndedAt: 2_000 },
    ],
    [
      "a success ends it, and the row is kept until that is told",
      ending("succeeded", 2_000, "b"),
      { lastOutcome: "succeeded", failingSince: 1_000, failuresInARow: 1 },
    ],
    [
      "one at the same time is heard of",
      ending("succeeded", 1_000, "b"),
      { lastOutcome: "succeeded" },
    ],
    [
      "the same run's other end is heard of",
      ending("succeeded", 1_000, "a"),
      { lastOutcome: "succeeded" },
    ],
    ["the same report again changes nothing", ending("failed", 1_000, "a"), "as it was"],
    ["an older end changes nothing", ending("succeeded", 999, "b"), "as it was"],
    ["a cancellation changes nothing", ending("canceled", 2_000, "b"), "as it was"],
    ["what goes on changes nothing", runWith(), "as it was"],
  ])("%s", (_, run, expected) => {
    const after = withEnd(failed, run, NOW + 1);
    if (expected === "as it was") expect(after).toBe(failed);
    else expect(after).toMatchObject({ ...expected, updatedAt: NOW + 1 });
  });

  test("a failure after a success begins a new row", () => {
    const mended = withEnd(failed, ending("succeeded", 2_000, "b"), NOW);
    expect(withEnd(mended, ending("failed", 3_000, "c"), NOW)).toMatchObject({
      failingSince: 3_000,
      failuresInARow: 1,
    });
  });

  test("what is told is remembered, and good news ends the row", () => {
    const loud = withTold(failed, "failed", "active", ["a", "b"], NOW + 5);
    expect(loud).toMatchObject({
      toldAt: NOW + 5,
      updatedAt: NOW + 5,
      toldAudience: ["a", "b"],
      failingSince: 1_000,
      failuresInARow: 1,
    });
    expect(toldFailure(loud)).toBe("active");
    expect(toldFailure(withTold(failed, "failed", "passive", [], NOW))).toBe("passive");
    const good = withTold(loud, "succeeded", "active", [], NOW + 6);
    expect(good).toMatchObject({ toldOutcome: "succeeded", failingSince: null, failuresInARow: 0 });
    expect(toldFailure(good)).toBeUndefined();
  });
});

describe("what serves", () => {
  const key = servingKeyOf("ep_1", "prj_1", null, undefined);
  const live = ending("succeeded", 5_000);
  const known = (since: number) =>
    ({ ...key, runId: "old", since, how: "live", commit: null, version: 7 }) as const;

  test("has empty texts where there is no line and no environment", () => {
    expect(key).toEqual({ endpointId: "ep_1", projectId: "prj_1", lineId: "", environment: "" });
    expect(servingKeyOf("e", "p", "l", "env")).toMatchObject({ lineId: "l", environment: "env" });
  });

  test.each<[string, Partial<ProgressSignal>, object | undefined]>([
    [
      "a deployment that succeeded",
      { outcome: { state: "succeeded", at: 5_000 } },
      { how: "live", at: 5_000 },
    ],
    [
      "one that only seems to have",
      { outcome: { state: "succeeded", at: 5_000, provisional: true } },
      undefined,
    ],
    ["one that failed", { outcome: { state: "failed", at: 5_000 } }, undefined],
    ["one that goes on", {}, undefined],
    [
      "one without an environment",
      { environment: undefined, outcome: { state: "succeeded" } },
      undefined,
    ],
    ["jobs side by side", { shape: "parallel", outcome: { state: "succeeded" } }, undefined],
    ["one that is withheld", { withheld: "promotion", outcome: { state: "succeeded" } }, undefined],
    [
      "one that is told to serve",
      { serves: { how: "promoted", at: 9_000 }, withheld: "promotion" },
      { how: "promoted", at: 9_000 },
    ],
  ])("%s", (_, changes, expected) => {
    expect(servesOf(runWith(changes))).toEqual(expected);
  });

  test("changes with what went live later, and with nothing else", () => {
    expect(servingAfter(undefined, key, live)).toEqual({
      ...key,
      runId: "run_1",
      since: 5_000,
      how: "live",
      commit: null,
      version: 0,
    });
    expect(servingAfter(known(4_999), key, live)).toMatchObject({ runId: "run_1", version: 7 });
    expect(servingAfter(known(5_000), key, live)).toBeUndefined();
    expect(servingAfter(undefined, key, runWith())).toBeUndefined();
    const commit = runWith({ outcome: { state: "succeeded" }, facts: { commit: "8a0c5f9" } });
    expect(servingAfter(undefined, key, commit)?.commit).toBe("8a0c5f9");
  });
});

describe("a time limit", () => {
  const canceledAfter = (ms: number, changes: Partial<ProgressSignal> = {}): Run =>
    runWith({ outcome: { state: "canceled", at: CREATED_AT + ms }, ...changes });
  const step = (changes: Partial<StepReport>): StepReport => ({
    key: "job",
    title: "job",
    order: 0,
    state: "canceled",
    ...changes,
  });

  test.each<[string, Run, boolean]>([
    ["six hours", canceledAfter(360 * MINUTE), true],
    ["six hours and a minute", canceledAfter(361 * MINUTE), true],
    ["six hours and more than a minute", canceledAfter(361 * MINUTE + 1), false],
    ["six hours less a minute", canceledAfter(359 * MINUTE), true],
    ["five minutes", canceledAfter(5 * MINUTE), true],
    ["seven minutes and a half", canceledAfter(7.5 * MINUTE), false],
    [
      "ten minutes, by a person",
      canceledAfter(10 * MINUTE, {
        outcome: { state: "canceled", at: CREATED_AT + 10 * MINUTE, canceledBy: "person" },
      }),
      false,
    ],
    [
      "ten minutes, of a removal",
      canceledAfter(10 * MINUTE, {
        outcome: { state: "canceled", at: CREATED_AT + 10 * MINUTE, provisional: true },
      }),
      false,
    ],
    ["ten minutes, and failed", ending("failed", CREATED_AT + 10 * MINUTE), false],
    ["ten minutes, and going on", runWith(), false],
    [
      "seven minutes, of which a job ran five",
      canceledAfter(7.5 * MINUTE, {
        steps: [step({ startedAt: CREATED_AT + 2 * MINUTE, at: CREATED_AT + 7 * MINUTE })],
      }),
      true,
    ],
    [
      "seven minutes, of which a job passed after five",
      canceledAfter(7.5 * MINUTE, {
        steps: [
          step({
            key: "a",
            startedAt: CREATED_AT,
            at: CREATED_AT + 5 * MINUTE,
            state: "succeeded",
          }),
          step({ key: "b", startedAt: CREATED_AT, at: CREATED_AT + 7.5 * MINUTE }),
        ],
      }),
      false,
    ],
    [
      "twelve minutes and a half, the first job of which began after two and a half",
      canceledAfter(12.5 * MINUTE, {
        steps: [
          step({
            startedAt: CREATED_AT + 2.5 * MINUTE,
            at: CREATED_AT + 3 * MINUTE,
            state: "succeeded",
          }),
        ],
      }),
      true,
    ],
  ])("after %s", (_, run, isLimit) => {
    expect(limitOf(run)).toBe(isLimit ? (run.outcome?.at ?? 0) + 30_000 : undefined);
  });

  test("is none where a newer run may have canceled it", () => {
    const run = canceledAfter(10 * MINUTE);
    const other = (id: string, createdAt: number) => runOf("trk_1", id, { createdAt });
    const end = CREATED_AT + 10 * MINUTE;
    expect(wasReplaced(run, [other("b", end + 30_000)])).toBe(true);
    expect(wasReplaced(run, [other("b", end + 30_001)])).toBe(false);
    expect(wasReplaced(run, [other("b", CREATED_AT + 1)])).toBe(true);
    expect(wasReplaced(run, [other("b", CREATED_AT)])).toBe(false);
    expect(wasReplaced(run, [other("run_1", end)])).toBe(false);
    expect(wasReplaced(run, [])).toBe(false);
    expect(wasReplaced(runWith(), [other("b", CREATED_AT + 30_000)])).toBe(true);
    expect(wasReplaced(runWith(), [other("b", CREATED_AT + 30_001)])).toBe(false);
  });
});

describe("news", () => {
  const asks = (key: string, at: number): StepReport => ({
    key,
    title: key,
    order: 0,
    state: "waiting",
    at,
    asks: [],
  });
  const waiting = runWith({ steps: [asks("b", 7_000), asks("a", 5_000)] });
  const back = (at: number) =>
    runWith({ serves: { how: "rolled_back", at }, outcome: { state: "succeeded", at: 1 } });

  test.each<[string, Run, readonly string[], object | undefined]>([
    ["a failure", ending("failed", 5_000), [], { kind: "failed", mark: "1:failed", at: 5_000 }],
    [
      "a success",
      ending("succeeded", 5_000),
      [],
      { kind: "succeeded", mark: "1:succeeded", at: 5_000 },
    ],
    [
      "a cancellation",
      ending("canceled", 5_000),
      [],
      { kind: "canceled", mark: "1:canceled", at: 5_000 },
    ],
    ["a failure that was judged", ending("failed", 5_000), ["1:failed"], undefined],
    [
      "another outcome than was judged",
      ending("failed", 5_000),
      ["1:succeeded"],
      { kind: "failed" },
    ],
    ["what was skipped", runWith({ outcome: { state: "skipped" } }), [], undefined],
    ["a beginning", runWith(), [], { kind: "started", mark: "1:started", at: CREATED_AT }],
    ["a person who is asked", waiting, [], { kind: "asked", mark: "1:asked=a,b", at: 7_000 }],
    [
      "a person who is asked for one more",
      waiting,
      ["1:asked=b"],
      { kind: "asked", mark: "1:asked=a,b", at: 5_000 },
    ],
    ["a person who was asked for both", waiting, ["1:asked=b,a"], { kind: "started" }],
    [
      "a person who was asked in another attempt",
      waiting,
      ["2:asked=a,b"],
      { kind: "asked", at: 7_000 },
    ],
    [
      "a rollback",
      back(100_000),
      [],
      { kind: "rolled_back", mark: "1:rolled_back:100000", at: 100_000 },
    ],
    [
      "a rollback that is asked for again",
      back(100_000),
      ["1:rolled_back:159999"],
      { kind: "succeeded" },
    ],
    ["a rollback a minute later", back(100_000), ["1:rolled_back:160000"], { kind: "rolled_back" }],
    [
      "a rollback of another attempt",
      back(100_000),
      ["2:rolled_back:100000"],
      { kind: "rolled_back" },
    ],
    [
      "a promotion",
      runWith({ serves: { how: "promoted", at: 9 }, outcome: { state: "succeeded", at: 5 } }),
      [],
      { kind: "succeeded" },
    ],
  ])("%s", (_, run, marks, expected) => {
    const news = newsOf(run, marks);
    if (expected === undefined) expect(news).toBeUndefined();
    else expect(news).toMatchObject(expected);
  });

  test("of a wait is of its attempt", () => {
    const again = runWith({ run: { id: "run_1", attempt: 3 } });
    expect(waitingNews(again, 42)).toEqual({ kind: "waiting", mark: "3:waiting", at: 42 });
  });
});

describe("audiences", () => {
  test.each<[string, readonly string[], boolean]>([
    ["", [], true],
    ["", ["a"], true],
    ["a", [], false],
    ["a", ["a"], true],
    ["a,b", ["b"], true],
    ["a,b", ["b", "c"], false],
    ["ab", ["a"], false],
  ])("who told %j has told %j: %j", (told, channels, isCovered) => {
    expect(covers(told, channels)).toBe(isCovered);
  });

  test("are one text, whatever their order", () => {
    expect(audienceText(["b", "a"])).toBe("a,b");
    expect(audienceText([])).toBe("");
  });

  const APP = "app:vercel:web-shop/production:8a0c5f9";
  const deployed = runWith({ deployment: { keys: [APP, "host:x"] } });
  const at = 0;

  test("a deployment is told of by each of its names", () => {
    expect(outcomeKeysOf({}, "failed")).toEqual([]);
    expect(outcomeKeysOf({ deployment: { keys: ["k"] } }, "failed")).toEqual(["k|1|failed"]);
    expect(outcomeKeysOf({ deployment: { keys: ["k"] }, attempt: 2 }, "failed")).toEqual([
      "k|2|failed",
    ]);
    expect(outcomeKeysOf({ deployment: { keys: ["k"], attempt: 3 }, attempt: 2 }, "x")).toEqual([
      "k|3|x",
    ]);
    expect(takenBackKeysOf({ deployment: { keys: ["k"] } })).toEqual(["k|1|taken_back"]);
    expect(newsKeysOf(runWith(), { kind: "asked", mark: "m" })).toEqual([]);
  });

  test.each<[Parameters<typeof toldKeysOf>[1]["kind"], readonly string[]]>([
    ["succeeded", [`${APP}|1|succeeded`, "host:x|1|succeeded"]],
    ["rolled_back", [`${APP}|m`, "host:x|m"]],
    ["waiting", [`${APP}|1|asked`, "host:x|1|asked"]],
    ["asked", [`${APP}|m`, "host:x|m", `${APP}|1|asked`, "host:x|1|asked"]],
    ["failed", [`${APP}|1|failed`, "host:x|1|failed", "app:vercel:*/production:8a0c5f9|1|failed"]],
  ])("what counts as told with %s", (kind, expected) => {
    expect(toldKeysOf(deployed, { kind, mark: "m", at }).toSorted()).toEqual(expected.toSorted());
  });

  test.each<[readonly string[], boolean]>([
    [[], false],
    [["app:vercel:*/production:8a0c5f9"], true],
    [["app:vercel:web-shop/production:8a0c5f9"], false],
    [["app:vercel:*/production:8a0c5f9", "host:x"], false],
    [["xapp:vercel:*/p:8"], false],
  ])("of %j no app is known: %j", (keys, expected) => {
    expect(isOfAnyApp(keys)).toBe(expected);
  });

  const on = (track: Partial<Track>, id: string, keys: readonly string[] = []) => {
    const run = runWith({ run: { id, attempt: 1 }, deployment: { keys: [...keys] } });
    const whole = trackOf({ id: "trk_1", endpointId: "ep_1", environmentKind: null, ...track });
    return { track: whole, record: runOf(whole.id, id, { run }) };
  };
  test.each<[string, ReturnType<typeof on>, ReturnType<typeof on>, boolean]>([
    ["the same run", on({}, "a"), on({}, "a"), true],
    ["the same run on two tracks", on({}, "a"), on({ id: "trk_2" }, "a"), true],
    ["a run of that id at another endpoint", on({}, "a"), on({ endpointId: "ep_2" }, "a"), false],
    ["two of one track", on({}, "a"), on({}, "b"), false],
    ["two of two tracks", on({}, "a"), on({ id: "trk_2" }, "b"), true],
    [
      "two of one kind",
      on({ environmentKind: "preview" }, "a"),
      on({ id: "trk_2", environmentKind: "preview" }, "b"),
      true,
    ],
    [
      "two of two kinds",
      on({ environmentKind: "preview" }, "a"),
      on({ id: "trk_2", environmentKind: "production" }, "b"),
      false,
    ],
    [
      "one of an unknown kind",
      on({}, "a"),
      on({ id: "trk_2", environmentKind: "production" }, "b"),
      true,
    ],
    [
      "the other of an unknown kind",
      on({ environmentKind: "preview" }, "a"),
      on({ id: "trk_2" }, "b"),
      true,
    ],
    [
      "two of one address",
      on({}, "a", ["host:x"]),
      on({ id: "trk_2" }, "b", ["host:y", "host:x"]),
      true,
    ],
    ["two of two addresses", on({}, "a", ["host:x"]), on({ id: "trk_2" }, "b", ["host:y"]), false],
    ["one without an address", on({}, "a", ["app:x"]), on({ id: "trk_2" }, "b", ["host:y"]), true],
    ["the other without one", on({}, "a", ["host:x"]), on({ id: "trk_2" }, "b", ["app:y"]), true],
  ])("%s", (_, teller, own, isSame) => {
    expect(isSameDeployment({ track: teller.track, run: teller.record }, own)).toBe(isSame);
  });

  test("what was told long before a deployment was made is of an elder one", () => {
    expect(isToldOf({ at: 40_000 }, 100_000)).toBe(true);
    expect(isToldOf({ at: 39_999 }, 100_000)).toBe(false);
  });
});

describe("whom a run concerns", () => {
  const preview = { name: "preview", kind: "preview" } as const;
  const ada = { login: "ada", name: "Ada", kind: "person" } as const;
  const bot = { login: "renovate[bot]", kind: "bot" } as const;

  test.each<[string, Partial<ProgressSignal>, readonly string[], object]>([
    ["production", { actor: ada, source: { isFork: true } }, ["grace"], { how: "ring" }],
    [
      "a fork",
      { environment: preview, source: { isFork: true } },
      [],
      { how: "count", of: "forks" },
    ],
    [
      "the default branch",
      { environment: undefined, source: { isDefaultBranch: true }, actor: ada },
      ["grace"],
      { how: "ring" },
    ],
    [
      "a preview of the default branch",
      { environment: preview, source: { isDefaultBranch: true }, actor: ada },
      ["grace"],
      { how: "passive", because: "somebody else's branch" },
    ],
    ["a bot's branch", { environment: preview, actor: bot }, [], { how: "count", of: "bots" }],
    [
      "anybody's branch, of nobody's endpoint",
      { environment: preview, actor: ada },
      [],
      { how: "ring" },
    ],
    [
      "my branch by its login",
      { environment: preview, actor: ada },
      ["grace", "ADA"],
      { how: "ring" },
    ],
    ["somebody else's branch", { environment: preview, actor: ada }, ["grace"], { how: "passive" }],
  ])("%s", (_, changes, me, expected) => {
    expect(hearingOf(runWith(changes), me)).toMatchObject(expected);
  });
});
