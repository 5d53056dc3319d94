/** The merge is a join: whatever order, duplication or delay, the same run comes out. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CANCELED_BY, OUTCOME_STATES, SERVING, STEP_STATES } from "../../src/model/signal.ts";
import type { ProgressSignal } from "../../src/model/signal.ts";
import { join, mergeSignal, runOf, settle } from "../../src/tracking/merge.ts";
import type { Run } from "../../src/model/run/run.ts";
import { barOf } from "../../src/tracking/bar.ts";
import { runState } from "../../src/tracking/segments.ts";

const at = fc.integer({ min: 0, max: 5 });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

/** Few values on purpose: ties and contradictions are the interesting cases. */
const progress: fc.Arbitrary<ProgressSignal> = fc.record({
  kind: fc.constant("progress" as const),
  project: fc.record({ id: fc.constant("p"), name: fc.constantFrom("web", "shop") }),
  run: fc.record({
    id: fc.constant("r"),
    attempt: fc.integer({ min: 1, max: 2 }),
    createdAt: optional(at),
  }),
  at,
  shape: fc.constantFrom("line" as const, "parallel" as const),
  steps: fc.array(
    fc.record({
      key: fc.constantFrom("a", "b", "c"),
      title: fc.constantFrom("A", "B"),
      order: fc.integer({ min: 0, max: 2 }),
      state: fc.constantFrom(...STEP_STATES),
      at: optional(at),
      startedAt: optional(at),
      optional: optional(fc.boolean()),
      asks: optional(fc.subarray(["ada", "grace"])),
    }),
    { maxLength: 3 },
  ),
  outcome: optional(
    fc.record({
      state: fc.constantFrom(...OUTCOME_STATES),
      at: optional(at),
      provisional: optional(fc.boolean()),
      canceledBy: optional(fc.constantFrom(...CANCELED_BY)),
    }),
  ),
  line: optional(
    fc.record({
      id: fc.constantFrom("88", "89", "CI"),
      name: fc.constantFrom("CI", "Checks"),
      provisional: optional(fc.boolean()),
    }),
  ),
  actor: optional(
    fc.record({
      login: optional(fc.constantFrom("ada", "dependabot[bot]")),
      kind: fc.constantFrom("person" as const, "bot" as const),
    }),
  ),
  source: optional(
    fc.record({ isDefaultBranch: optional(fc.boolean()), isFork: optional(fc.boolean()) }),
  ),
  serves: optional(fc.record({ how: fc.constantFrom(...SERVING), at })),
  withheld: optional(fc.constantFrom("promotion" as const, "publishing" as const)),
  environments: optional(
    fc.array(
      fc.record({
        name: fc.constantFrom("production", "staging"),
        kind: fc.constantFrom("production" as const, "other" as const),
      }),
      { maxLength: 3 },
    ),
  ),
  deployment: optional(
    fc.record({
      keys: fc.subarray(["host:a", "workflow:1:2"]),
      secondHand: optional(fc.boolean()),
    }),
  ),
  assume: optional(
    fc.record({
      state: fc.constantFrom(...OUTCOME_STATES),
      afterMs: fc.integer({ min: 1, max: 2 }),
    }),
  ),
  facts: fc.record({
    branch: optional(fc.constantFrom("main", "dev")),
    url: optional(fc.constantFrom("x", "")),
  }),
});
const run: fc.Arbitrary<Run> = fc.array(progress, { minLength: 1, maxLength: 4 }).map(mergeAll);

function mergeAll(signals: readonly ProgressSignal[]): Run {
  const [first, ...rest] = signals;
  if (!first) throw new Error("no signal");
  return rest.reduce<Run>(mergeSignal, runOf(first));
}

describe("join", () => {
  test("is commutative", () => {
    fc.assert(
      fc.property(run, run, (a, b) => {
        expect(join(a, b)).toEqual(join(b, a));
      }),
    );
  });
  test("is associative", () => {
    fc.assert(
      fc.property(run, run, run, (a, b, c) => {
        expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
      }),
    );
  });
  test("is idempotent", () => {
    fc.assert(
      fc.property(run, (a) => {
        expect(join(a, a)).toEqual(a);
      }),
    );
  });
  test("never moves a step back", () => {
    const rank = (state: string) =>
      ["planned", "waiting", "queued", "running"].indexOf(state) >>> 0;
    fc.assert(
      fc.property(run, progress, (known, signal) => {
        const merged = mergeSignal(known, signal);
        if (merged.attempt !== known.attempt) return;
        for (const [key, step] of Object.entries(known.steps)) {
          expect(rank(merged.steps[key]?.state ?? "")).toBeGreaterThanOrEqual(rank(step.state));
        }
      }),
    );
  });
});

test("a run looks the same whatever the order and duplication of its signals", () => {
  const shuffled = fc
    .array(progress, { minLength: 1, maxLength: 6 })
    .chain((signals) =>
      fc.tuple(
        fc.constant(signals),
        fc.shuffledSubarray([...signals, ...signals], { minLength: signals.length * 2 }),
      ),
    );
  fc.assert(
    fc.property(shuffled, ([signals, other]) => {
      const a = mergeAll(signals);
      const b = mergeAll(other);
      expect(b).toEqual(a);
      expect(barOf(b)).toEqual(barOf(a));
      expect(runState(b)).toBe(runState(a));
    }),
  );
});

test("a bar is honest: at least one segment, and never more completed than there are", () => {
  fc.assert(
    fc.property(run, (it) => {
      const { segments, completed } = barOf(it);
      expect(segments.length).toBeGreaterThan(0);
      expect(completed).toBeGreaterThanOrEqual(0);
      expect(completed).toBeLessThanOrEqual(segments.length);
      if (it.outcome?.state === "succeeded") expect(completed).toBe(segments.length);
    }),
  );
});

describe("a run's line", () => {
  const of = (line: ProgressSignal["line"], at: number) =>
    runOf({
      kind: "progress",
      project: { id: "p", name: "web" },
      line,
      run: { id: "r", attempt: 1 },
      at,
      shape: "parallel",
      steps: [],
      facts: {},
    });
  const named = of({ id: "CI", name: "CI", provisional: true }, 20);
  const known = of({ id: "88", name: "CI" }, 10);

  test("is the one that tells its id, in any order and however late a name is told", () => {
    expect(join(named, known).line?.id).toBe("88");
    expect(join(known, named).line?.id).toBe("88");
  });
});

test("what serves or is withheld is what was said last", () => {
  fc.assert(
    fc.property(run, run, (a, b) => {
      if (a.attempt !== b.attempt || !a.serves || !b.serves) return;
      expect(join(a, b).serves?.at).toBe(Math.max(a.serves.at, b.serves.at));
    }),
  );
});

describe("settling", () => {
  const built: ProgressSignal = {
    kind: "progress",
    project: { id: "p", name: "web" },
    run: { id: "r", attempt: 1 },
    at: 100,
    shape: "line",
    steps: [
      { key: "build", title: "Building", order: 0, state: "succeeded" },
      { key: "live", title: "Live", order: 1, state: "planned" },
    ],
    assume: { state: "succeeded", afterMs: 60_000 },
    facts: {},
  };

  test("believes what was to be assumed, and claims no step that nobody reported", () => {
    const settled = settle(runOf(built));
    expect(runState(settled)).toBe("succeeded");
    expect(barOf(settled).segments.map(({ state }) => state)).toEqual(["succeeded", "skipped"]);
  });

  test("gives way to a firm outcome that comes later", () => {
    const failed = mergeSignal(settle(runOf(built)), {
      ...built,
      at: 90,
      outcome: { state: "failed" },
    });
    expect(runState(failed)).toBe("failed");
  });

  test("changes nothing of a run that has an outcome", () => {
    const failed = runOf({ ...built, outcome: { state: "failed" } });
    expect(settle(failed)).toEqual(failed);
  });
});
