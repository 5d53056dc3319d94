/**
 * Vercel's deployment events: one run per deployment id, on the track of its project and
 * environment. Pure.
 */
import { LIVE_ACTIVITY_MAX_MS } from "../../src/adapter/contract.ts";
import type { EventContext, EventHandler } from "../../src/adapter/contract.ts";
import type {
  Environment,
  OutcomeState,
  ProgressSignal,
  StepReport,
  StepState,
} from "../../src/model/signal.ts";
import {
  PRODUCTION,
  context,
  deploymentEvent,
  deploymentId,
  environment,
  project,
} from "./deployment-payload.ts";
import type { DeploymentPayload } from "./deployment-payload.ts";
import { rollback } from "./rollback.ts";

/** What one event says of the run. */
interface Report {
  /** Of Building, Checks and the last segment. */
  readonly states: readonly [building: StepState, checks: StepState, live: StepState];
  /** Segments that only some deployments have. */
  readonly besides?: readonly StepReport[];
  readonly outcome?: OutcomeState;
  readonly assume?: { readonly state: OutcomeState; readonly afterMs: number };
  readonly withheld?: "promotion";
  readonly serves?: "promoted";
}
interface ReportContext {
  readonly production: boolean;
  readonly at: number;
}
interface EventTraits {
  /**
   * `production`: the event has no target and needs none. `told`: undocumented payload, without a
   * target it has no track.
   */
  readonly target?: "production" | "told";
  /** The event's time is the deployment's creation. */
  readonly creates?: true;
}

const MINUTE_MS = 60_000;
const PREVIEW_GRACE_MS = MINUTE_MS;
const PRODUCTION_GRACE_MS = 10 * MINUTE_MS;
const PROMOTION_GRACE_MS = 5 * MINUTE_MS;

const QUEUED = { key: "queued", title: "Queued", order: 0, optional: true };
const APPROVAL = { key: "approval", title: "Approval", order: 2, optional: true };

/**
 * Webhooks made in the dashboard cannot get `build-requested`, so a deployment builds from its
 * creation on.
 */
const created = handler(
  ({ at }) => ({
    states: ["running", "planned", "planned"],
    besides: [{ ...QUEUED, state: "planned", startedAt: at }],
  }),
  { creates: true },
);

const buildRequested = handler(
  () => ({
    states: ["running", "planned", "planned"],
    besides: [{ ...QUEUED, state: "succeeded" }],
  }),
  { target: "told" },
);

/** Without checks `succeeded` follows at once, but nothing promises that it does. */
const ready = handler(({ production }) => ({
  states: ["succeeded", "running", "planned"],
  assume: { state: "succeeded", afterMs: production ? PRODUCTION_GRACE_MS : PREVIEW_GRACE_MS },
}));

/** A production deployment goes live when it is promoted; a staged one may never be. */
const succeeded = handler(({ production }) =>
  production
    ? {
        states: ["succeeded", "succeeded", "running"],
        withheld: "promotion",
        assume: { state: "succeeded", afterMs: PROMOTION_GRACE_MS },
      }
    : { states: ["succeeded", "succeeded", "succeeded"], outcome: "succeeded" },
);

const promoted = handler(
  () => ({
    states: ["succeeded", "succeeded", "succeeded"],
    outcome: "succeeded",
    serves: "promoted",
  }),
  { target: "production" },
);

const failed = handler(() => ({ states: ["planned", "planned", "planned"], outcome: "failed" }));
const canceled = handler(() => ({
  states: ["planned", "planned", "planned"],
  outcome: "canceled",
}));

/**
 * The build that `created` took for begun does not run; approval has to stand behind it to be where
 * the run is.
 */
const blocked = handler(
  () => ({
    states: ["skipped", "planned", "planned"],
    besides: [{ ...APPROVAL, state: "waiting", asks: [] }],
    assume: { state: "canceled", afterMs: LIVE_ACTIVITY_MAX_MS },
  }),
  { target: "told" },
);

const checksSucceeded = handler(() => ({ states: ["succeeded", "succeeded", "planned"] }), {
  target: "told",
});

/**
 * A failed check that blocks nothing is followed by `succeeded`; where nothing follows, it was no
 * success.
 */
const checksFailed = handler(
  () => ({
    states: ["succeeded", "failed", "planned"],
    assume: { state: "failed", afterMs: PRODUCTION_GRACE_MS },
  }),
  { target: "told" },
);

/**
 * The hyphened names are the legacy ones: their `ready` is today's `succeeded`, their `prepared`
 * today's `ready`.
 */
export const deploymentEvents = {
  "deployment.created": created,
  "deployment.build-requested": buildRequested,
  "deployment.ready": ready,
  "deployment.succeeded": succeeded,
  "deployment.promoted": promoted,
  "deployment.rollback": rollback,
  "deployment.error": failed,
  "deployment.canceled": canceled,
  "deployment.cancelled": canceled,
  "deployment.blocked": blocked,
  "deployment.checks.succeeded": checksSucceeded,
  "deployment.checks.failed": checksFailed,
  deployment: created,
  "deployment-prepared": ready,
  "deployment-ready": succeeded,
  "deployment-error": failed,
  "deployment-canceled": canceled,
};

function handler(
  tell: (context: ReportContext) => Report,
  { target, creates }: EventTraits = {},
): EventHandler<typeof deploymentEvent> {
  const environmentOf = (payload: DeploymentPayload): Environment | undefined =>
    target === "production" ? PRODUCTION : environment(payload, target === "told");
  return {
    schema: deploymentEvent,
    toSignals: ({ createdAt, payload }, { receivedAt }: EventContext) => {
      const place = environmentOf(payload);
      if (!place)
        return { nothing: "the event does not say whether it is of production or a preview" };
      const at = createdAt ?? receivedAt;
      const report = tell({ production: place.kind === "production", at });
      return [progress({ payload, place, at, report, creates: creates ?? false })];
    },
  };
}

function progress(told: {
  payload: DeploymentPayload;
  place: Environment;
  at: number;
  report: Report;
  creates: boolean;
}): ProgressSignal {
  const { payload, place, at, report, creates } = told;
  const production = place.kind === "production";
  const [building, checks, live] = report.states;
  return {
    kind: "progress",
    project: project(payload),
    environment: place,
    run: { id: deploymentId(payload), attempt: 1, createdAt: creates ? at : undefined },
    at,
    shape: "line",
    steps: [
      ...(report.besides ?? []),
      { key: "building", title: "Building", order: 1, state: building },
      { key: "checks", title: "Checks", order: 3, state: checks, optional: true },
      { key: "live", title: production ? "Live" : "Ready", order: 4, state: live },
    ],
    outcome: report.outcome && { state: report.outcome },
    assume: report.assume,
    withheld: report.withheld,
    serves: report.serves && { how: report.serves, at },
    ...context(payload, place.kind, building === "succeeded"),
  };
}
