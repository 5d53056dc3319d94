/** Railway's deployment events: one run per deployment id, on the track of its service and environment. Pure. */
import type { EventHandler } from "../../src/adapter/contract.ts";
import type {
  AlertSignal,
  OutcomeReport,
  ProgressSignal,
  Signal,
  StepReport,
  StepState,
} from "../../src/model/signal.ts";
import {
  dashboardUrl,
  deploymentEvent,
  environmentOf,
  factsOf,
  legacyEvent,
  lineOf,
  projectOf,
  timeOf,
} from "./payload.ts";
import type { DeploymentEvent } from "./payload.ts";

/** What one event says of the run: which step it is in, if it tells, and how it ended. */
interface Report {
  readonly step?: readonly [number, StepState];
  readonly outcome?: OutcomeReport;
  readonly assume?: { readonly state: "canceled"; readonly afterMs: number };
  /** Words for a death of the running service, which needs somebody whatever becomes of the run. */
  readonly died?: { readonly key: string; readonly words: string };
}

const [QUEUED, BUILDING, DEPLOYING, LIVE] = [0, 1, 2, 3];

/** A commit that is skipped while it waits (its CI failed) is never heard of again. As long as a Live Activity lasts. */
const GIVEN_UP = { state: "canceled", afterMs: 8 * 60 * 60 * 1000 } as const;

const queued: Report = { step: [QUEUED, "queued"] };
const waiting: Report = { step: [QUEUED, "queued"], assume: GIVEN_UP };
const needsApproval: Report = { step: [QUEUED, "waiting"], assume: GIVEN_UP };
const building: Report = { step: [BUILDING, "running"] };
const deploying: Report = { step: [DEPLOYING, "running"] };
const deployed: Report = { step: [LIVE, "succeeded"], outcome: { state: "succeeded" } };
const failed: Report = { outcome: { state: "failed" } };
/** Every deployment is removed some day; only one that had not finished was thereby canceled. */
const removed: Report = { outcome: { state: "canceled", provisional: true } };
const crashed = died("crashed", "crashed");
const oomKilled = died("oom", "ran out of memory");

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
      return report ? signals(event, report, receivedAt) : [];
    },
  } satisfies EventHandler<typeof legacyEvent>,
};

/** The old format's statuses; those of a service that sleeps or is being removed say nothing of the deployment. */
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
  ["SKIPPED", removed],
]);

/** A service that dies after it went live is no failed deployment, so the outcome gives way to any firm one. */
function died(key: string, words: string): Report {
  return { outcome: { state: "failed", provisional: true }, died: { key, words } };
}

function handler(report: Report): EventHandler<typeof deploymentEvent> {
  return {
    schema: deploymentEvent,
    toSignals: (event, { receivedAt }) => signals(event, report, receivedAt),
  };
}

/** Railway's own `details.status` is not trusted: it contradicts the event even in its documentation. */
function signals(event: DeploymentEvent, report: Report, receivedAt: number): Signal[] {
  const at = timeOf(event, receivedAt);
  const run = progress(event, report, at);
  return report.died ? [death(event, report.died, at), run] : [run];
}

function progress(event: DeploymentEvent, report: Report, at: number): ProgressSignal {
  const environment = environmentOf(event);
  const line = lineOf(event);
  return {
    kind: "progress",
    project: projectOf(event),
    ...(environment && { environment }),
    ...(line && { line }),
    run: { id: event.runId, attempt: 1 },
    at,
    shape: "line",
    steps: stepsOf(event, report, at),
    ...(report.outcome && { outcome: report.outcome }),
    ...(report.assume && { assume: report.assume }),
    facts: factsOf(event),
  };
}

/** Everything before the step that the event names is done; what never began has no start and drops off the bar. */
function stepsOf({ details }: DeploymentEvent, report: Report, at: number): StepReport[] {
  const [current, state] = report.step ?? [-1, "planned"];
  const stateOf = (index: number): StepState => {
    if (index === current) return state;
    return index < current ? "succeeded" : "planned";
  };
  // Images and templates are deployed as they are, without a build.
  const builds = details?.branch ?? details?.commitHash;
  return [
    {
      key: "queued",
      title: "Queued",
      order: QUEUED,
      state: stateOf(QUEUED),
      optional: true,
      ...(current === QUEUED && { startedAt: at }),
    },
    {
      key: "building",
      title: "Building",
      order: BUILDING,
      state: stateOf(BUILDING),
      ...(!builds && { optional: true }),
    },
    { key: "deploying", title: "Deploying", order: DEPLOYING, state: stateOf(DEPLOYING) },
    { key: "live", title: "Live", order: LIVE, state: stateOf(LIVE) },
  ];
}

function death(
  event: DeploymentEvent,
  { key, words }: NonNullable<Report["died"]>,
  at: number,
): AlertSignal {
  const project = projectOf(event);
  const environment = environmentOf(event);
  const { branch, message } = factsOf(event);
  const url = dashboardUrl(event);
  const where = [environment?.name, branch, message?.split("\n")[0]].filter(Boolean);
  return {
    kind: "alert",
    project,
    ...(environment && { environment }),
    ...(branch && { branch }),
    title: `${project.name}: ${lineOf(event)?.name ?? "a service"} ${words}`,
    ...(where.length > 0 && { message: where.join(" · ") }),
    ...(url && { url }),
    at,
    incident: `${event.runId}:${key}`,
    state: "firing",
    severity: "critical",
  };
}
