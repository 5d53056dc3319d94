/**
 * The provider-neutral vocabulary: what an adapter may say happened. Data only; no I/O, no clock.
 *
 * A webhook becomes zero or more signals. `progress` moves a run along its track and ends up as a Live Activity;
 * `notice` and `alert` are single facts that end up as pushes.
 */
import * as z from "zod";

/**
 * Every state a step can be in, in the order of the lattice: a step only moves to the right.
 * - `planned`: known to come, nothing heard of it yet
 * - `waiting`: held back until a person or a dependency lets it go (shown amber)
 * - `queued`, `running`: what the words say
 * - `skipped`, `canceled`, `succeeded`, `failed`: finished; of two finished reports the later one by the provider's clock holds
 */
export const STEP_STATES = [
  "planned",
  "waiting",
  "queued",
  "running",
  "skipped",
  "canceled",
  "succeeded",
  "failed",
] as const;

export const OUTCOME_STATES = ["canceled", "succeeded", "failed"] as const;

const milliseconds = z.number().int().nonnegative();

export const stepReport = z.object({
  /** Identity of the step within its run and attempt, e.g. `building` or a job's id. */
  key: z.string(),
  /** What a person reads: "Building", "test (node 24)". */
  title: z.string(),
  /** Place on the bar, ascending; equal places are ordered by start time, then key. */
  order: z.number(),
  state: z.enum(STEP_STATES),
  /** The provider's time of this report in ms; the signal's own `at` where absent. */
  at: milliseconds.optional(),
  /** When the step really began, in ms; where absent the time of the first `running` report counts. */
  startedAt: milliseconds.optional(),
  /** A segment that is left off the bar when it was never entered or lasted under five seconds. */
  optional: z.boolean().optional(),
});

export const outcomeReport = z.object({
  state: z.enum(OUTCOME_STATES),
  /** The provider's time of this report in ms; the signal's own `at` where absent. */
  at: milliseconds.optional(),
  /**
   * Only holds when no firm outcome is ever heard, however late: a crash is a failed deployment only if the
   * deployment never went live; a removal is a cancellation only if it never finished.
   */
  provisional: z.boolean().optional(),
});

export const facts = z.object({
  branch: z.string().optional(),
  /** Full commit hash. */
  commit: z.string().optional(),
  /** Full commit or pull request message; only its first line is shown. */
  message: z.string().optional(),
  author: z.string().optional(),
  /** https URL of what was deployed. */
  url: z.string().optional(),
  /** https URL of the log or dashboard page of the run. */
  logUrl: z.string().optional(),
  /** The provider's own words on why it failed. */
  error: z.string().optional(),
  /** Short name of the run, e.g. `#42`. */
  label: z.string().optional(),
});

export const project = z.object({
  /** The provider's stable id: renames do not open a new track. */
  id: z.string(),
  name: z.string(),
});

export const ENVIRONMENT_KINDS = ["production", "preview", "other"] as const;

export const environment = z.object({
  /** As the provider calls it: "production", "preview", "staging", "PR 12". */
  name: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
});

export const progressSignal = z.object({
  kind: z.literal("progress"),
  project,
  /** Absent where the provider has none (a CI workflow). */
  environment: environment.optional(),
  /** A finer line within the project that deserves a track of its own: a service, a workflow. */
  line: z.object({ id: z.string(), name: z.string() }).optional(),
  run: z.object({
    id: z.string(),
    /** 1 unless the provider re-runs under the same id; a higher attempt opens the run afresh. */
    attempt: z.number().int().positive(),
    /** When the provider created this attempt, in ms; where absent the earliest `at` heard of it counts. */
    createdAt: milliseconds.optional(),
  }),
  /** The provider's own time of the event in ms. Never the time of arrival unless the payload has none. */
  at: milliseconds,
  /** `line`: steps follow one another, a later one implies the earlier. `parallel`: they run side by side (CI jobs). */
  shape: z.enum(["line", "parallel"]),
  steps: z.array(stepReport),
  /** How the whole run ended, when this event says so. */
  outcome: outcomeReport.optional(),
  /** What to believe when nothing more is heard for `afterMs` since `at`, where the provider may never send the end. */
  assume: z
    .object({ state: z.enum(OUTCOME_STATES), afterMs: z.number().int().positive() })
    .optional(),
  facts,
});

const occurrence = {
  project: project.optional(),
  environment: environment.optional(),
  branch: z.string().optional(),
  title: z.string(),
  message: z.string().optional(),
  /** https URL that a tap opens. */
  url: z.string().optional(),
  /** The provider's own time of the event in ms. */
  at: milliseconds,
};

export const noticeSignal = z.object({ kind: z.literal("notice"), ...occurrence });

export const alertSignal = z.object({
  kind: z.literal("alert"),
  ...occurrence,
  /** Identity of the incident, the same when it fires and when it is resolved. */
  incident: z.string(),
  state: z.enum(["firing", "resolved"]),
  severity: z.enum(["critical", "warning"]),
});

export const signal = z.discriminatedUnion("kind", [progressSignal, noticeSignal, alertSignal]);

export type StepState = (typeof STEP_STATES)[number];
export type OutcomeState = (typeof OUTCOME_STATES)[number];
export type StepReport = z.infer<typeof stepReport>;
export type OutcomeReport = z.infer<typeof outcomeReport>;
export type Facts = z.infer<typeof facts>;
export type Project = z.infer<typeof project>;
export type Environment = z.infer<typeof environment>;
export type ProgressSignal = z.infer<typeof progressSignal>;
export type NoticeSignal = z.infer<typeof noticeSignal>;
export type AlertSignal = z.infer<typeof alertSignal>;
export type Signal = z.infer<typeof signal>;
