/**
 * Merging runs: a join-semilattice. `join` is commutative, associative and idempotent, so every
 * order, duplication and delay of a run's signals ends in the same run. Pure; no clock.
 */
import { CANCELED_BY, SERVING, STEP_STATES } from "../model/signal.ts";
import type {
  Environment,
  OutcomeReport,
  OutcomeState,
  ProgressSignal,
  StepReport,
  StepState,
} from "../model/signal.ts";
import type { EarlierStep, Run, RunLine, Stamped, Step } from "../model/run/run.ts";

const RANK: Readonly<Record<StepState, number>> = {
  planned: 0,
  waiting: 1,
  queued: 2,
  running: 3,
  skipped: 4,
  canceled: 4,
  succeeded: 4,
  failed: 4,
};
/** Among outcomes of the same time; arbitrary, but the same everywhere. */
const OUTCOME_ORDER: readonly OutcomeState[] = ["skipped", "canceled", "succeeded", "failed"];

export const isFinished = (state: StepState): boolean => RANK[state] === RANK.succeeded;

/** A run as one signal alone tells it. */
export function runOf(signal: ProgressSignal): Run {
  const { at } = signal;
  const stamp = (value: string): Stamped => ({ value, at });
  return {
    id: signal.run.id,
    attempt: signal.run.attempt,
    shape: signal.shape,
    project: { ...stamp(signal.project.name), id: signal.project.id },
    line: signal.line && lineOf(signal.line, at),
    environment: signal.environment,
    createdAt: signal.run.createdAt,
    firstCreatedAt: signal.run.firstCreatedAt,
    firstAt: at,
    lastAt: at,
    steps: Object.fromEntries(signal.steps.map((report) => [report.key, stepOf(report, at)])),
    outcome: signal.outcome && outcomeOf(signal.outcome, at),
    retiredAt: provisionalAt(signal, "canceled"),
    diedAt: provisionalAt(signal, "failed"),
    assume: signal.assume && { ...signal.assume, at },
    actor: signal.actor && { value: signal.actor, at },
    source: signal.source,
    serves: signal.serves,
    withheld: signal.withheld && { value: signal.withheld, at },
    environments: signal.environments && joinEnvironments(signal.environments, []),
    deployment: signal.deployment && {
      keys: joinTexts(signal.deployment.keys, []),
      secondHand: signal.deployment.secondHand ?? false,
      ...withAttempt(signal.deployment.attempt),
    },
    facts: Object.fromEntries(
      Object.entries(signal.facts).flatMap(([name, value]) =>
        value ? [[name, stamp(value)] as const] : [],
      ),
    ),
  };
}

/**
 * The least run that knows all that both know. Both must have the same id; the higher attempt opens
 * afresh.
 */
export function join(a: Run, b: Run): Run {
  if (a.attempt !== b.attempt) return a.attempt > b.attempt ? reopenedBy(a, b) : reopenedBy(b, a);
  return {
    id: a.id,
    attempt: a.attempt,
    shape: a.shape === b.shape ? a.shape : "parallel",
    project: laterProject(a.project, b.project),
    line: both(a.line, b.line, laterLine),
    environment: both(a.environment, b.environment, sameEverywhere),
    createdAt: both(a.createdAt, b.createdAt, Math.min),
    firstCreatedAt: both(a.firstCreatedAt, b.firstCreatedAt, Math.min),
    firstAt: Math.min(a.firstAt, b.firstAt),
    lastAt: Math.max(a.lastAt, b.lastAt),
    steps: joinRecords(a.steps, b.steps, joinSteps),
    earlier: both(a.earlier, b.earlier, joinEarlier),
    outcome: both(a.outcome, b.outcome, firmer),
    retiredAt: both(a.retiredAt, b.retiredAt, Math.max),
    diedAt: both(a.diedAt, b.diedAt, Math.min),
    assume: both(a.assume, b.assume, laterAssumption),
    actor: both(a.actor, b.actor, laterOf),
    source: both(a.source, b.source, joinSources),
    serves: both(a.serves, b.serves, laterServing),
    withheld: both(a.withheld, b.withheld, laterOf),
    environments: both(a.environments, b.environments, joinEnvironments),
    deployment: both(a.deployment, b.deployment, joinDeployments),
    facts: joinRecords(a.facts, b.facts, later),
  };
}

/** The higher attempt, which remembers the steps of the lower one, and when that was created. */
function reopenedBy(higher: Run, lower: Run): Run {
  const { attempt } = lower;
  const steps = Object.entries(lower.steps).map(([key, it]) => [key, { ...it, attempt }] as const);
  const own = steps.length === 0 ? lower.earlier : Object.fromEntries(steps);
  const earlier = both(own, lower.earlier, joinEarlier);
  const first = [higher.firstCreatedAt, lower.firstCreatedAt, lower.createdAt, lower.firstAt];
  return {
    ...higher,
    firstCreatedAt: Math.min(...first.filter((at) => at !== undefined)),
    earlier: both(higher.earlier, earlier, joinEarlier),
  };
}

const joinEarlier = (
  a: NonNullable<Run["earlier"]>,
  b: NonNullable<Run["earlier"]>,
): Record<string, EarlierStep> => joinRecords(a, b, laterAttempt);

function laterAttempt(a: EarlierStep, b: EarlierStep): EarlierStep {
  if (a.attempt !== b.attempt) return a.attempt > b.attempt ? a : b;
  return { ...joinSteps(a, b), attempt: a.attempt };
}

/** Merges one more signal into what is known of its run, if anything is. */
export function mergeSignal(known: Run | undefined, signal: ProgressSignal): Run {
  const told = runOf(signal);
  return known ? reopened(known, join(known, told)) : told;
}

/**
 * An end that was only concluded from finished jobs is none when anything else is heard of a job,
 * and be it that another one has ended.
 */
function reopened(before: Run, run: Run): Run {
  const isNews = Object.entries(run.steps).some(
    ([key, { state }]) => before.steps[key]?.state !== state,
  );
  if (!run.outcome?.derived || !isNews) return run;
  const { outcome: _outcome, ...rest } = run;
  return rest;
}

/**
 * Jobs that tell of themselves alone: no report of the run itself was heard, which tells when it
 * was created.
 */
export const isToldByJobs = (run: Run): boolean =>
  run.shape === "parallel" && run.createdAt === undefined && run.outcome === undefined;

/**
 * The end of a run of which only jobs are heard, once all of them are over; undefined while one is
 * not.
 */
export function concludeFromJobs(run: Run): Run | undefined {
  const steps = Object.values(run.steps);
  if (!isToldByJobs(run) || steps.length === 0) return undefined;
  if (!steps.every(({ state }) => isFinished(state))) return undefined;
  const states = steps.map(({ state }) => state);
  const state =
    (["failed", "canceled", "succeeded"] as const).find((it) => states.includes(it)) ?? "skipped";
  const at = Math.max(...steps.map((step) => step.endedAt ?? step.at));
  return { ...run, outcome: { state, at, provisional: true, derived: true } };
}

/** A cancellation that turned out to be a time limit's doing. */
export function stoppedByLimit(run: Run): Run {
  if (run.outcome?.state !== "canceled") return run;
  return { ...run, outcome: { ...run.outcome, canceledBy: "time_limit" } };
}

/**
 * The run as it stands once its `assume` has come due: its outcome, open to any firm one that is
 * still to come.
 */
export function settle(run: Run): Run {
  if (!run.assume || run.outcome) return run;
  const { state, at } = run.assume;
  return { ...run, outcome: { state, at, provisional: true } };
}

function stepOf(report: StepReport, signalAt: number): Step {
  const at = report.at ?? signalAt;
  const startedAt = report.startedAt ?? (report.state === "running" ? at : undefined);
  return {
    title: { value: report.title, at },
    order: report.order,
    state: report.state,
    at,
    startedAt: startedAt,
    endedAt: isFinished(report.state) ? at : undefined,
    optional: report.optional ?? false,
    asks: report.asks && joinTexts(report.asks, []),
  };
}

const lineOf = ({ id, name, provisional }: ProgressLine, at: number): RunLine => ({
  id,
  value: name,
  at,
  ...(provisional && { provisional }),
});

type ProgressLine = NonNullable<ProgressSignal["line"]>;

/**
 * A removal or a replacement is told as a provisional cancellation, a death as a provisional
 * failure.
 */
const provisionalAt = (
  { outcome, at }: ProgressSignal,
  state: "canceled" | "failed",
): number | undefined =>
  outcome?.provisional === true && outcome.state === state ? (outcome.at ?? at) : undefined;

function outcomeOf(report: OutcomeReport, signalAt: number): NonNullable<Run["outcome"]> {
  const { state, at = signalAt, provisional = false, canceledBy } = report;
  return { state, at, provisional, ...(canceledBy && { canceledBy }) };
}

function joinSteps(a: Step, b: Step): Step {
  const higher = compareSteps(a, b) >= 0 ? a : b;
  return {
    title: later(a.title, b.title),
    order: Math.min(a.order, b.order),
    state: higher.state,
    at: higher.at,
    startedAt: both(a.startedAt, b.startedAt, Math.min),
    endedAt: both(a.endedAt, b.endedAt, Math.min),
    optional: a.optional && b.optional,
    asks: both(a.asks, b.asks, joinTexts),
  };
}

const compareSteps = (a: Step, b: Step): number =>
  RANK[a.state] - RANK[b.state] ||
  a.at - b.at ||
  STEP_STATES.indexOf(a.state) - STEP_STATES.indexOf(b.state);

type Outcome = NonNullable<Run["outcome"]>;

function firmer(a: Outcome, b: Outcome): Outcome {
  const order =
    Number(b.provisional) - Number(a.provisional) ||
    a.at - b.at ||
    OUTCOME_ORDER.indexOf(a.state) - OUTCOME_ORDER.indexOf(b.state) ||
    cancelerRank(a) - cancelerRank(b);
  return order >= 0 ? a : b;
}

const cancelerRank = ({ canceledBy }: Outcome): number =>
  canceledBy ? CANCELED_BY.indexOf(canceledBy) : -1;

type Assumption = NonNullable<Run["assume"]>;

function laterAssumption(a: Assumption, b: Assumption): Assumption {
  const order =
    a.at - b.at ||
    a.afterMs - b.afterMs ||
    OUTCOME_ORDER.indexOf(a.state) - OUTCOME_ORDER.indexOf(b.state);
  return order >= 0 ? a : b;
}

function later(a: Stamped, b: Stamped): Stamped {
  return a.at > b.at || (a.at === b.at && a.value >= b.value) ? a : b;
}

/**
 * The id never changes; a record that is older than ids has none. Where a report knows no name the
 * id stands in its place, and any name is better.
 */
function laterProject(a: Run["project"], b: Run["project"]): Run["project"] {
  const id = both(a.id, b.id, (x, y) => (x >= y ? x : y));
  const isNamed = ({ value }: Run["project"]) => value !== id;
  const isClear = isNamed(a) !== isNamed(b);
  const { value, at } = isClear ? (isNamed(a) ? a : b) : later(a, b);
  return { value, at, ...(id !== undefined && { id }) };
}

/** One that tells its id before one that only has a name, then the later. */
function laterLine(a: RunLine, b: RunLine): RunLine {
  const isFirm = ({ id, provisional }: RunLine) => Number(id !== undefined && !provisional);
  const order =
    isFirm(a) - isFirm(b) ||
    a.at - b.at ||
    compareTexts(a.id ?? "", b.id ?? "") ||
    compareTexts(a.value, b.value);
  return order >= 0 ? a : b;
}

/** At equal times the one whose text is greater: arbitrary, but the same everywhere. */
function laterOf<T extends { readonly at: number }>(a: T, b: T): T {
  const order = a.at - b.at || compareTexts(JSON.stringify(a), JSON.stringify(b));
  return order >= 0 ? a : b;
}

type Serves = NonNullable<Run["serves"]>;

function laterServing(a: Serves, b: Serves): Serves {
  const order = a.at - b.at || SERVING.indexOf(a.how) - SERVING.indexOf(b.how);
  return order >= 0 ? a : b;
}

type Source = NonNullable<Run["source"]>;

/** What one report says is not taken back by another that does not know it. */
function joinSources(a: Source, b: Source): Source {
  const either = (x: boolean, y: boolean) => x || y;
  const isDefaultBranch = both(a.isDefaultBranch, b.isDefaultBranch, either);
  const isFork = both(a.isFork, b.isFork, either);
  const defaultBranch = both(a.defaultBranch, b.defaultBranch, (x, y) => (x >= y ? x : y));
  return {
    ...(defaultBranch !== undefined && { defaultBranch }),
    ...(isDefaultBranch !== undefined && { isDefaultBranch }),
    ...(isFork !== undefined && { isFork }),
  };
}

type Deployment = NonNullable<Run["deployment"]>;

const joinDeployments = (a: Deployment, b: Deployment): Deployment => ({
  keys: joinTexts(a.keys, b.keys),
  secondHand: a.secondHand && b.secondHand,
  ...withAttempt(both(a.attempt, b.attempt, Math.max)),
});

const withAttempt = (attempt: number | undefined): { readonly attempt?: number } =>
  attempt === undefined ? {} : { attempt };

const joinTexts = (a: readonly string[], b: readonly string[]): string[] =>
  [...new Set([...a, ...b])].toSorted(compareTexts);

function joinEnvironments(a: readonly Environment[], b: readonly Environment[]): Environment[] {
  const named = new Map([...a, ...b].map((it) => [`${it.name}\n${it.kind}`, it]));
  return [...named].toSorted(([x], [y]) => compareTexts(x, y)).map(([, it]) => it);
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

type RunEnvironment = NonNullable<Run["environment"]>;

/**
 * The environment is part of what makes the track; should two reports differ all the same, any
 * fixed choice will do.
 */
function sameEverywhere(a: RunEnvironment, b: RunEnvironment): RunEnvironment {
  return `${a.name}\n${a.kind}` >= `${b.name}\n${b.kind}` ? a : b;
}

function both<T>(a: T | undefined, b: T | undefined, pick: (a: T, b: T) => T): T | undefined {
  if (a === undefined) return b;
  return b === undefined ? a : pick(a, b);
}

function joinRecords<T>(
  a: Readonly<Record<string, T>>,
  b: Readonly<Record<string, T>>,
  joinValues: (a: T, b: T) => T,
): Record<string, T> {
  const joined = new Map(Object.entries(a));
  for (const [key, value] of Object.entries(b)) {
    const known = joined.get(key);
    joined.set(key, known === undefined ? value : joinValues(known, value));
  }
  return Object.fromEntries(joined);
}
