/**
 * The provider-neutral vocabulary: what an adapter may say happened. Data only; no I/O, no clock.
 *
 * A webhook becomes zero or more signals. `progress` moves a run along its track and ends up as a
 * Live Activity;
 * `notice` and `alert` are single facts that end up as pushes.
 */
import * as z from "zod";

/**
 * Every state a step can be in, in the order of the lattice: a step only moves to the right.
 * - `planned`: known to come, nothing heard of it yet
 * - `waiting`: held back until a person or a dependency lets it go (shown amber)
 * - `queued`, `running`: what the words say
 * - `skipped`, `canceled`, `succeeded`, `failed`: finished; of two finished reports the later one
 *   by the provider's clock holds
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

/** `skipped`: the run ended without doing anything, because there was nothing for it to do. */
export const OUTCOME_STATES = ["skipped", "canceled", "succeeded", "failed"] as const;
/**
 * Who or what canceled a run: a newer run, a person, or a time limit (which is a failure in a
 * person's eyes).
 */
export const CANCELED_BY = ["newer_run", "person", "time_limit"] as const;

const milliseconds = z.number().int().nonnegative();

/**
 * Far beyond what any provider counts to; what a payload counts must not be able to fill memory.
 */
const MAX_ATTEMPT = 1_000_000;
const MAX_STEPS = 2_000;

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
  /**
   * When the step really began, in ms; where absent the time of the first `running` report counts.
   */
  startedAt: milliseconds.optional(),
  /** A segment that is left off the bar when it was never entered or lasted under five seconds. */
  optional: z.boolean().optional(),
  /**
   * A person is asked to let this step go on: the names of the people or teams, empty where anybody
   * may. Absent for every other wait (a timer, a rule, a queue), however its state is called.
   */
  asks: z.array(z.string()).max(100).optional(),
});

export const outcomeReport = z.object({
  state: z.enum(OUTCOME_STATES),
  /** The provider's time of this report in ms; the signal's own `at` where absent. */
  at: milliseconds.optional(),
  /**
   * Only holds when no firm outcome is ever heard, however late: a crash is a failed deployment
   * only if the deployment never went live; a removal is a cancellation only if it never finished.
   */
  provisional: z.boolean().optional(),
  /** For `canceled`, where the provider tells. */
  canceledBy: z.enum(CANCELED_BY).optional(),
});

/** Who caused something. */
export const actor = z.object({
  login: z.string().optional(),
  name: z.string().optional(),
  /** `bot`: an account of a program, such as `dependabot[bot]`. */
  kind: z.enum(["person", "bot"]),
});

/** How a run came to serve: `rolled_back`: it is older than what it replaced. */
export const SERVING = ["live", "promoted", "restored", "rolled_back"] as const;

export const facts = z.object({
  branch: z.string().optional(),
  /** What a person calls the branch where its name says nothing: `PR 12 in the merge queue`. */
  branchTitle: z.string().optional(),
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
  /** Who refused to let it go on, where that is why it ended, and their own words on it. */
  rejectedBy: z.string().optional(),
  rejection: z.string().optional(),
  /** Short name of the run, e.g. `#42`. */
  label: z.string().optional(),
});

export const project = z.object({
  /** The provider's stable id: renames do not open a new track. */
  id: z.string(),
  name: z.string(),
});

/** What of a project moves on its own. */
export const line = z.object({
  /** The provider's id or path: a display name may stand for several. */
  id: z.string(),
  name: z.string(),
  /**
   * The report does not know the id and gives the name in its place. It holds until another report
   * of the same run tells the id: the run moves to its line then.
   */
  provisional: z.boolean().optional(),
});

export const ENVIRONMENT_KINDS = ["production", "preview", "other"] as const;

export const environment = z.object({
  /** As the provider calls it: "production", "preview", "staging", "PR 12". */
  name: z.string(),
  kind: z.enum(ENVIRONMENT_KINDS),
  /** Which one it is, where several are called alike. */
  id: z.string().optional(),
});

/**
 * By what others know a deployment. Two tellings with a key in common are of one deployment to a
 * person: `workflow:<repository id>:<workflow run id>`, `host:<host of the deployment's own URL>`,
 * `app:<host>:<app>/<kind>:<commit>`.
 */
export const deploymentReport = z.object({
  keys: z.array(z.string().min(1)).max(10),
  /**
   * The teller is not the owner: a host's bot on a code host. Its owner's own telling is waited for.
   */
  secondHand: z.boolean().optional(),
  /** The attempt of what the keys name, where that is not the run's own. */
  attempt: z.number().int().positive().max(MAX_ATTEMPT).optional(),
});

export const progressSignal = z.object({
  kind: z.literal("progress"),
  project,
  /** Absent where the provider has none (a CI workflow). */
  environment: environment.optional(),
  /** A finer line within the project that deserves a track of its own: a service, a workflow. */
  line: line.optional(),
  run: z.object({
    id: z.string(),
    /** 1 unless the provider re-runs under the same id; a higher attempt opens the run afresh. */
    attempt: z.number().int().positive().max(MAX_ATTEMPT),
    /**
     * When the provider created this attempt, in ms; where absent the earliest `at` heard of it
     * counts.
     */
    createdAt: milliseconds.optional(),
    /** When the provider created the first attempt, in ms, where that is not this one. */
    firstCreatedAt: milliseconds.optional(),
  }),
  /**
   * The provider's own time of the event in ms. Never the time of arrival unless the payload has
   * none.
   */
  at: milliseconds,
  /**
   * `line`: steps follow one another, a later one implies the earlier. `parallel`: they run side by
   * side (CI jobs).
   */
  shape: z.enum(["line", "parallel"]),
  steps: z.array(stepReport).max(MAX_STEPS),
  /** How the whole run ended, when this event says so. */
  outcome: outcomeReport.optional(),
  actor: actor.optional(),
  /** Where the branch in `facts` stands. A fork's branch is written `owner:branch` there. */
  source: z
    .object({
      isDefaultBranch: z.boolean().optional(),
      isFork: z.boolean().optional(),
      /** The default branch's name, where this is another one. */
      defaultBranch: z.string().optional(),
    })
    .optional(),
  /** From `at` on this run is what its project, line and environment serve. */
  serves: z.object({ how: z.enum(SERVING), at: milliseconds }).optional(),
  /** It was built and does not serve before a person promotes or publishes it. */
  withheld: z.enum(["promotion", "publishing"]).optional(),
  /**
   * All environments that the run concerns, where it is not itself a deployment to one (a workflow
   * with deploy jobs).
   */
  environments: z.array(environment).max(50).optional(),
  /**
   * What else tells of the very same deployment.
   */
  deployment: deploymentReport.optional(),
  /**
   * What to believe when nothing more is heard for `afterMs` since `at`, where the provider may
   * never send the end.
   */
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
  /** The line within the project, as in `progress`. */
  line: line.optional(),
  actor: actor.optional(),
};

export const noticeSignal = z.object({
  kind: z.literal("notice"),
  ...occurrence,
  /**
   * A person is asked for something (a review, an approval): the names of people or teams, empty
   * where anybody may.
   */
  asks: z.array(z.string()).max(100).optional(),
  /**
   * Facts of one moment about one thing (reviewers of a pull request) share a group: one push that
   * counts them.
   */
  group: z.string().optional(),
});

/** `info`: worth the record, rings nobody. */
export const SEVERITIES = ["info", "warning", "critical"] as const;
export const INCIDENT_STATES = ["firing", "acknowledged", "resolved"] as const;

export const alertSignal = z.object({
  kind: z.literal("alert"),
  ...occurrence,
  /** Identity of the incident, the same when it fires and when it is resolved. */
  incident: z.string(),
  state: z.enum(INCIDENT_STATES),
  severity: z.enum(SEVERITIES),
  /**
   * The run that it happened to: an alert yields to the failed run it belongs to, and only what
   * serves can crash.
   */
  runId: z.string().optional(),
  /** It counts as over when it is not repeated for so long, in ms; an hour where absent. */
  quietAfterMs: z.number().int().positive().optional(),
  /** Incidents of one cause share a group: one row and one push. */
  group: z.string().optional(),
  /**
   * It fires as one of a group, of one commit say, and ends for every group that names it: those
   * that began until `at`.
   */
  endsInGroups: z.boolean().optional(),
  /** A newer deployment of its line that is live ends it; so it does where `runId` is told. */
  isMendedByDeploying: z.boolean().optional(),
  /** It is the failure of a deployment that others tell of too, as `progress` does. */
  deployment: deploymentReport.optional(),
});

export const signal = z.discriminatedUnion("kind", [progressSignal, noticeSignal, alertSignal]);

export type StepState = (typeof STEP_STATES)[number];
export type OutcomeState = (typeof OUTCOME_STATES)[number];
export type StepReport = z.infer<typeof stepReport>;
export type OutcomeReport = z.infer<typeof outcomeReport>;
export type Facts = z.infer<typeof facts>;
export type Actor = z.infer<typeof actor>;
export type Project = z.infer<typeof project>;
export type Environment = z.infer<typeof environment>;
export type ProgressSignal = z.infer<typeof progressSignal>;
export type NoticeSignal = z.infer<typeof noticeSignal>;
export type AlertSignal = z.infer<typeof alertSignal>;
export type Signal = z.infer<typeof signal>;
