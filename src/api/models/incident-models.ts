/** Incidents as the admin API shows them. Pure. */
import * as z from "zod";
import { INCIDENT_STATES, SEVERITIES } from "../../model/signal.ts";
import type { Incident } from "../../model/telling/incident.ts";
import { base64Url, bytesOf, textOf } from "../../util/bytes.ts";
import { fromBase64Url } from "../../util/decode.ts";
import { isoTime, isoTimeOrNull, time } from "../routing/models.ts";

export const incidentView = z
  .strictObject({
    id: z.string(),
    endpoint_id: z.string(),
    state: z.enum(INCIDENT_STATES),
    severity: z.enum(SEVERITIES),
    title: z.string().describe("What its last report says."),
    url: z.string().nullable().describe("Where the provider shows it."),
    project_id: z.string().nullable(),
    environment: z.string().nullable(),
    run_id: z.string().nullable().describe("The run that it happened to, in the provider's words."),
    count: z.number().int().describe("How often it was reported."),
    muted: z.boolean().describe("Rings nobody until it is over; then it is forgotten."),
    since: time,
    last_seen_at: time,
    last_told_at: time.nullable().describe("Null while nobody has been told."),
    closes_at: time.nullable().describe("When it counts as over without another report."),
  })
  .meta({ id: "Incident" });

export type IncidentModel = z.input<typeof incidentView>;

export function incidentOf(incident: Incident): IncidentModel {
  const { facts } = incident;
  return {
    id: idOf(incident),
    endpoint_id: incident.endpointId,
    state: incident.state,
    severity: SEVERITIES[incident.severity] ?? "critical",
    title: facts.title ?? incident.incidentKey,
    url: facts.url ?? null,
    project_id: incident.projectKey,
    environment: incident.environment,
    run_id: incident.runId,
    count: incident.count,
    muted: facts.muted === true,
    since: isoTime(incident.since),
    last_seen_at: isoTime(incident.lastSeenAt),
    last_told_at: isoTimeOrNull(incident.lastToldAt),
    closes_at: isoTimeOrNull(incident.closesAt),
  };
}

type IncidentKey = Pick<Incident, "endpointId" | "incidentKey">;

/** An incident in a path: its endpoint and its key, in which providers write any character. */
const idOf = ({ endpointId, incidentKey }: IncidentKey): string =>
  `inc_${base64Url(bytesOf(`${endpointId} ${incidentKey}`))}`;

/** Undefined for a text that is no id of ours. */
export function incidentKeyOf(id: string): IncidentKey | undefined {
  const bytes = id.startsWith("inc_") ? fromBase64Url(id.slice("inc_".length)) : undefined;
  const [endpointId, ...key] = bytes ? textOf(bytes).split(" ") : [];
  return endpointId && key.length > 0 ? { endpointId, incidentKey: key.join(" ") } : undefined;
}
