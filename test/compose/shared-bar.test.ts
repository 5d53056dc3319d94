/** A card that stands for many runs: their shares, of which nothing is taken back. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { sharedBar } from "../../src/compose/shared-cards/shared-bar.ts";
import type { SharedBar } from "../../src/compose/shared-cards/shared-bar.ts";
import type { RunState } from "../../src/model/run/run.ts";

const LIMIT = 12;
const of = (counts: Partial<Record<RunState, number>>): RunState[] =>
  (["failed", "canceled", "succeeded", "running", "queued"] as const).flatMap((state) =>
    Array.from({ length: counts[state] ?? 0 }, () => state),
  );
const redIn = ({ segments, completed }: SharedBar): number =>
  segments.slice(0, completed).filter((color) => color === "red").length;

test("a segment a run where there are as many, what is over first, failures before all", () => {
  expect(sharedBar(of({ failed: 1, succeeded: 2, running: 2 }), 5)).toEqual({
    segments: ["red", "green", "green", "blue", "gray"],
    completed: 3,
  });
});

test("of fewer runs than segments each has its share", () => {
  expect(sharedBar(of({ running: 2 }), 4)).toMatchObject({ completed: 0 });
  expect(sharedBar(of({ failed: 1, succeeded: 1, running: 2 }), 8)).toEqual({
    segments: ["red", "red", "green", "green", "blue", "gray", "gray", "gray"],
    completed: 4,
  });
});

test("of more runs than segments the last one stays open for what is not over", () => {
  expect(sharedBar(of({ succeeded: 5, running: 1 }), 5)).toMatchObject({ completed: 4 });
  expect(sharedBar(of({ failed: 1, succeeded: 5 }), 5)).toEqual({
    segments: ["red", "green", "green", "green", "green"],
    completed: 5,
  });
});

test("more runs do not take a failure back", () => {
  const few = sharedBar(of({ failed: 3, running: 9 }), LIMIT);
  expect(redIn(few)).toBe(3);
  const many = of({ failed: 3, running: 27 });
  expect(redIn(sharedBar(many, LIMIT, few))).toBe(3);
  expect(redIn(sharedBar(many, LIMIT))).toBe(2);
});

test("it is complete only when all are over", () => {
  const one = sharedBar(of({ succeeded: 99, running: 1 }), LIMIT);
  expect(one).toMatchObject({ completed: LIMIT - 1 });
  expect(one.segments).toHaveLength(LIMIT);
  expect(sharedBar(of({ succeeded: 100 }), LIMIT)).toMatchObject({ completed: LIMIT });
});

type Step = "joins" | "fails" | "passes";

test("while runs join and end, neither a failure nor what is done is taken back", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom<Step>("joins", "joins", "fails", "passes"), { maxLength: 120 }),
      (steps) => {
        const counts = { failed: 0, succeeded: 0, running: 2 };
        let shown = sharedBar(of(counts), LIMIT);
        for (const step of steps) {
          if (step === "joins") counts.running++;
          // The last one goes on: what comes after the end of all is another round.
          else if (counts.running > 1) {
            counts.running--;
            counts[step === "fails" ? "failed" : "succeeded"]++;
          }
          const next = sharedBar(of(counts), LIMIT, shown);
          expect(next.segments.length).toBe(LIMIT);
          expect(next.completed).toBeGreaterThanOrEqual(shown.completed);
          const red = Math.min(redIn(shown), counts.failed);
          expect(redIn(next)).toBeGreaterThanOrEqual(red);
          shown = next;
        }
      },
    ),
  );
});
