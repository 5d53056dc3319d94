/** The bar stands still: as many segments at first as in the end, never fewer, and never back. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import type { BarShape, Forecast } from "../../src/model/run/forecast.ts";
import type { Run } from "../../src/model/run/run.ts";
import type { ProgressSignal, StepReport, StepState } from "../../src/model/signal.ts";
import { barOf, forecastAfter, MAX_SEGMENTS, shapeOf } from "../../src/tracking/bar.ts";
import type { Bar } from "../../src/tracking/bar.ts";
import { mergeSignal } from "../../src/tracking/merge.ts";
import { deliveriesOf, lifecyclesOf, signalsOf } from "../support/fixtures.ts";
import { CREATED_AT, ended, line, progress, runWith } from "../support/runs.ts";

interface Frame {
  readonly attempt: number;
  readonly bar: Bar;
}

interface Played {
  readonly run: Run;
  readonly frames: readonly Frame[];
}

/**
 * What stands on the screen after each of a run's signals.
 *
 * @param heldBack so many signals of each attempt come before its first frame is seen
 */
function play(
  signals: readonly ProgressSignal[],
  seed: BarShape | null,
  heldBack = Infinity,
): Played {
  let run: Run | undefined;
  let forecast: Forecast | undefined;
  let begunAt = 0;
  const frames: Frame[] = [];
  for (const [now, signal] of signals.entries()) {
    const attempt = run?.attempt;
    run = mergeSignal(run, signal);
    if (run.attempt !== attempt) begunAt = now;
    forecast = forecastAfter(run, forecast, forecast ? undefined : { seed, expected: null }, {
      now,
      firstFrameAt: begunAt + heldBack,
    });
    if (now + 1 >= begunAt + heldBack || !Number.isFinite(heldBack))
      frames.push({ attempt: run.attempt, bar: barOf(run, forecast) });
  }
  if (!run) throw new Error("no signals");
  return { run, frames };
}

/** Of each recorded run its signals in their order. */
const histories = adapters.flatMap((adapter) =>
  lifecyclesOf(adapter.name).flatMap((lifecycle) => {
    const told = deliveriesOf(lifecycle).flatMap((fixture) => signalsOf(adapter, fixture));
    const signals = told.filter((it) => it.kind === "progress");
    const byRun = Map.groupBy(signals, ({ run }) => run.id);
    return Array.from(byRun, ([id, own]) => ({
      name: `${adapter.name} ${lifecycle.name} ${id}`,
      signals: own,
    }));
  }),
);

/** A line's last run of this kind, as it would be on record. */
const seedFor = (signals: readonly ProgressSignal[]): BarShape => shapeOf(play(signals, null).run);

const lengths = ({ frames }: Played): number[] => frames.map(({ bar }) => bar.segments.length);

/** Frames that have fewer segments than the one before, or fewer completed in the same attempt. */
const setbacks = ({ frames }: Played): Frame[] =>
  frames.filter(({ attempt, bar }, at) => {
    const before = frames[at - 1];
    if (!before) return false;
    const isBack = attempt === before.attempt && bar.completed < before.bar.completed;
    return isBack || bar.segments.length < before.bar.segments.length;
  });

describe.each(histories)("$name", ({ signals }) => {
  const anyOrder = fc.shuffledSubarray([...signals, ...signals], { minLength: signals.length });

  test("never shrinks and never goes back, with a past or without one, in any order", () => {
    for (const seed of [null, seedFor(signals)]) {
      expect(setbacks(play(signals, seed))).toEqual([]);
      fc.assert(
        fc.property(anyOrder, (told) => {
          expect(setbacks(play(told, seed))).toEqual([]);
        }),
        { numRuns: 30 },
      );
    }
  });
});

/** Frames that have other segments than the one before, of the same attempt. */
const unsteady = ({ frames }: Played): Frame[] =>
  frames.filter(
    ({ attempt, bar }, at) =>
      attempt === frames[at - 1]?.attempt &&
      bar.segments.length !== frames[at - 1]?.bar.segments.length,
  );

describe.each(histories)("$name, once it is seen", ({ signals }) => {
  test.each([1, 2, 3, 5])("keeps the segments of its first frame, the %sth", (heldBack) => {
    for (const seed of [null, seedFor(signals)]) {
      const played = play(signals, seed, heldBack);
      expect(unsteady(played)).toEqual([]);
      expect(setbacks(played)).toEqual([]);
      for (const { bar } of played.frames) {
        expect(bar.completed).toBeLessThanOrEqual(bar.segments.length);
        expect(bar.segments.length).toBeGreaterThan(0);
      }
    }
  });
});

test("has as many segments at first as in the end, in 95 of 100 histories", () => {
  const counts = histories.map(({ signals }) => lengths(play(signals, seedFor(signals))));
  const steady = counts.filter((it) => it[0] === it.at(-1)).length;
  expect(steady / counts.length).toBeGreaterThanOrEqual(0.95);
});

test("at most 5 % of the segments were never entered when a run has succeeded", () => {
  const ends = histories
    .map(({ signals }) => play(signals, seedFor(signals)))
    .filter(({ run }) => run.outcome?.state === "succeeded");
  const segments = ends.flatMap(({ frames }) => frames.at(-1)?.bar.segments ?? []);
  const isUnentered = ({ state, startedAt }: (typeof segments)[number]) =>
    state === "planned" || (state === "skipped" && startedAt === undefined);
  expect(segments.filter(isUnentered).length / segments.length).toBeLessThanOrEqual(0.05);
});

const words = ({ segments, completed }: Bar) => [
  segments.map(({ title, state }) => `${title} ${state}`).join(", "),
  completed,
];

const job = (title: string, state: StepState, attempt = 1): StepReport => ({
  key: `${title}#${attempt}`,
  title,
  order: ["lint", "test", "build"].indexOf(title),
  state,
  at: CREATED_AT + 1_000,
});

const jobs = (steps: readonly StepReport[], changes: Partial<ProgressSignal> = {}) =>
  progress({ shape: "parallel", steps: [...steps], environment: undefined, ...changes });

describe("what the line's last run came to", () => {
  const seeded = (steps: readonly StepReport[], last: readonly StepReport[]) =>
    words(
      play(
        [jobs(steps)],
        seedFor([jobs(last, { outcome: { state: "succeeded", at: CREATED_AT + 9_000 } })]),
      ).frames[0]?.bar ?? { segments: [], completed: 0 },
    );
  const three = [job("lint", "succeeded"), job("test", "succeeded"), job("build", "succeeded")];

  test.each<[string, readonly StepReport[], readonly StepReport[], string, number]>([
    [
      "is there before its jobs",
      [job("lint", "running")],
      three,
      "lint running, test planned, build planned",
      0,
    ],
    ["is there before any job", [], three, "lint planned, test planned, build planned", 0],
    [
      "does not add to jobs of other names",
      [job("lint", "succeeded"), job("unit", "running"), job("e2e", "queued")],
      three,
      "lint succeeded, unit running, e2e queued",
      1,
    ],
    [
      "grows by what is new",
      [...three, job("docs", "running")],
      three,
      "lint succeeded, test succeeded, build succeeded, docs running",
      3,
    ],
    [
      "keeps a matrix open until as many of its jobs are over",
      [job("test (22)", "succeeded"), job("test (24)", "succeeded")],
      ["22", "24", "26"].map((version) => job(`test (${version})`, "succeeded")),
      "test 2 of 3 queued",
      0,
    ],
  ])("%s", (_, steps, last, segments, completed) => {
    expect(seeded(steps, last)).toEqual([segments, completed]);
  });

  test("never entered is gray in the end", () => {
    const over = jobs([job("lint", "succeeded")], {
      outcome: { state: "succeeded", at: CREATED_AT + 9_000 },
    });
    const { frames } = play([jobs([job("lint", "running")]), over], seedFor([jobs(three)]));
    expect(frames.map(({ bar }) => words(bar)[0]).at(-1)).toBe(
      "lint succeeded, test skipped, build skipped",
    );
    expect(frames.at(-1)?.bar.completed).toBe(3);
  });

  test("of a line has the optional steps that were entered", () => {
    const checks = (state: StepState, lastedMs: number): StepReport => ({
      key: "checks",
      title: "Checks",
      order: 0.5,
      state,
      optional: true,
      startedAt: CREATED_AT,
      at: CREATED_AT + lastedMs,
    });
    const run = (state: StepState, lastedMs: number) =>
      progress({ steps: [...line("succeeded", "planned"), checks(state, lastedMs)] });
    const last = [run("succeeded", 60_000)];
    expect(
      words(play([run("planned", 0)], seedFor(last)).frames[0]?.bar ?? barOf(runWith())),
    ).toEqual(["Queued succeeded, Checks planned, Building planned", 1]);
    const brief = [run("succeeded", 1_000)];
    expect(seedFor(brief).slots.map(({ title }) => title)).toEqual(["Queued", "Building"]);
  });
});

describe("jobs of a matrix", () => {
  test("share a segment that counts them", () => {
    const titles = ["ci / test (ubuntu, 24)", "ci / test (macos, 24)", "ci / test (windows, 24)"];
    const [first, ...rest] = titles.map((title) => job(title, "queued"));
    if (!first) throw new Error("no jobs");
    const run = runWith(jobs([{ ...first, state: "succeeded" }, ...rest, job("lint", "queued")]));
    expect(words(barOf(run))).toEqual(["ci / test 1 of 3 queued, lint queued", 0]);
  });

  test("five hundred jobs, of one matrix or not, make a short bar that shows what failed", () => {
    const many = Array.from({ length: 500 }, (_, at) =>
      job(`job ${at}`, at === 77 ? "failed" : "succeeded"),
    );
    const bar = barOf(runWith(jobs(many)));
    expect(bar.segments).toHaveLength(MAX_SEGMENTS);
    expect(bar.completed).toBe(MAX_SEGMENTS);
    expect(bar.segments.filter(({ state }) => state === "failed")).toHaveLength(1);
    const matrix = many.map((it, at) => ({ ...it, title: `test (${at})` }));
    expect(words(barOf(runWith(jobs(matrix))))).toEqual(["test 500 of 500 failed", 1]);
  });
});

describe("failed jobs that run again", () => {
  const nine = Array.from({ length: 9 }, (_, at) => `job ${at}`);
  const first = nine.flatMap((title, at) => [
    jobs([job(title, "queued")]),
    jobs([job(title, at === 8 ? "failed" : "succeeded")]),
  ]);
  const second = (steps: readonly StepReport[], changes: Partial<ProgressSignal> = {}) =>
    jobs(steps, { run: { id: "run_1", attempt: 2, createdAt: CREATED_AT + 60_000 }, ...changes });

  test("leave the passed ones where they are: nine segments in each attempt", () => {
    const again = [
      second([job("job 8", "queued", 2)]),
      second([job("job 8", "running", 2)]),
      second([job("job 8", "succeeded", 2)], ended("succeeded")),
    ];
    const played = play([...first, jobs([], ended("failed")), ...again], null);
    expect(setbacks(played)).toEqual([]);
    const ofSecond = played.frames.filter(({ attempt }) => attempt === 2);
    expect(ofSecond.map(({ bar }) => [bar.segments.length, bar.completed])).toEqual([
      [9, 8],
      [9, 8],
      [9, 9],
    ]);
    expect(ofSecond.at(-1)?.bar.segments.every(({ state }) => state === "succeeded")).toBe(true);
  });

  test("all of which run again begin anew, with nine segments", () => {
    const again = nine.map((title) => job(title, "queued", 2));
    const played = play([...first, second(again)], null);
    const last = played.frames.at(-1)?.bar;
    expect([last?.segments.length, last?.completed]).toEqual([9, 0]);
  });
});
