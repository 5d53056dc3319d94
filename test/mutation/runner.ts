/**
 * Runs each test once as it is, then once for each change that its code met and that no test has
 * noticed yet. All in one process, with everything loaded once: that is what makes it quick.
 */
import { setImmediate } from "node:timers/promises";
import { TestRunner } from "vitest";
import type { RunnerTask, RunnerTestCase, TaskMeta, TestTryOptions } from "vitest";

/** What the code that Stryker's instrumenter writes reads and keeps. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  mutantCoverage?: {
    readonly static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
  /** How often the active change was met; an endless loop ends where it exceeds the limit. */
  hitCount?: number;
  hitLimit?: number;
}

declare global {
  var __stryker__: Switches | undefined;
}

declare module "vitest" {
  interface TaskMeta {
    mutants?: {
      /** Those whose code the test ran. */
      met: string[];
      /** Those that it was the first to notice. */
      noticed: string[];
      /** Those whose code had run before any test did; told once. */
      loaded: string[];
      /** It fails as the code is: before all changes, or once more after them. */
      broken: boolean;
    };
  }
}

const MIN_HITS = 1_000;
const HITS_BEYOND_USUAL = 100;

const switches: Switches = (globalThis.__stryker__ ??= {});
const noticed = new Set<string>();
const loaded = new Set<string>();

/** What was loaded since the last time. */
function newlyLoaded(): string[] {
  const ids = Object.keys(switches.mutantCoverage?.static ?? {}).filter((id) => !loaded.has(id));
  for (const id of ids) loaded.add(id);
  return ids;
}

export default class MutationRunner extends TestRunner {
  /** Changes that the running test has still to meet, each with how often its code ran. */
  #waiting: (readonly [id: string, hits: number])[] = [];

  override async onBeforeRunTask(test: RunnerTask): Promise<void> {
    await super.onBeforeRunTask(test);
    if (test.type !== "test") return;
    test.meta.mutants = { met: [], noticed: [], loaded: newlyLoaded(), broken: false };
    // How many there are is known after the first run: the last one ends it.
    test.repeats = Number.MAX_SAFE_INTEGER;
  }

  override onBeforeTryTask(test: RunnerTask, options: TestTryOptions): void {
    super.onBeforeTryTask(test, options);
    const isFirst = options.repeats === 0;
    const [id, hits = 0] = isFirst ? [] : (this.#waiting.shift() ?? []);
    switches.currentTestId = isFirst ? test.id : undefined;
    switches.activeMutant = id;
    switches.hitCount = 0;
    switches.hitLimit = Math.max(MIN_HITS, hits * HITS_BEYOND_USUAL);
  }

  override async onAfterRetryTask(test: RunnerTestCase, options: TestTryOptions): Promise<void> {
    await super.onAfterRetryTask(test, options);
    // Else a long test keeps the worker from answering Vitest, which takes it for dead.
    await setImmediate();
    const { activeMutant: id } = switches;
    switches.activeMutant = undefined;
    switches.currentTestId = undefined;
    const { result } = test;
    const { mutants } = test.meta;
    if (!result || !mutants) return;
    if (result.state === "fail")
      if (id === undefined) mutants.broken = true;
      else {
        noticed.add(id);
        mutants.noticed.push(id);
      }
    if (options.repeats === 0) this.#meet(test.id, mutants);
    // Vitest repeats no test that is skipped.
    const isLast = id === undefined && (options.repeats > 0 || this.#waiting.length === 0);
    result.state = isLast ? "skip" : "pass";
    delete result.errors;
  }

  #meet(testId: string, mutants: NonNullable<TaskMeta["mutants"]>): void {
    const met = Object.entries(switches.mutantCoverage?.perTest[testId] ?? {});
    mutants.met = met.map(([id]) => id);
    this.#waiting = mutants.broken ? [] : met.filter(([id]) => !noticed.has(id));
  }
}
