/** What serves, and the incidents that a newer live deployment closes. Reads; writes the draft. */
import { recoveryPush } from "../../compose/push.ts";
import { nameOf } from "../../compose/screen.ts";
import { closedIncident } from "../../telling/incident.ts";
import { servingAfter, servingKeyOfTrack } from "../../telling/serving.ts";
import { lineKeyOf } from "../../tracking/track.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Draft } from "../draft.ts";
import { pushCommand } from "../origin.ts";
import type { Origin } from "../origin.ts";
import type { AboutRun } from "../steps.ts";
import { showAlert, showsAlerts } from "../alert/show-alert.ts";
import { waitNoLonger } from "../due/wait.ts";

/**
 * Notes that the run serves, if it does, and closes what its elders died of.
 *
 * @param isTold a push says already that it is live
 * @returns what was told, for the operator
 */
export async function closeByServing(
  origin: Origin,
  draft: Draft,
  { identity, track, record }: AboutRun,
  isTold: boolean,
): Promise<readonly string[]> {
  const { endpoint } = origin;
  const key = servingKeyOfTrack(endpoint.id, identity);
  const { run } = record;
  if (!run.serves && run.outcome?.state !== "succeeded") return [];
  const { servings } = await draft.recall({ servings: [key] });
  const known = servings.find(
    (it) =>
      it.projectId === key.projectId &&
      it.lineId === key.lineId &&
      it.environment === key.environment,
  );
  const serving = servingAfter(known, key, run);
  if (!serving) return [];
  draft.remember({ servings: [serving] });
  const lineKey = lineKeyOf(identity.projectId, identity.lineId);
  const open = await draft.reader.openIncidents(endpoint.id, lineKey);
  const over = open.filter((it) => isMendedBy(it, run.id, serving.since, identity.environment));
  for (const incident of over) {
    draft.remember({ incidents: [closedIncident(incident, serving.since)] });
    await waitNoLonger(origin, draft, "incident", incident.incidentKey);
  }
  const told = over.find((it) => it.toldSeverity !== null && it.facts.muted !== true);
  if (told && showsAlerts(endpoint)) {
    const title = `${nameOf(run)} is live again`;
    const shown = { title, message: undefined, url: undefined, isOver: true };
    await showAlert(origin, draft, shown, told, endpoint);
  }
  if (!told || isTold || endpoint.notify === "none") return [];
  const body = recoveryPush(run, told, serving.since, endpoint);
  const dedupeKey = `fixed:${endpoint.id}:${told.incidentKey}:${told.since}`;
  const names = [track.projectName, track.environment ?? undefined];
  draft.send([
    pushCommand(origin, { body, isFailure: false, dedupeKey, trackId: track.id, names }),
  ]);
  return ["fixed: told"];
}

/**
 * Of the same environment, begun before, and a death of another run: a full disk is not mended by a
 * deployment.
 */
const isMendedBy = (
  incident: Incident,
  runId: string,
  since: number,
  environment: string | null,
): boolean =>
  (incident.runId !== null || incident.facts.isMendedByDeploying === true) &&
  incident.runId !== runId &&
  incident.since <= since &&
  incident.environment === environment;
