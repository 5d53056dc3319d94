/** The death of what runs on Railway: crashes and the end of memory. Pure. */
import { firstLine } from "../../src/adapter/contract.ts";
import type { AlertSignal } from "../../src/model/signal.ts";
import { dashboardUrl, environmentOf, factsOf, lineOf, projectOf } from "./payload.ts";
import type { DeploymentEvent } from "./payload.ts";

/** A service that dies again within an hour has the same trouble still. */
const QUIET_AFTER_MS = 60 * 60_000;

/**
 * Running out of memory and the crash that comes of it are one death, and one incident as long as
 * it goes on.
 */
export function death(event: DeploymentEvent, words: string, at: number): AlertSignal {
  const project = projectOf(event);
  const environment = environmentOf(event);
  const line = lineOf(event);
  const { branch, message } = factsOf(event);
  const where = [environment?.name, branch, firstLine(message)].filter(Boolean);
  const scope = event.runId ?? [project.id, environment?.name, line?.id].filter(Boolean).join(":");
  return {
    kind: "alert",
    project,
    environment,
    line,
    branch,
    title: `${project.name}: ${line?.name ?? "a service"} ${words}`,
    message: where.join(" · ") || undefined,
    url: dashboardUrl(event),
    at,
    incident: `${scope}:died`,
    state: "firing",
    severity: "critical",
    runId: event.runId,
    ...(event.runId === undefined && { isMendedByDeploying: true }),
    quietAfterMs: QUIET_AFTER_MS,
  };
}
