/** Incidents: what is wrong and was, and the two things a person can say about one. */
import * as z from "zod";
import { INCIDENT_STATES } from "../model/signal.ts";
import { commitMemory } from "../digest/commit-memory.ts";
import type { Incident } from "../model/telling/incident.ts";
import { acknowledgedIncident, mutedIncident } from "../telling/incident.ts";
import type { AdminDeps } from "./deps.ts";
import { incidentKeyOf, incidentOf, incidentView } from "./models/incident-models.ts";
import { apiError } from "./routing/api-error.ts";
import type { ApiError } from "./routing/api-error.ts";
import { endpointQuery, listAnswer, listOf, pageQuery } from "./routing/models.ts";
import { none, route } from "./routing/route.ts";

/** Longer than any key that is kept, in base64. */
const incidentParams = z.strictObject({ id: z.string().min(1).max(1500) });
const MEMBER = "/api/v1/incidents/{id}";
const INCIDENTS = { tag: "Incidents", query: none } as const;
/** Somebody else wrote it in between, again and again: no person does that. */
const MAX_TRIES = 10;

const mute = z
  .strictObject({
    muted: z.boolean().default(true).describe("false: it may ring again."),
  })
  .meta({ id: "IncidentMute" });

export const incidentOperations = (deps: AdminDeps) => ({
  listIncidents: listIncidents(deps),
  getIncident: getIncident(deps),
  acknowledgeIncident: acknowledgeIncident(deps),
  muteIncident: muteIncident(deps),
});

const listIncidents = (deps: AdminDeps) =>
  route(
    {
      ...INCIDENTS,
      method: "get",
      path: "/api/v1/incidents",
      operation: "listIncidents",
      summary: "What is wrong and what was, the newest first",
      params: none,
      query: z.strictObject({
        ...pageQuery,
        ...endpointQuery,
        state: z.enum(INCIDENT_STATES).optional(),
      }),
      body: none,
      success: { status: 200, description: "A page.", schema: listOf(incidentView) },
    },
    async ({ query: { endpoint, ...filter } }) =>
      listAnswer(await deps.store.listIncidents({ ...filter, endpointId: endpoint }), incidentOf),
  );

const getIncident = (deps: AdminDeps) =>
  route(
    {
      ...INCIDENTS,
      method: "get",
      path: MEMBER,
      operation: "getIncident",
      summary: "One incident",
      params: incidentParams,
      body: none,
      success: { status: 200, description: "The incident.", schema: incidentView },
      refusals: [404],
    },
    async ({ params: { id } }) => {
      const incident = await findIncident(deps, id);
      return incident ? incidentOf(incident) : incidentNotFound();
    },
  );

const acknowledgeIncident = (deps: AdminDeps) =>
  route(
    {
      ...INCIDENTS,
      method: "post",
      path: `${MEMBER}/acknowledge`,
      operation: "acknowledgeIncident",
      summary: "Somebody works on it: it rings again only if it gets worse, and when it is over",
      params: incidentParams,
      body: none,
      success: { status: 200, description: "As it is now.", schema: incidentView },
      refusals: [404, 409],
    },
    ({ params: { id } }) => change(deps, id, acknowledgedIncident),
  );

const muteIncident = (deps: AdminDeps) =>
  route(
    {
      ...INCIDENTS,
      method: "post",
      path: `${MEMBER}/mute`,
      operation: "muteIncident",
      summary: "It rings nobody any more, whatever becomes of it; the next one of its kind does",
      params: incidentParams,
      body: mute,
      success: { status: 200, description: "As it is now.", schema: incidentView },
      refusals: [404, 409],
    },
    ({ params: { id }, body: { muted } }) =>
      change(deps, id, (incident) => mutedIncident(incident, muted)),
  );

/** Load, change, write, again where a webhook got ahead. */
async function change(
  deps: AdminDeps,
  id: string,
  changed: (incident: Incident) => Incident,
): Promise<ReturnType<typeof incidentOf> | ApiError> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const incident = await findIncident(deps, id);
    if (!incident) return incidentNotFound();
    if (incident.state === "resolved")
      return apiError(409, "already_over", "This incident is over; there is nothing to do.");
    const after = changed(incident);
    const memory = { incidents: [after] };
    if (await commitMemory(deps.store, memory, deps.clock.now())) return incidentOf(after);
  }
  return apiError(409, "busy", "This incident is being reported again and again; try again.");
}

async function findIncident({ store }: AdminDeps, id: string): Promise<Incident | undefined> {
  const key = incidentKeyOf(id);
  if (!key) return undefined;
  const { incidents } = await store.loadMemory({ incidents: [key] });
  return incidents[0];
}

const incidentNotFound = () =>
  apiError(404, "not_found", "There is no incident with this id; see GET /api/v1/incidents.");
