/**
 * What a schedule is made of: runs of a workflow on two branches and deployments of apps that share
 * commits, heard in any order, whole or in pieces, while answers fail and processes die. The times
 * that providers tell are consistent, whatever comes late. Pure.
 */
import * as fc from "fast-check";
import type { HttpFixture } from "../fixtures.ts";
import { workflowJob, workflowRun } from "../github-runs.ts";
import { webhookOf } from "./deployments.ts";
import type { Stage } from "./deployments.ts";
import { ALL_WEATHERS } from "./weather.ts";
import type { Weather } from "./weather.ts";

const MINUTE_MS = 60_000;
const STEP_MS = 20_000;

/** Something of which one run follows another. */
export interface Source {
  readonly provider: "github" | "vercel";
  /** Of a workflow; of an app undefined. */
  readonly branch?: string;
  readonly app?: number;
}

/** Apps 0, 2 and 4 go to production with one commit a run; 1 makes previews. */
export const SOURCES: readonly Source[] = [
  { provider: "github", branch: "main" },
  { provider: "github", branch: "feature" },
  { provider: "vercel", app: 0 },
  { provider: "vercel", app: 2 },
  { provider: "vercel", app: 4 },
  { provider: "vercel", app: 1 },
];
const RUNS = 4;
const EVERY_RUN = Array.from({ length: RUNS }, (_, run) => run);
const JOBS = ["lint", "test", "build"] as const;

export interface Heard {
  readonly source: number;
  readonly run: number;
  readonly step: number;
}

export type Action =
  | { readonly do: "hear"; readonly heard: Heard }
  /** The next run that was not heard of, from its beginning to its end, so much time between. */
  | { readonly do: "follow"; readonly source: number; readonly gapMs: number }
  | { readonly do: "pass"; readonly ms: number }
  | { readonly do: "weather"; readonly weather: Weather }
  /** It dies before it takes so many more steps of its store. */
  | {
      readonly do: "die";
      readonly process: number;
      readonly steps: number;
      readonly downMs: number;
      readonly isAlone: boolean;
    };

const source = fc.nat(SOURCES.length - 1);

export const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("hear"),
      heard: fc.record({ source, run: fc.nat(RUNS - 1), step: fc.nat(7) }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("follow"),
      source,
      gapMs: fc.constantFrom(500, 5_000, 30_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("pass"),
      ms: fc.oneof(
        fc.nat(30_000),
        // Around the ends of what lingers.
        fc.constantFrom(MINUTE_MS, 5 * MINUTE_MS - 1_000, 5 * MINUTE_MS, 61 * MINUTE_MS),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("weather"),
      weather: fc.constantFrom(...ALL_WEATHERS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("die"),
      process: fc.nat(1),
      steps: fc.nat(30),
      downMs: fc.integer({ min: 1_000, max: 90_000 }),
      isAlone: fc.boolean(),
    }),
  },
);

/** How a run ends. */
type End = "success" | "failure" | "canceled";
const ENDS: readonly End[] = ["success", "success", "failure", "success", "canceled"];
const endOf = ({ source: which, run }: Heard): End =>
  ENDS[(which * 3 + run * 2) % ENDS.length] ?? "success";

/** How many steps a run has. */
export const stepsOf = (which: number): number =>
  SOURCES[which]?.provider === "github" ? 2 + 2 * JOBS.length : 3;

export interface Telling {
  /** The webhook of a step as it is told first at this time, and the same ever after. */
  webhookOf(heard: Heard, now: number): HttpFixture;
  /** Runs that were heard of. */
  known(): readonly Omit<Heard, "step">[];
  /** What may share cards. */
  groupKeys(): readonly string[];
  /** All steps of the first run of a source that was not; none where there is no more. */
  nextRun(source: number): readonly Heard[];
}

/** Remembers what providers told, so that what is told later agrees with it. */
export function createTelling(): Telling {
  const begun = new Map<string, number>();
  /** When each step of a run happened. */
  const told = new Map<string, Map<number, number>>();
  const keyOf = (which: number, run: number) => `${which} ${run}`;
  /** A run that is heard of for the first time began so that its order among the others holds. */
  function beginOf({ source: which, run, step }: Heard, now: number): number {
    const known = begun.get(keyOf(which, run));
    if (known !== undefined) return known;
    const others = EVERY_RUN.map((at) => begun.get(keyOf(which, at)));
    const before = Math.max(0, ...others.slice(0, run).flatMap((it) => it ?? []));
    const after = Math.min(...others.slice(run + 1).flatMap((it) => it ?? []));
    const wanted = Math.min(now - step * STEP_MS, after - MINUTE_MS);
    const at = wanted > before ? wanted : Math.floor((before + Math.min(after, now)) / 2);
    begun.set(keyOf(which, run), at);
    return at;
  }
  const known = () =>
    Array.from(begun.keys(), (key) => {
      const [which = 0, run = 0] = key.split(" ").map(Number);
      return { source: which, run };
    });
  /** No step is told before it happened, and none happened before an earlier one. */
  function timeOf({ source: which, run, step }: Heard, startedAt: number, now: number): number {
    const times = told.get(keyOf(which, run)) ?? new Map([[0, startedAt]]);
    told.set(keyOf(which, run), times);
    const later = Array.from(times).flatMap(([at, time]) => (at > step ? time : []));
    const at = times.get(step) ?? Math.max(startedAt, Math.min(now, ...later));
    times.set(step, at);
    return at;
  }
  return {
    webhookOf: (heard, now) => {
      const step = Math.min(heard.step, stepsOf(heard.source) - 1);
      const startedAt = beginOf({ ...heard, step }, now);
      const at = timeOf({ ...heard, step }, startedAt, now);
      return fixtureOf({ ...heard, step }, startedAt, at);
    },
    known,
    groupKeys: () => known().map((it) => `commit:${commitOf(it)}`),
    nextRun: (which) => {
      const run = EVERY_RUN.find((at) => !begun.has(keyOf(which, at)));
      if (run === undefined) return [];
      return Array.from({ length: stepsOf(which) }, (_, step) => ({ source: which, run, step }));
    },
  };
}

function fixtureOf(heard: Heard, startedAt: number, at: number): HttpFixture {
  const { source: which, run, step } = heard;
  const { branch, app } = SOURCES[which] ?? {};
  if (app === undefined) return workflowStep(heard, branch ?? "main", startedAt, at);
  const stages: readonly Stage[] = ["created", "ready", STAGE_OF[endOf(heard)]];
  const commit = commitOf(heard);
  return webhookOf({ track: app, run, stage: stages[step] ?? "created", at, commit });
}

const STAGE_OF = { success: "succeeded", failure: "failed", canceled: "canceled" } as const;

/** Apps that go to production have one commit. */
function commitOf({ source: which, run }: Omit<Heard, "step">): string {
  const app = SOURCES[which]?.app ?? 1;
  return `${run + 1}`.padStart(7, "0").padEnd(40, app % 2 === 0 ? "c" : String(which));
}

/** The run is under way, its jobs begin and end one after the other, and it is over. */
function workflowStep(heard: Heard, branch: string, startedAt: number, at: number): HttpFixture {
  const { source: which, run, step } = heard;
  const id = 1_000 * (which + 1) + run;
  const commit = commitOf(heard);
  const end = endOf(heard);
  const last = stepsOf(which) - 1;
  const conclusion = end === "canceled" ? "cancelled" : end;
  if (step === 0 || step === last)
    return workflowRun({
      id,
      branch,
      commit,
      startedAt,
      at,
      conclusion: step === 0 ? null : conclusion,
    });
  const job = Math.floor((step - 1) / 2);
  const name = JOBS[job] ?? "lint";
  const isLast = job === JOBS.length - 1;
  const outcome = isLast && end !== "success" ? "failure" : "success";
  const state = step % 2 === 1 ? "in_progress" : outcome;
  return workflowJob({ id: id * 10 + job, run: id, name, state, at });
}
