/**
 * Railway's deployment events: one run per deployment id, on the track of its service and
 * environment. Pure.
 */
import {
  appKey,
  deploymentOf,
  lineSteps,
  LIVE_ACTIVITY_MAX_MS,
  personOrBot,
} from "../../src/adapter/contract.ts";
import type { EventHandler, Nothing } from "../../src/adapter/contract.ts";
import type {
  OutcomeReport,
  ProgressSignal,
  Signal,
  StepReport,
  StepState,
} from "../../src/model/signal.ts";
import { death } from "./death.ts";
import {
  deploymentEvent,
  environmentOf,
  factsOf,
  legacyEvent,
  lineOf,
  projectOf,
} from "./payload.ts";
import type { DeploymentEvent } from "./payload.ts";

/** What one event says of the run: which step it is in, if it tells, and how it ended. */
interface Report {
  readonly step?: readonly [Parameters<typeof steps.at>[0], StepState];
  /** Anybody of the project may let it go on. */
  readonly asks?: true;
  readonly serves?: true;
  readonly outcome?: OutcomeReport;
  readonly assume?: { readonly state: "canceled"; readonly afterMs: number };
  /** Words for a death of the running service, which needs somebody whatever becomes of the run. */
  readonly died?: string;
}

const steps = lineSteps({
  queued: { title: "Queued", optional: true },
  building: "Building",
  deploying: "Deploying",
  live: "Live",
});

/** A commit that is skipped while it waits (its CI failed) is never heard of again. */
const GIVEN_UP = { state: "canceled", afterMs: LIVE_ACTIVITY_MAX_MS } as const;

const queued: Report = { step: ["queued", "queued"] };
const waiting: Report = { step: ["queued", "queued"], assume: GIVEN_UP };
const needsApproval: Report = { step: ["queued", "waiting"], asks: true, assume: GIVEN_UP };
const building: Report = { step: ["building", "running"] };
const deploying: Report = { step: ["deploying", "running"] };
const deployed: Report = {
  step: ["live", "succeeded"],
  serves: true,
  outcome: { state: "succeeded" },
};
const failed: Report = { outcome: { state: "failed" } };
/** No path that it watches was touched, or its CI failed. */
const skipped: Report = { outcome: { state: "skipped" } };
/** Every deployment is removed some day; only one that had not finished was thereby canceled. */
const removed: Report = { outcome: { state: "canceled", provisional: true } };
const crashed = died("crashed");
const oomKilled = died("ran out of memory");

export const deploymentEvents = {
  "Deployment.queued": handler(queued),
  "Deployment.waiting": handler(waiting),
  "Deployment.needsapproval": handler(needsApproval),
  "Deployment.building": handler(building),
  "Deployment.deploying": handler(deploying),
  "Deployment.deployed": handler(deployed),
  "Deployment.failed": handler(failed),
  "Deployment.removed": handler(removed),
  "Deployment.crashed": handler(crashed),
  "Deployment.oomkilled": handler(oomKilled),
  DEPLOY: {
    schema: legacyEvent,
    toSignals: ({ status, event }, { receivedAt }) => {
      const report = BY_STATUS.get(status ?? "");
      return report
        ? signals(event, report, receivedAt)
        : { nothing: `the status ${status ?? "(none)"} says nothing of the deployment` };
    },
  } satisfies EventHandler<typeof legacyEvent>,
};

/**
 * The old format's statuses; those of a service that sleeps or is being removed say nothing of the
 * deployment.
 */
const BY_STATUS: ReadonlyMap<string, Report> = new Map([
  ["INITIALIZING", queued],
  ["QUEUED", queued],
  ["WAITING", waiting],
  ["NEEDS_APPROVAL", needsApproval],
  ["BUILDING", building],
  ["DEPLOYING", deploying],
  ["SUCCESS", deployed],
  ["FAILED", failed],
  ["CRASHED", crashed],
  ["REMOVED", removed],
  ["SKIPPED", skipped],
]);

/**
 * A service that dies after it went live is no failed deployment, so the outcome gives way to any
 * firm one.
 */
function died(words: string): Report {
  return { outcome: { state: "failed", provisional: true }, died: words };
}

function handler(report: Report): EventHandler<typeof deploymentEvent> {
  return {
    schema: deploymentEvent,
    toSignals: (event, { receivedAt }) => signals(event, report, receivedAt),
  };
}

/**
 * Railway's own `details.status` is not trusted: it contradicts the event even in its
 * documentation.
 */
function signals(event: DeploymentEvent, report: Report, receivedAt: number): Signal[] | Nothing {
  const at = event.timestamp ?? receivedAt;
  const { runId } = event;
  const words = report.died ?? (runId ? undefined : wordsOf(report));
  const alerts = words ? [death(event, words, at)] : [];
  if (runId) return [...alerts, progress(event, runId, report, at)];
  return words ? alerts : { nothing: "the event does not name the deployment" };
}

/** What must be told even of a deployment without a name. */
const wordsOf = ({ outcome }: Report): string | undefined =>
  outcome?.state === "failed" ? "failed to deploy" : undefined;

function progress(
  event: DeploymentEvent,
  runId: string,
  report: Report,
  at: number,
): ProgressSignal {
  const environment = environmentOf(event);
  const line = lineOf(event);
  const { commitAuthor, commitHash } = event.details ?? {};
  return {
    kind: "progress",
    project: projectOf(event),
    environment,
    line,
    run: { id: runId, attempt: 1 },
    at,
    shape: "line",
    steps: stepsOf(event, report, at),
    outcome: report.outcome,
    assume: report.assume,
    actor: personOrBot(commitAuthor),
    serves: report.serves && { how: "live", at },
    deployment: deploymentOf(
      environment && appKey("railway", line?.name, environment.kind, commitHash),
    ),
    facts: factsOf(event),
  };
}

/**
 * Only a queue that was seen has a start, so that one that never was drops off the bar; so does the
 * build of an image.
 */
function stepsOf({ details }: DeploymentEvent, { step, asks }: Report, at: number): StepReport[] {
  const isBuilt = details?.branch ?? details?.commitHash;
  return (step ? steps.at(...step) : steps.untold()).map((it) => ({
    ...it,
    ...(it.key === "queued" && step?.[0] === "queued" && { startedAt: at }),
    ...(it.key === "queued" && asks && { asks: [] }),
    ...(it.key === "building" && !isBuilt && { optional: true }),
  }));
}
