/**
 * Trouble on purpose: for some calls or some minutes the API is slow, broken, busy, or cut off in
 * the middle of its answer. Holds at most one trouble at a time; no clock of its own.
 */
import * as z from "zod";

/**
 * `slow`: the answer takes `delay_seconds`. `error`: 500. `rate_limit`: 429 with `Retry-After`.
 * `reset`: the connection breaks and nothing was done. `lost_answer`: what was asked is done, and
 * the connection breaks then.
 */
export const FAULTS = ["slow", "error", "rate_limit", "reset", "lost_answer"] as const;

const span = {
  calls: z.number().int().min(1).max(10_000).optional(),
  minutes: z
    .number()
    .positive()
    .max(24 * 60)
    .optional(),
};
const faultFor = z
  .strictObject({
    fault: z.enum(FAULTS),
    delay_seconds: z.number().positive().max(120).optional(),
    ...span,
  })
  .refine((it) => it.calls !== undefined || it.minutes !== undefined, {
    error: "must say for how many calls or minutes",
  })
  .refine((it) => it.fault === "slow" || it.delay_seconds === undefined, {
    path: ["delay_seconds"],
    error: "is for the fault slow only",
  });

/**
 * `{"fault": "slow", "delay_seconds": 5, "calls": 10}`, or `{"fault": "none"}` where it is to end.
 */
export const chaosRequest = z.discriminatedUnion("fault", [
  faultFor,
  z.strictObject({ fault: z.literal("none") }),
]);
export type ChaosRequest = z.infer<typeof faultFor>;

const DEFAULT_DELAY_SECONDS = 5;

export interface Trouble {
  readonly fault: (typeof FAULTS)[number];
  readonly delayMs: number;
  /** How many calls it still meets; null: all, until `until`. */
  readonly callsLeft: number | null;
  /** ms since the epoch; null: until its calls are used up. */
  readonly until: number | null;
}

export interface Chaos {
  /** The trouble that the next call meets; undefined where there is none. */
  current(now: number): Trouble | undefined;
  begin(request: ChaosRequest, now: number): Trouble;
  end(): void;
  /** The current trouble, counted as met by one call. */
  take(now: number): Trouble | undefined;
  /** Resolves after so many ms, or at once when the preview is closed. */
  wait(ms: number): Promise<void>;
  close(): void;
}

export function createChaos(): Chaos {
  let trouble: Trouble | undefined;
  const waiting = new Set<() => void>();
  const current = (now: number) => {
    const isOver = trouble?.callsLeft === 0 || (trouble?.until ?? Infinity) <= now;
    if (isOver) trouble = undefined;
    return trouble;
  };
  return {
    current,
    begin({ fault, calls, minutes, delay_seconds = DEFAULT_DELAY_SECONDS }, now) {
      const until = minutes === undefined ? null : now + minutes * 60_000;
      trouble = { fault, delayMs: delay_seconds * 1000, callsLeft: calls ?? null, until };
      return trouble;
    },
    end: () => {
      trouble = undefined;
    },
    take(now) {
      const met = current(now);
      if (met && met.callsLeft !== null) trouble = { ...met, callsLeft: met.callsLeft - 1 };
      return met;
    },
    wait: (ms) =>
      new Promise((resolve) => {
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        };
        const timer = setTimeout(done, ms);
        waiting.add(done);
      }),
    close() {
      for (const done of waiting) done();
    },
  };
}
