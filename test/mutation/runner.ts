/**
 * Runs each test once as the code is, then once for each change that it meets and that no test has
 * noticed yet, the quickest tests first. All in one process, with everything loaded once: that is
 * what makes it quick. Every file comes once for each of `SPEEDS`, see `vitest.config.ts`.
 */
import { setImmediate } from "node:timers/promises";
import { TestRunner } from "vitest";
import type { RunnerTask, RunnerTestCase, RunnerTestFile, RunnerTestSuite } from "vitest";
import type { TestTryOptions } from "vitest";
import { SPEEDS } from "./speeds.ts";
import { VERDICTS_VARIABLE, writeVerdicts } from "./verdicts.ts";

/** What the code that Stryker's instrumenter writes reads and keeps, and `instrument.ts` adds. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: {
    static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
  /** How often a place that can be changed was passed; beyond the limit the code throws. */
  steps?: number;
  stepLimit?: number;
}

declare global {
  var __stryker__: Switches | undefined;
}

/** A test as the code is. */
interface Usual {
  readonly name: string;
  readonly ms: number;
  /** Of the processor: how slow it is, whatever else the machine does. */
  readonly cpuMs: number;
  readonly steps: number;
  readonly met: readonly string[];
}

/** One run of a test: as the code is for the first time, with a change, or as the code is again. */
type Run =
  | { readonly kind: "usual" }
  | { readonly kind: "changed"; readonly id: string; readonly limitMs: number }
  | { readonly kind: "again"; readonly hung?: { readonly id: string; readonly limitMs: number } };

// An endless loop is told by its steps and not by the time it takes, which a busy machine takes as well.
const MIN_STEP_LIMIT = 100_000;
const STEPS_BEYOND_USUAL = 50;
/** A test that only waits is told by its time: so many times what it takes right after, without the change. */
const MIN_LIMIT_MS = 2_000;
const TIMES_USUAL = 8;
const TIMES_AGAIN = 4;
/** A change that outlasts tests of so much time of the processor has survived. */
const MAX_MS_PER_CHANGE = 1_000;
/** After so many failures in a row the test has to show that it still passes without a change. */
const MAX_UNPROVED = 20;

const { performance, setTimeout, clearTimeout } = globalThis;
const switches: Switches = (globalThis.__stryker__ ??= {});
const usual = new Map<string, Usual>();
const visits = new Map<string, number>();
const noticed = new Set<string>();
const hung = new Set<string>();
const loaded = new Set<string>();
const broken = new Set<string>();
const spentMs = new Map<string, number>();

const speedOf = (ms: number) => SPEEDS.findIndex((limitMs) => ms < limitMs);
const testsIn = (task: RunnerTask): RunnerTestCase[] =>
  task.type === "test" ? [task] : task.tasks.flatMap(testsIn);

export default class MutationRunner extends TestRunner {
  #visit = 0;
  #waiting: Run[] = [];
  #run: Run = { kind: "usual" };
  #startedAt = 0;
  #usageBefore = process.cpuUsage();
  #isLate = false;
  /** Noticed by a failure after which the test has not passed yet. */
  #unproved: string[] = [];

  /** What hooks of the file before have run is nothing that this one has loaded. */
  onBeforeCollect(): void {
    if (switches.mutantCoverage) switches.mutantCoverage.static = {};
  }

  onBeforeRunFiles(files: readonly RunnerTestFile[]): void {
    for (const id of Object.keys(switches.mutantCoverage?.static ?? {})) loaded.add(id);
    for (const { id } of files) {
      this.#visit = visits.get(id) ?? 0;
      visits.set(id, this.#visit + 1);
    }
  }

  override onAfterRunFiles(files: RunnerTestFile[]): void {
    super.onAfterRunFiles(files);
    const path = process.env[VERDICTS_VARIABLE];
    if (path === undefined) throw new Error(`${VERDICTS_VARIABLE} is not set.`);
    const met = new Set([...usual.values()].flatMap((test) => test.met));
    writeVerdicts(path, {
      met: [...met],
      noticed: [...noticed],
      hung: [...hung],
      loaded: [...loaded],
      broken: [...broken],
    });
  }

  override async onBeforeRunSuite(suite: RunnerTestSuite): Promise<void> {
    const isWanted = testsIn(suite).some(({ id }) => this.#isWanted(id));
    if (!isWanted) suite.mode = "skip";
    await super.onBeforeRunSuite(suite);
  }

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    if (test.type === "test" && !this.#isWanted(test.id)) test.mode = "skip";
    await super.onBeforeRunTask(test);
    if (test.type !== "test") return;
    this.#waiting = this.#visit === 0 ? [{ kind: "usual" }] : this.#changesFor(test.id);
    this.#unproved = [];
    // How many there are is known after the first run: the last one ends it.
    test.repeats = Number.MAX_SAFE_INTEGER;
  }

  /** At the first visit all tests, at each later one those of the next speed. */
  #isWanted(id: string): boolean {
    if (this.#visit === 0) return true;
    const test = usual.get(id);
    return (
      test !== undefined && speedOf(test.cpuMs) === this.#visit && this.#changesFor(id).length > 0
    );
  }

  #changesFor(testId: string): Run[] {
    const test = usual.get(testId);
    if (!test || broken.has(test.name)) return [];
    const limitMs = Math.max(MIN_LIMIT_MS, test.ms * TIMES_USUAL);
    return test.met
      .filter((id) => !noticed.has(id) && (spentMs.get(id) ?? 0) < MAX_MS_PER_CHANGE)
      .map((id) => ({ kind: "changed", id, limitMs }));
  }

  override onBeforeTryTask(test: RunnerTask, options: TestTryOptions): void {
    super.onBeforeTryTask(test, options);
    const run = this.#waiting.shift() ?? { kind: "again" };
    this.#run = run;
    this.#isLate = false;
    this.#startedAt = performance.now();
    this.#usageBefore = process.cpuUsage();
    switches.currentTestId = run.kind === "usual" ? test.id : undefined;
    switches.activeMutant = run.kind === "changed" ? run.id : undefined;
    switches.steps = 0;
    const steps = (usual.get(test.id)?.steps ?? 0) * STEPS_BEYOND_USUAL;
    switches.stepLimit = run.kind === "changed" ? Math.max(MIN_STEP_LIMIT, steps) : Infinity;
  }

  async runTask(test: RunnerTestCase): Promise<void> {
    const run = this.#run;
    const code = TestRunner.getTestFn(test)();
    if (run.kind !== "changed") return code;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        this.#isLate = true;
        reject(new Error(`did not end in ${run.limitMs} ms`));
      }, run.limitMs);
    });
    try {
      await Promise.race([code, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options);
    const ms = performance.now() - this.#startedAt;
    const steps = switches.steps ?? 0;
    switches.activeMutant = undefined;
    switches.currentTestId = undefined;
    switches.stepLimit = Infinity;
    // Else a long test keeps the worker from answering Vitest, which takes it for dead.
    await setImmediate();
    const { result } = test;
    // Vitest has no more runs of a test that is skipped.
    if (!result || result.state === "skip") return;
    const hasFailed = result.state === "fail";
    delete result.errors;
    // An assertion that waits for ever would keep every later run from ending.
    delete test.promises;
    result.attempts = [];
    this.#conclude(test, hasFailed, ms, steps);
    if (this.#waiting.length === 0 && this.#unproved.length > 0)
      this.#waiting.push({ kind: "again" });
    result.state = this.#waiting.length === 0 ? "skip" : "pass";
  }

  #conclude(test: RunnerTestCase, hasFailed: boolean, ms: number, steps: number): void {
    const run = this.#run;
    if (run.kind === "changed") this.#concludeChanged(run, hasFailed);
    else if (hasFailed) this.#distrust(test);
    else if (run.kind === "again") this.#concludeAgain(run, ms);
    else {
      const met = Object.keys(switches.mutantCoverage?.perTest[test.id] ?? {});
      const cpuMs = this.#cpuMs();
      usual.set(test.id, { name: nameOf(test), ms, cpuMs, steps, met });
      if (speedOf(cpuMs) === 0) this.#waiting = this.#changesFor(test.id);
    }
  }

  #concludeChanged(run: Run & { kind: "changed" }, hasFailed: boolean): void {
    const { id } = run;
    spentMs.set(id, (spentMs.get(id) ?? 0) + this.#cpuMs());
    if (!hasFailed) this.#unproved = [];
    else if (this.#isLate) this.#waiting.unshift({ kind: "again", hung: run });
    else {
      noticed.add(id);
      this.#unproved.push(id);
      if (this.#unproved.length >= MAX_UNPROVED) this.#waiting.unshift({ kind: "again" });
    }
  }

  #cpuMs(): number {
    const { user, system } = process.cpuUsage(this.#usageBefore);
    return (user + system) / 1_000;
  }

  /** What did not end has been noticed only if the test ends well in time without the change. */
  #concludeAgain(run: Run & { kind: "again" }, ms: number): void {
    this.#unproved = [];
    if (!run.hung) return;
    const { id, limitMs } = run.hung;
    if (ms * TIMES_AGAIN <= limitMs) {
      noticed.add(id);
      hung.add(id);
    } else if ((spentMs.get(id) ?? 0) < MAX_MS_PER_CHANGE)
      this.#waiting.unshift({ kind: "changed", id, limitMs: ms * TIMES_USUAL });
  }

  /** It fails without a change: what it has noticed since it last passed may have been something else. */
  #distrust(test: RunnerTestCase): void {
    broken.add(nameOf(test));
    for (const id of this.#unproved) noticed.delete(id);
    this.#unproved = [];
    this.#waiting = [];
  }
}

const nameOf = (test: RunnerTestCase) => `${test.file.name} > ${test.fullTestName}`;
