/**
 * Every recorded lifecycle ends in the same runs and the same screens, in whatever order and
 * however often it comes.
 */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { adapters } from "../../adapters/index.ts";
import { screenOf } from "../../src/compose/screen.ts";
import { bodyOf } from "../support/wire.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { mergeSignal } from "../../src/tracking/merge.ts";
import type { Run } from "../../src/model/run/run.ts";
import { runState } from "../../src/tracking/segments.ts";
import { deliveriesOf, lifecyclesOf, signalsOf } from "../support/fixtures.ts";

/** Runs by their id: reports of one run may name different lines until one knows it for sure. */
function runsAfter(signals: readonly ProgressSignal[]): Map<string, Run> {
  const runs = new Map<string, Run>();
  for (const signal of signals) {
    const { id } = signal.run;
    runs.set(id, mergeSignal(runs.get(id), signal));
  }
  return runs;
}

const endOf = (run: Run) => ({
  project: run.project.value,
  environment: run.environment?.name ?? null,
  line: run.line?.value ?? null,
  run: run.id,
  state: runState(run),
  steps: Object.values(run.steps)
    .toSorted((a, b) => a.order - b.order || (a.startedAt ?? a.at) - (b.startedAt ?? b.at))
    .map((step) => [step.title.value, step.state]),
});

for (const adapter of adapters) {
  describe(adapter.name, () => {
    const lifecycles = lifecyclesOf(adapter.name);

    test("has a successful and a failing production deployment on record", () => {
      const names = lifecycles.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(["production-failure", "production-success"]));
    });

    describe.each(lifecycles)("$name", (lifecycle) => {
      const progress = deliveriesOf(lifecycle).flatMap((fixture) =>
        signalsOf(adapter, fixture).filter((signal) => signal.kind === "progress"),
      );
      const inOrder = runsAfter(progress);

      test("ends as recorded", () => {
        const ends = [...inOrder.values()].map(endOf);
        expect(ends).toHaveLength(lifecycle.ends.length);
        expect(ends).toEqual(expect.arrayContaining(lifecycle.ends));
      });

      test("ends the same in any order, with any duplicates", () => {
        const anyOrder = fc.shuffledSubarray([...progress, ...progress], {
          minLength: progress.length * 2,
        });
        fc.assert(
          fc.property(anyOrder, (signals) => {
            const runs = runsAfter(signals);
            expect(runs).toEqual(inOrder);
            for (const [key, run] of runs) {
              const known = inOrder.get(key);
              expect(screenOf(run, null)).toEqual(known && screenOf(known, null));
            }
          }),
        );
      });

      test("shows what the core API takes, at every step on the way", () => {
        progress.forEach((_, index) => {
          for (const run of runsAfter(progress.slice(0, index + 1)).values()) {
            const { content_state: state } = bodyOf(screenOf(run, null));
            expect(state.current_step).toBeLessThanOrEqual(state.number_of_steps ?? 0);
            expect(state.step_colors?.length ?? 0).toBe(state.current_step);
          }
        });
      });
    });
  });
}
