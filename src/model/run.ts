/** The merged state of one run: a value of a join-semilattice (see `tracking/merge.ts`). Schema and types only. */
import * as z from "zod";
import { ENVIRONMENT_KINDS, OUTCOME_STATES, STEP_STATES } from "./signal.ts";

const milliseconds = z.number().int().nonnegative();

/** A value with the provider's time of it; of two the later holds, at equal times the greater text. */
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
});

export const run = z.object({
  id: z.string(),
  attempt: z.number().int().positive(),
  shape: z.enum(["line", "parallel"]),
  project: stamped,
  line: stamped.optional(),
  environment: z.object({ name: z.string(), kind: z.enum(ENVIRONMENT_KINDS) }).optional(),
  /** The provider's creation time if any signal told it. */
  createdAt: milliseconds.optional(),
  /** Earliest and latest provider time heard of. */
  firstAt: milliseconds,
  lastAt: milliseconds,
  steps: z.record(z.string(), step),
  outcome: z
    .object({ state: z.enum(OUTCOME_STATES), at: milliseconds, provisional: z.boolean() })
    .optional(),
  /** What to believe when nothing more is heard for `afterMs`; `at` is the time of the report that said so. */
  assume: z
    .object({ state: z.enum(OUTCOME_STATES), at: milliseconds, afterMs: milliseconds })
    .optional(),
  facts: z.record(z.string(), stamped),
});

export type Stamped = z.infer<typeof stamped>;
export type Step = z.infer<typeof step>;
export type Run = z.infer<typeof run>;
