/** Netlify's deploys as runs: building, then ready or live, with an approval before it where one was asked for. Pure. */
import type { EventHandler } from "../../src/adapter/contract.ts";
import type { OutcomeState, ProgressSignal, StepReport } from "../../src/model/signal.ts";
import { deploy, environment, facts, isPublished, moment, phaseOf, project } from "./deploy.ts";
import type { Deploy, Phase } from "./deploy.ts";

/** As long as a Live Activity can last. */
const APPROVAL_GRACE_MS = 8 * 60 * 60_000;

export const deployRun = (event: Phase): EventHandler<typeof deploy> => ({
  schema: deploy,
  toSignals: (told, { receivedAt }) => {
    const phase = phaseOf(told, event);
    return phase ? [progress(told, phase, receivedAt)] : [];
  },
});

export function progress(told: Deploy, phase: Phase, receivedAt: number): ProgressSignal {
  const createdAt = moment(told.created_at);
  const publishedAt = phase === "ready" ? moment(told.published_at) : undefined;
  const at = publishedAt ?? moment(told.updated_at) ?? createdAt ?? receivedAt;
  const outcome = outcomeOf(told, phase);
  return {
    kind: "progress",
    project: project(told),
    environment: environment(told),
    run: { id: told.id, attempt: 1, ...(createdAt !== undefined && { createdAt }) },
    at,
    shape: "line",
    steps: steps(told, phase, createdAt ?? at),
    ...(outcome && { outcome: { state: outcome } }),
    ...(phase === "pending" && {
      assume: { state: "canceled" as const, afterMs: APPROVAL_GRACE_MS },
    }),
    facts: {
      ...facts(told, phase),
      ...(outcome === "failed" && { error: told.error_message || undefined }),
    },
  };
}

/** Netlify reports canceled and skipped builds as failed ones. */
function outcomeOf(told: Deploy, phase: Phase): OutcomeState | undefined {
  if (phase === "rejected") return "canceled";
  if (phase !== "ready" && phase !== "failed") return undefined;
  if (told.skipped) return "canceled";
  if (phase === "ready") return "succeeded";
  return /cancel/i.test(told.error_message ?? "") ? "canceled" : "failed";
}

const APPROVAL_STATES = { pending: "waiting", accepted: "succeeded", rejected: "failed" } as const;

function steps(told: Deploy, phase: Phase, createdAt: number): StepReport[] {
  const building = { key: "building", title: "Building", order: 1 };
  const live = { key: "live", title: lastTitle(told, phase), order: 2 };
  if (phase === "pending" || phase === "accepted" || phase === "rejected") {
    const state = APPROVAL_STATES[phase];
    const approval = { key: "approval", title: "Approval", order: 0, optional: true };
    return [
      { ...approval, state, startedAt: createdAt },
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
