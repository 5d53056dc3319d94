/**
 * The merged state of one run: a value of a join-semilattice (see `tracking/merge.ts`). Schema and
 * types only.
 */
import * as z from "zod";
import {
  actor,
  CANCELED_BY,
  environment,
  OUTCOME_STATES,
  SERVING,
  STEP_STATES,
} from "../signal.ts";

/** Where a run stands. */
export const RUN_STATES = [
  "queued",
  "waiting",
  "running",
  "succeeded",
  "failed",
  "canceled",
  "skipped",
] as const;
export type RunState = (typeof RUN_STATES)[number];

const milliseconds = z.number().int().nonnegative();

/**
 * A value with the provider's time of it; of two the later holds, at equal times the greater text.
 */
const stamped = z.object({ value: z.string(), at: milliseconds });

export const step = z.object({
  title: stamped,
  order: z.number(),
  state: z.enum(STEP_STATES),
  /** The time of the report that set `state`. */
  at: milliseconds,
  /** Earliest start and earliest end heard of. */
  startedAt: milliseconds.optional(),
  endedAt: milliseconds.optional(),
  optional: z.boolean(),
  /** Everybody who was asked to let it go on, sorted; counts while the step waits. */
  asks: z.array(z.string()).optional(),
});

/** `id` is absent where a record was stored before lines were known by it. */
const line = stamped.extend({ id: z.string().optional(), provisional: z.boolean().optional() });

export const run = z.object({
  id: z.string(),
  attempt: z.number().int().positive(),
  shape: z.enum(["line", "parallel"]),
  /** Its `id` is absent where a record was stored before a run's track was derived from it. */
  project: stamped.extend({ id: z.string().optional() }),
  line: line.optional(),
  environment: environment.optional(),
  /** The provider's creation time if any signal told it. */
  createdAt: milliseconds.optional(),
  /** When its first attempt was created: a re-run of an old run makes nothing newer of it. */
  firstCreatedAt: milliseconds.optional(),
  /** The steps of lower attempts by their keys, each with the highest attempt that had it. */
  earlier: z.record(z.string(), step.extend({ attempt: z.number().int().positive() })).optional(),
  /** Earliest and latest provider time heard of. */
  firstAt: milliseconds,
  lastAt: milliseconds,
  steps: z.record(z.string(), step),
  outcome: z
    .object({
      state: z.enum(OUTCOME_STATES),
      at: milliseconds,
      provisional: z.boolean(),
      canceledBy: z.enum(CANCELED_BY).optional(),
      /** Concluded from the ends of its jobs: another job takes it back. */
      derived: z.boolean().optional(),
    })
    .optional(),
  /** When it was last said to be taken down or replaced, whatever its outcome is. */
  retiredAt: milliseconds.optional(),
  /** When it was first said to have died. */
  diedAt: milliseconds.optional(),
  /**
   * What to believe when nothing more is heard for `afterMs`; `at` is the time of the report that
   * said so.
   */
  assume: z
    .object({ state: z.enum(OUTCOME_STATES), at: milliseconds, afterMs: milliseconds })
    .optional(),
  actor: z.object({ value: actor, at: milliseconds }).optional(),
  /** Whether any report said so. */
  source: z
    .object({
      isDefaultBranch: z.boolean().optional(),
      isFork: z.boolean().optional(),
      defaultBranch: z.string().optional(),
    })
    .optional(),
  /** The latest that was said of its serving. */
  serves: z.object({ how: z.enum(SERVING), at: milliseconds }).optional(),
  withheld: z.object({ value: z.enum(["promotion", "publishing"]), at: milliseconds }).optional(),
  /** All environments that were named, sorted by name and kind. */
  environments: z.array(environment).optional(),
  /**
   * What else tells of the same deployment, sorted; second-hand as long as nobody told it
   * first-hand.
   */
  deployment: z
    .object({
      keys: z.array(z.string()),
      secondHand: z.boolean(),
      attempt: z.number().int().positive().optional(),
    })
    .optional(),
  facts: z.record(z.string(), stamped),
});

export type Stamped = z.infer<typeof stamped>;
export type Step = z.infer<typeof step>;
export type EarlierStep = NonNullable<Run["earlier"]>[string];
export type RunLine = z.infer<typeof line>;
export type Run = z.infer<typeof run>;
