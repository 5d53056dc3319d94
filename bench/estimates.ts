/**
 * How far what a card says of the time that is left is from the truth, and how full its bar is,
 * over every recorded run that went well. Each is estimated from the other recorded durations of
 * its provider, as if they were its line's history.
 */
import { adapters } from "../adapters/index.ts";
import { bodyFormat, identify, lazyPayload } from "../src/adapter/payload.ts";
import { deliveriesOf, lifecyclesOf, recordedProviders } from "../src/cli/recordings.ts";
import type { HttpFixture, Lifecycle } from "../src/cli/recordings.ts";
import type { Run } from "../src/model/run/run.ts";
import type { ProgressSignal } from "../src/model/signal.ts";
import { barOf } from "../src/tracking/bar.ts";
import { expectationOf, paceOf } from "../src/tracking/expectation.ts";
import { mergeSignal } from "../src/tracking/merge.ts";
import type { Benchmark, Cell } from "./harness/report.ts";

const QUARTERS = [0.25, 0.5, 0.75] as const;
/** A run that waits for a person takes as long as the person does. */
const LONGEST_MS = 30 * 60_000;

/** A recorded run that went well: what was known of it when. */
interface Recorded {
  readonly provider: string;
  readonly durationMs: number;
  /** By the time since its beginning. */
  readonly heard: readonly { readonly afterMs: number; readonly run: Run }[];
}

export const estimates: Benchmark = {
  name: "estimates",
  run: async () => {
    const all = recordedProviders().flatMap((provider) =>
      lifecyclesOf(provider).flatMap((it) => recordedRun(it) ?? []),
    );
    const byProvider = Map.groupBy(all, ({ provider }) => provider);
    return [
      {
        title: "The time that is left, and the bar",
        notes: [
          "Recorded runs that went well. The estimate of each comes from the other recorded durations of its provider, which are of other projects: " +
            "a line's own history is closer. Error: the difference to the time that really was left, as a share of the whole run; median and worst. " +
            "Filled: the share of the bar that is done, and what a bar that fills by itself over the expected time would show.",
        ],
        columns: [
          "provider",
          "at",
          "runs",
          "says a time",
          "slower than usual",
          "error %, median",
          "error %, worst",
          "filled %",
          "by itself %",
        ],
        rows: Array.from(byProvider).flatMap(([provider, runs]) =>
          QUARTERS.map((share) => rowOf(provider, share, runs, all)),
        ),
        aims: [],
      },
    ];
  },
};

function rowOf(
  provider: string,
  share: number,
  runs: readonly Recorded[],
  all: readonly Recorded[],
): readonly Cell[] {
  const looks = runs.map((run) => lookAt(run, share, all));
  const errors = looks.flatMap(({ error }) => error ?? []).toSorted((a, b) => a - b);
  const percent = (values: readonly number[], part: number): Cell => {
    const value = values[Math.min(values.length - 1, Math.floor(values.length * part))];
    return value === undefined ? undefined : Math.round(100 * value);
  };
  const sorted = (of: (look: Look) => number | undefined) =>
    looks.flatMap((look) => of(look) ?? []).toSorted((a, b) => a - b);
  return [
    provider,
    `${100 * share} %`,
    runs.length,
    errors.length,
    looks.filter(({ isSlow }) => isSlow).length,
    percent(errors, 0.5),
    percent(errors, 1),
    percent(
      sorted(({ filled }) => filled),
      0.5,
    ),
    percent(
      sorted(({ byItself }) => byItself),
      0.5,
    ),
  ];
}

interface Look {
  /** Undefined where no time is said. */
  readonly error: number | undefined;
  readonly isSlow: boolean;
  readonly filled: number;
  readonly byItself: number | undefined;
}

function lookAt(run: Recorded, share: number, all: readonly Recorded[]): Look {
  const elapsed = share * run.durationMs;
  const others = all.filter((it) => it !== run && it.provider === run.provider);
  const expected = expectationOf(others.map(({ durationMs }) => durationMs));
  const pace = paceOf(expected, elapsed);
  const known = run.heard.findLast(({ afterMs }) => afterMs <= elapsed)?.run;
  const bar = known && barOf(known);
  return {
    error:
      pace?.kind === "left"
        ? Math.abs(pace.ms - (run.durationMs - elapsed)) / run.durationMs
        : undefined,
    isSlow: pace?.kind === "slow",
    filled: bar ? bar.completed / bar.segments.length : 0,
    byItself: expected && Math.min(1, elapsed / expected.median),
  };
}

/** The run of a lifecycle that has one; undefined where it did not go well, or waited for long. */
function recordedRun(lifecycle: Lifecycle): Recorded | undefined {
  const signals = deliveriesOf(lifecycle).map(progressOf);
  const heard: { afterMs: number; run: Run }[] = [];
  for (const [at, signal] of signals.entries()) {
    const afterMs = lifecycle.deliveries[at]?.afterMs ?? 0;
    if (signal) heard.push({ afterMs, run: mergeSignal(heard.at(-1)?.run, signal) });
  }
  const ids = new Set(heard.map(({ run }) => run.id));
  const [first] = heard;
  const end = heard.find(({ run }) => run.outcome?.state === "succeeded");
  if (!first || !end || ids.size > 1) return undefined;
  const durationMs = end.afterMs - first.afterMs;
  if (durationMs <= 0 || durationMs > LONGEST_MS) return undefined;
  const since = heard.map(({ afterMs, run }) => ({ afterMs: afterMs - first.afterMs, run }));
  return { provider: lifecycle.provider, durationMs, heard: since };
}

function progressOf(fixture: HttpFixture): ProgressSignal | undefined {
  const adapter = adapters.find(({ name }) => name === fixture.provider);
  const format = bodyFormat(fixture.headers["content-type"]) ?? "json";
  const payload = lazyPayload(format, fixture.body, (name) => fixture.headers[name]);
  const identity = adapter && identify(adapter, payload);
  if (!identity) return undefined;
  const read = adapter.read(payload, { event: identity.event, receivedAt: 0 });
  if (read.kind !== "signals") return undefined;
  return read.signals.find((it) => it.kind === "progress");
}
