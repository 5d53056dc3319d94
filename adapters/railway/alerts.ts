/**
 * Railway's alerts on volumes and its CPU, memory and other monitors. Their `details` are
 * undocumented and not read. Pure.
 */
import type { EventHandler } from "../../src/adapter/contract.ts";
import type { AlertSignal } from "../../src/model/signal.ts";
import { dashboardUrl, environmentOf, lineOf, projectOf, railwayEvent } from "./payload.ts";
import type { RailwayEvent } from "./payload.ts";

interface Kind {
  readonly family: "VolumeAlert" | "Monitor";
  readonly words: string;
}

const VOLUME: Kind = { family: "VolumeAlert", words: "volume alert" };
const MONITOR: Kind = { family: "Monitor", words: "monitor alert" };

export const alertEvents = {
  "VolumeAlert.triggered": handler(VOLUME, "firing"),
  "VolumeAlert.resolved": handler(VOLUME, "resolved"),
  "Monitor.triggered": handler(MONITOR, "firing"),
  "Monitor.resolved": handler(MONITOR, "resolved"),
};

function handler(kind: Kind, state: AlertSignal["state"]): EventHandler<typeof railwayEvent> {
  return {
    schema: railwayEvent,
    toSignals: (event, { receivedAt }) => [
      alert(event, kind, state, event.timestamp ?? receivedAt),
    ],
  };
}

function alert(
  event: RailwayEvent,
  { family, words }: Kind,
  state: AlertSignal["state"],
  at: number,
): AlertSignal {
  const project = projectOf(event);
  const environment = environmentOf(event);
  const service = lineOf(event);
  const subject = service ? `${words} on ${service.name}` : words;
  return {
    kind: "alert",
    project,
    environment,
    line: service,
    title: `${project.name}: ${subject}${state === "resolved" ? " resolved" : ""}`,
    message: environment?.name,
    url: dashboardUrl(event),
    at,
    incident: [family, project.id, environment?.name, service?.id].filter(Boolean).join(":"),
    state,
    severity: event.severity?.toUpperCase() === "CRITICAL" ? "critical" : "warning",
  };
}
