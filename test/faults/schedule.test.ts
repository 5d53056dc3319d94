/**
 * What is shown, over any schedule: webhooks in any order, answers that fail, processes that die at
 * any step, two of them on one store, and the real linger times. A failure prints the seed and the
 * shortest schedule that shows it.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { EXTENT } from "../support/simulation/extent.ts";
import { reportTable } from "../support/simulation/report.ts";
import { action } from "../support/simulation/schedule.ts";
import { playSchedule } from "../support/simulation/schedule-play.ts";
import type { PlayedSchedule } from "../support/simulation/schedule-play.ts";

const SEED = Number(process.env["SCHEDULE_SEED"] ?? 20_261_105);
/** A schedule takes about a second. */
const RUNS = Number(process.env["SCHEDULE_RUNS"] ?? { ci: 8, short: 40, full: 300 }[EXTENT]);

test(
  "no card outlives its end, no track has two, and no bar goes back",
  { timeout: 3_600_000 },
  async () => {
    const all: PlayedSchedule[] = [];
    await fc.assert(
      fc.asyncProperty(
        fc.array(action, { minLength: 5, maxLength: 30 }),
        fc.nat(),
        async (script, seed) => {
          const played = await playSchedule(script, seed);
          all.push(played);
          const { broken, bars } = played;
          expect({ broken, back: bars.back, changed: bars.changed }).toEqual({
            broken: [],
            back: [],
            changed: [],
          });
        },
      ),
      { seed: SEED, numRuns: RUNS },
    );
    const sum = (of: (played: PlayedSchedule) => number) =>
      all.reduce((total, played) => total + of(played), 0);
    reportTable(
      `Cards over any schedule, two processes, seed ${SEED}`,
      [
        {
          schedules: all.length,
          "looks at the screen": sum(({ looks }) => looks),
          "core calls": sum(({ calls }) => calls),
          "went wrong": sum(({ faults }) => faults),
          "deaths of a process": sum(({ deaths }) => deaths),
          "runs shown": sum(({ bars }) => bars.runs),
        },
      ],
      "No card outlived its end by a minute, no track had two, no bar went back or changed.",
    );
    expect(sum(({ bars }) => bars.runs)).toBeGreaterThan(0);
  },
);
