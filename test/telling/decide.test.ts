/** Whether and how loudly a run's news is told, from plain data: one fact changed at a time. */
import { describe, expect, test } from "vitest";
import type { RunRecord } from "../../src/model/run/run-record.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { decide } from "../../src/telling/decide.ts";
import type { Decision, Situation } from "../../src/telling/decide.ts";
import { newsOf, waitingNews } from "../../src/telling/news.ts";
import type { News } from "../../src/telling/news.ts";
import { noStanding } from "../../src/telling/standing.ts";
import { runOf } from "../store/records.ts";
import { CREATED_AT, runWith } from "../support/runs.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ENDED_AT = CREATED_AT + MINUTE;
const KEY = { endpointId: "ep_1", lineKey: "line", scope: "scope" };

const BRANCH: Partial<ProgressSignal> = { environment: undefined, facts: { branch: "cart" } };
const NOWHERE: Partial<ProgressSignal> = { environment: undefined, facts: {} };

const recordOf = (changes: Partial<ProgressSignal>, createdAt = CREATED_AT): RunRecord => {
  const run = runWith(changes);
  const state = run.outcome?.state ?? "running";
  return runOf("trk_1", run.id, { run, createdAt, state });
};
const ended = (state: "failed" | "succeeded" | "canceled") => ({
  outcome: { state, at: ENDED_AT },
});
const other = (id: string, state: "failed" | "succeeded", createdAt: number): RunRecord =>
  recordOf({ ...ended(state), run: { id, attempt: 1, createdAt } }, createdAt);

type Change = Partial<Omit<Situation, "record" | "news">> & {
  readonly run?: Partial<ProgressSignal>;
  readonly news?: News;
};

/** A failure of production that nobody has told, at an endpoint that rings for failures. */
function situation({ run = {}, news, ...rest }: Change): Situation {
  const record = recordOf({ ...ended("failed"), ...run });
  const told = news ?? newsOf(record.run, []);
  if (!told) throw new Error("It is no news.");
  return {
    record,
    news: told,
    now: ENDED_AT + SECOND,
    notify: "failures",
    me: [],
    standing: noStanding(KEY),
    others: [],
    toldBy: undefined,
    takenBackBy: undefined,
    isHeldOver: false,
    toldOfLine: 0,
    ...rest,
  };
}

const heard = (level: "active" | "passive") => ({
  ...noStanding(KEY),
  toldOutcome: level === "active" ? "failed" : "failed_quietly",
  lastRunId: "before",
});
const told = (as: string, level: "active" | "passive", more: object = {}): object => ({
  how: "tell",
  as,
  level,
  ...more,
});
const SUCCESS = { run: ended("succeeded") };

describe("what is told", () => {
  test.each<[string, Change, object]>([
    [
      "a failure",
      {},
      { ...told("failed", "active"), lateMs: undefined, isOutrun: false, because: undefined },
    ],
    ["a success of no failure", SUCCESS, { how: "quiet", because: "notify: failures" }],
    [
      "a success where outcomes are told",
      { ...SUCCESS, notify: "outcomes" },
      told("succeeded", "active"),
    ],
    [
      "a success after a failure that rang",
      { ...SUCCESS, standing: heard("active") },
      told("recovered", "active", { because: undefined }),
    ],
    [
      "a success after a quiet failure",
      { ...SUCCESS, standing: heard("passive") },
      told("recovered", "passive", { because: "its failure was told quietly" }),
    ],
    ["a cancellation", { run: ended("canceled") }, { how: "quiet", because: "notify: failures" }],
    [
      "a cancellation where all is told",
      { run: ended("canceled"), notify: "all" },
      told("canceled", "active"),
    ],
    [
      "a beginning where all is told",
      { run: { outcome: undefined }, notify: "all", now: CREATED_AT },
      told("started", "active"),
    ],
    [
      "a beginning where outcomes are told",
      { run: { outcome: undefined }, notify: "outcomes" },
      { how: "quiet" },
    ],
    [
      "a failure where nothing is told",
      { notify: "none" },
      { how: "quiet", because: "notify: none" },
    ],
    [
      "a long wait",
      { run: { outcome: undefined }, news: waitingNews(runWith(), CREATED_AT) },
      told("waiting", "active"),
    ],
  ])("%s", (_, change, expected) => {
    expect(decide(situation(change))).toMatchObject(expected);
  });
});

describe("who else tells of it", () => {
  const second = { deployment: { keys: ["k"], secondHand: true } };
  test.each<[string, Change, object]>([
    [
      "told at the same time",
      { toldBy: { name: "vercel", at: ENDED_AT + SECOND } },
      { how: "quiet", because: "told by vercel at the same time" },
    ],
    [
      "told nearly at the same time",
      { toldBy: { name: "vercel", at: ENDED_AT + 1 } },
      { because: "told by vercel at the same time" },
    ],
    [
      "told before",
      { toldBy: { name: "vercel", at: ENDED_AT - 4 * SECOND } },
      { how: "quiet", because: "told by vercel 5 s earlier" },
    ],
    [
      "taken back by its host",
      { takenBackBy: "vercel" },
      { how: "quiet", because: "no failure: canceled, as vercel told" },
    ],
    [
      "a success that its host took back",
      { ...SUCCESS, notify: "outcomes", takenBackBy: "vercel" },
      told("succeeded", "active"),
    ],
    [
      "second-hand",
      { run: second },
      {
        how: "hold",
        until: ENDED_AT + 21 * SECOND,
        because: "told second-hand: its owner may tell of it within 20 s",
      },
    ],
    ["second-hand, held long enough", { run: second, isHeldOver: true }, told("failed", "active")],
    ["first-hand", { run: { deployment: { keys: ["k"] } } }, told("failed", "active")],
  ])("%s", (_, change, expected) => {
    expect(decide(situation(change))).toMatchObject(expected);
  });
});

describe("how old it is", () => {
  const after = (ms: number, change: Change = {}): Decision =>
    decide(situation({ ...change, now: ENDED_AT + ms }));
  test.each<[number, Change, object]>([
    [10 * MINUTE, {}, told("failed", "active", { lateMs: undefined })],
    [10 * MINUTE + 1, {}, told("failed", "active", { lateMs: 10 * MINUTE + 1 })],
    [24 * HOUR, {}, told("failed", "active", { lateMs: 24 * HOUR })],
    [24 * HOUR + 1, {}, told("failed", "passive", { because: "it happened 1 d ago" })],
    [
      48 * HOUR,
      { run: { outcome: undefined }, notify: "all" },
      told("started", "active", { lateMs: undefined }),
    ],
  ])("%i ms", (ms, change, expected) => {
    expect(after(ms, change)).toMatchObject(expected);
  });
});

describe("what came to the contrary", () => {
  const younger = (state: "failed" | "succeeded") => [other("after", state, CREATED_AT + 1)];
  const elder = (state: "failed" | "succeeded") => [other("before", state, CREATED_AT - 1)];
  const passed = (lastEndedAt: number | null, lastRunId = "after") => ({
    ...noStanding(KEY),
    lastRunId,
    lastOutcome: "succeeded",
    lastEndedAt,
  });
  const outrun = told("failed", "passive", { isOutrun: true, because: "a newer run has passed" });
  const rings = told("failed", "active", { isOutrun: false });
  test.each<[string, Change, object]>([
    ["a newer success", { others: younger("succeeded") }, outrun],
    ["a newer failure", { others: younger("failed") }, rings],
    ["an older success", { others: elder("succeeded") }, rings],
    ["its own record", { others: [other("run_1", "succeeded", CREATED_AT + 1)] }, rings],
    [
      "a newer success, of nobody knows which branch",
      { run: NOWHERE, others: younger("succeeded") },
      rings,
    ],
    [
      "a newer success of its branch",
      { run: { ...BRANCH, source: { isDefaultBranch: true } }, others: younger("succeeded") },
      outrun,
    ],
    ["a success that ended later", { standing: passed(ENDED_AT + 1) }, outrun],
    ["a success that ended at the same time", { standing: passed(ENDED_AT) }, rings],
    ["a success of an unknown time", { standing: passed(null) }, rings],
    ["its own success", { standing: passed(ENDED_AT + 1, "run_1") }, rings],
    [
      "a failure that ended later",
      { standing: { ...passed(ENDED_AT + 1), lastOutcome: "failed" } },
      rings,
    ],
    [
      "a success that ended later, of a run that is older",
      { standing: passed(ENDED_AT + 1, "before"), others: elder("failed") },
      rings,
    ],
    [
      "a success that ended later, of a run that is younger",
      { standing: passed(ENDED_AT + 1), others: younger("failed") },
      outrun,
    ],
  ])("%s", (_, change, expected) => {
    expect(decide(situation(change))).toMatchObject(expected);
  });

  const success = { ...SUCCESS, notify: "outcomes" as const };
  test.each<[string, Change, object]>([
    [
      "a newer failure outruns a success",
      { others: younger("failed") },
      told("succeeded", "passive", { isOutrun: true, because: "a newer run has failed" }),
    ],
    [
      "an older failure does not",
      { others: elder("failed") },
      told("succeeded", "active", { isOutrun: false }),
    ],
    [
      "the success of an older run mends nothing",
      { standing: heard("active"), others: younger("failed") },
      told("succeeded", "passive"),
    ],
    [
      "where no place is known another run mends nothing",
      { run: { ...NOWHERE, ...ended("succeeded") }, standing: heard("active") },
      told("succeeded", "active"),
    ],
    [
      "where no place is known the run itself does",
      {
        run: { ...NOWHERE, ...ended("succeeded") },
        standing: { ...heard("active"), lastRunId: "run_1" },
      },
      told("recovered", "active"),
    ],
    [
      "a branch is a place",
      { run: { ...BRANCH, ...ended("succeeded") }, standing: heard("active") },
      told("recovered", "active"),
    ],
  ])("%s", (_, change, expected) => {
    expect(decide(situation({ ...success, ...change }))).toMatchObject(expected);
  });
});

describe("whom it concerns", () => {
  const bot = { login: "renovate[bot]", kind: "bot" } as const;
  const fork = { ...BRANCH, source: { isFork: true } };
  const asks = (asked: readonly string[]): ProgressSignal["steps"] => [
    { key: "a", title: "a", order: 0, state: "waiting", asks: [...asked] },
  ];
  const counted = (of: string) => ({ how: "count", of });
  test.each<[string, Change, object]>([
    ["a bot's failure", { run: { ...BRANCH, actor: bot } }, counted("bots")],
    [
      "a bot's success after a failure",
      { run: { ...BRANCH, ...ended("succeeded"), actor: bot }, standing: heard("active") },
      { how: "quiet", because: "a bot's branch, counted with others" },
    ],
    [
      "a fork that waits for anybody",
      { run: { ...fork, outcome: undefined, steps: asks([]) } },
      counted("forks"),
    ],
    [
      "a fork that waits for somebody named",
      { run: { ...fork, outcome: undefined, steps: asks(["ada"]) } },
      told("asked", "active"),
    ],
    [
      "a person's that waits for anybody, of another",
      { run: { ...BRANCH, outcome: undefined, steps: asks([]) }, me: ["grace"] },
      told("asked", "active"),
    ],
    [
      "somebody else's failure",
      { run: { ...BRANCH, actor: { login: "ada", kind: "person" } }, me: ["grace"] },
      told("failed", "passive", { because: "somebody else's branch" }),
    ],
    ["the fifth failure of a line", { run: BRANCH, toldOfLine: 4 }, told("failed", "active")],
    [
      "the sixth failure of a line",
      { run: BRANCH, toldOfLine: 5 },
      { how: "count", of: "rest", because: "more of this line than are told one by one" },
    ],
    ["the sixth failure of production", { toldOfLine: 5 }, told("failed", "active")],
    [
      "a recovery beside five failures",
      { run: { ...BRANCH, ...ended("succeeded") }, standing: heard("active"), toldOfLine: 5 },
      told("recovered", "active"),
    ],
  ])("%s", (_, change, expected) => {
    expect(decide(situation(change))).toMatchObject(expected);
  });
});
