/**
 * Netlify's deploys as runs: building, then ready or live, with an approval before it where one was
 * asked for. Pure.
 */
import { LIVE_ACTIVITY_MAX_MS } from "../../src/adapter/contract.ts";
import type { EventHandler, Nothing } from "../../src/adapter/contract.ts";
import type { OutcomeReport, ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { context, deploy, environment, isPublished, phaseOf, project } from "./deploy.ts";
import type { Deploy, Phase } from "./deploy.ts";

export const deployRun = (event: Phase): EventHandler<typeof deploy> => ({
  schema: deploy,
  toSignals: (told, { receivedAt }) => {
    const phase = phaseOf(told, event);
    return phase ? [progress(told, phase, receivedAt)] : unbelieved(told);
  },
});

export const unbelieved = ({ state }: Deploy): Nothing => ({
  nothing: `the signed state ${state ?? "(none)"} is no step of a deploy`,
});

/**
 * Only an event of its own says that a deploy was published again: its body is that of any finished
 * deploy.
 */
export const deployRestored: EventHandler<typeof deploy> = {
  schema: deploy,
  toSignals: (told, { receivedAt }) => {
    const phase = phaseOf(told, "ready");
    if (phase !== "ready") return phase ? [progress(told, phase, receivedAt)] : unbelieved(told);
    const run = progress(told, phase, receivedAt);
    return [
      {
        ...run,
        serves: { how: "restored", at: run.at },
        // It was built long ago; when it ended, its own events told, if any were heard.
        outcome: { state: "succeeded", provisional: true, at: builtAt(told) ?? run.at },
      },
    ];
  },
};

const builtAt = ({ created_at: createdAt, deploy_time: seconds }: Deploy): number | undefined =>
  createdAt === undefined ? undefined : createdAt + (seconds ?? 0) * 1000;

export function progress(told: Deploy, phase: Phase, receivedAt: number): ProgressSignal {
  const createdAt = told.created_at;
  const publishedAt = phase === "ready" ? told.published_at : undefined;
  const at = publishedAt ?? told.updated_at ?? createdAt ?? receivedAt;
  const outcome = outcomeOf(told, phase);
  const { facts, ...besides } = context(told, phase);
  const isBuilt = outcome?.state === "succeeded" && told.context === "production";
  const error = outcome?.state === "failed" ? told.error_message : undefined;
  return {
    kind: "progress",
    project: project(told),
    environment: environment(told),
    run: { id: told.id, attempt: 1, createdAt },
    at,
    shape: "line",
    steps: steps(told, phase, createdAt ?? at),
    outcome,
    serves: isBuilt && isPublished(told) ? { how: "live", at } : undefined,
    withheld: isBuilt && !isPublished(told) ? "publishing" : undefined,
    source: ASKED_FOR.includes(phase) ? { isFork: true } : undefined,
    assume: phase === "pending" ? { state: "canceled", afterMs: LIVE_ACTIVITY_MAX_MS } : undefined,
    ...besides,
    facts: { ...facts, ...(error && { error }) },
  };
}

/** Netlify asks for a deploy that strangers want: one of a fork, or of who is not of the team. */
const ASKED_FOR: readonly Phase[] = ["pending", "accepted", "rejected"];

/** Netlify reports canceled and skipped builds as failed ones. */
function outcomeOf(told: Deploy, phase: Phase): OutcomeReport | undefined {
  if (phase === "rejected") return { state: "canceled", canceledBy: "person" };
  if (phase !== "ready" && phase !== "failed") return undefined;
  if (told.skipped) return { state: "skipped" };
  if (phase === "ready") return { state: "succeeded" };
  return { state: CANCELED.test(told.error_message ?? "") ? "canceled" : "failed" };
}

/** "Canceled build due to …", "Build was cancelled by …"; a test's name may speak of canceling. */
const CANCELED = /^cancell?ed\b|\b(?:build|deploy)\s+(?:(?:was|has been|is)\s+)?cancell?ed\b/i;

const APPROVAL_STATES = { pending: "waiting", accepted: "succeeded", rejected: "failed" } as const;

function steps(told: Deploy, phase: Phase, createdAt: number): StepReport[] {
  const building = { key: "building", title: "Building", order: 1 };
  const live = { key: "live", title: lastTitle(told, phase), order: 2 };
  if (phase === "pending" || phase === "accepted" || phase === "rejected") {
    const state = APPROVAL_STATES[phase];
    const approval = { key: "approval", title: "Approval", order: 0, optional: true };
    return [
      { ...approval, state, startedAt: createdAt, asks: phase === "pending" ? [] : undefined },
      { ...building, state: phase === "accepted" ? "queued" : "planned" },
      { ...live, state: "planned" },
    ];
  }
  const built = phase === "ready" && !told.skipped ? "succeeded" : "planned";
  return [
    { ...building, state: phase === "building" ? "running" : built },
    { ...live, state: built },
  ];
}

/** Whether a production deploy goes live shows only once it is built. */
function lastTitle(told: Deploy, phase: Phase): string {
  const toBeLive = told.context === "production" && phase !== "ready";
  return toBeLive || isPublished(told) ? "Live" : "Ready";
}
