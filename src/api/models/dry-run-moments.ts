/**
 * One payload at other moments: how the same run would look while it runs, waits for a person, has
 * failed or succeeded. Pure.
 */
import type { Adapter } from "../../adapter/contract.ts";
import type { ProgressSignal, Signal, StepReport } from "../../model/signal.ts";

export const MOMENTS = ["running", "waiting", "failed", "succeeded"] as const;
export type Moment = (typeof MOMENTS)[number];

/** A run is looked at when it is older than any grace that its first frame is given. */
const AGE_MS = 60_000;
const ONLY_STEP: StepReport = { key: "step", title: "Building", order: 0, state: "running" };
const ERROR = "The command exited with 1";

/** The adapter as if its payload told of another moment of the run. */
export function atMoment(adapter: Adapter, signal: ProgressSignal, moment: Moment): Adapter {
  return { ...adapter, read: () => ({ kind: "signals", signals: [momentOf(signal, moment)] }) };
}

export const firstProgress = (signals: readonly Signal[]): ProgressSignal | undefined =>
  signals.find((it): it is ProgressSignal => it.kind === "progress");

function momentOf(signal: ProgressSignal, moment: Moment): ProgressSignal {
  const { outcome: _outcome, serves: _serves, withheld: _withheld, ...going } = signal;
  const { at, facts } = signal;
  const begun = { ...going, run: { ...signal.run, createdAt: at - AGE_MS } };
  switch (moment) {
    case "running":
    case "waiting":
      return { ...begun, steps: stepsUpTo(signal, moment) };
    case "failed":
      return {
        ...begun,
        steps: stepsUpTo(signal, "failed"),
        outcome: { state: "failed", at },
        facts: { ...facts, error: facts.error ?? ERROR },
      };
    case "succeeded": {
      const { error: _error, ...good } = facts;
      const outcome = { state: "succeeded", at } as const;
      return { ...begun, steps: stepsUpTo(signal, "succeeded"), outcome, facts: good };
    }
  }
}

/** The furthest step that anything was heard of stands so; those before it are done. */
function stepsUpTo({ steps, at }: ProgressSignal, state: Moment): StepReport[] {
  const known = (steps.length === 0 ? [ONLY_STEP] : steps).toSorted((a, b) => a.order - b.order);
  const furthest = known.findLastIndex((it) => it.state !== "planned");
  const current = Math.max(0, state === "succeeded" ? known.length - 1 : furthest);
  return known.map((step, index) => {
    const { asks: _asks, ...plain } = step;
    if (index < current) return { ...plain, state: "succeeded", startedAt: at - AGE_MS };
    if (index > current) return { ...plain, state: "planned" };
    const asks = state === "waiting" ? { asks: step.asks ?? [] } : {};
    return { ...plain, ...asks, state, startedAt: at - AGE_MS / 2 };
  });
}
