/** Incidents: what an alert makes of what is known, and whether it is told. Pure. */
import type { Incident, IncidentFacts } from "../model/telling/incident.ts";
import type { RunRecord } from "../model/run/run-record.ts";
import { SEVERITIES } from "../model/signal.ts";
import type { AlertSignal } from "../model/signal.ts";
import type { Serving } from "../model/run/standing.ts";
import { lineKeyOf } from "../tracking/track.ts";
import { sha256Hex } from "../util/hash.ts";

/** It counts as over when it is not repeated for so long, in ms. */
const QUIET_AFTER_MS = 60 * 60_000;
const INFO = SEVERITIES.indexOf("info");

/** Longer ones are no provider's ids but lists of names, and would not fit the stores' indexes. */
const MAX_KEY_LENGTH = 255;
/** A group counts no further than so many. */
const MAX_MEMBERS = 100;

/** Alerts of one cause, and all deaths of one run, are one incident. */
export function incidentKeyOf({ group, runId, incident }: AlertSignal): string {
  const key = group ?? (runId === undefined ? incident : `run:${runId}`);
  return key.length <= MAX_KEY_LENGTH ? key : `${key.slice(0, 100)}#${sha256Hex(key)}`;
}

export type Ringing =
  | { readonly how: "fires" | "worsens" | "resolves"; readonly incident: Incident }
  | { readonly how: "quiet"; readonly because: string; readonly incident: Incident };

/** What an alert says of its incident, and whether that is news. */
export function reportIncident(
  known: Incident | undefined,
  alert: AlertSignal,
  endpointId: string,
  now: number,
): Ringing {
  const before = known ?? noIncident(endpointId, alert);
  if (known && isTakenBack(known, alert))
    return { how: "quiet", because: "something newer is known of it", incident: known };
  const isNew = alert.state === "firing" && before.state === "resolved";
  const incident = reported(before, alert, isNew, now);
  if (alert.state === "acknowledged")
    return { how: "quiet", because: "somebody has acknowledged it", incident };
  if (before.facts.muted === true && !isNew)
    return { how: "quiet", because: "a person has muted it", incident };
  if (alert.state === "resolved") return resolving(before, incident);
  if (incident.severity === INFO)
    return { how: "quiet", because: "it is only for information", incident };
  if (incident.toldSeverity === null) return { how: "fires", incident };
  if (incident.severity > incident.toldSeverity) return { how: "worsens", incident };
  return { how: "quiet", because: "it was told already", incident };
}

/**
 * A report of a state that a newer one has left. One of the same moment opens nothing that is over:
 * it is heard again, or in another order.
 */
function isTakenBack(known: Incident, { state, at }: AlertSignal): boolean {
  if (known.state === state || at > known.lastSeenAt) return false;
  if (at === known.lastSeenAt) return known.state === "resolved";
  return !(known.state === "firing" && state === "acknowledged");
}

function reported(before: Incident, alert: AlertSignal, isNew: boolean, now: number): Incident {
  const severity = SEVERITIES.indexOf(alert.severity);
  const isOver = alert.state === "resolved";
  return {
    ...before,
    // Somebody works on it: that it is repeated does not take that back.
    state: before.state === "acknowledged" && alert.state === "firing" ? before.state : alert.state,
    severity: isNew ? severity : Math.max(severity, before.severity),
    since: isNew ? alert.at : Math.min(before.since, alert.at),
    lastSeenAt: Math.max(before.lastSeenAt, alert.at),
    count: isNew ? 1 : before.count + 1,
    closesAt: isOver ? null : now + (alert.quietAfterMs ?? QUIET_AFTER_MS),
    ...(isNew && { lastToldAt: null, toldSeverity: null, toldAudience: null }),
    runId: alert.runId ?? before.runId,
    facts: reportedFacts(isNew ? {} : before.facts, alert),
  };
}

function reportedFacts(before: IncidentFacts, alert: AlertSignal): IncidentFacts {
  const { title, url, incident, group } = alert;
  const members = [...new Set([...(before.members ?? []), incident])].slice(0, MAX_MEMBERS);
  return {
    ...before,
    title,
    ...(url && { url }),
    ...(group !== undefined && { members }),
    ...(alert.isMendedByDeploying && { isMendedByDeploying: true }),
  };
}

const resolving = (before: Incident, incident: Incident): Ringing =>
  before.state !== "resolved" && before.toldSeverity !== null
    ? { how: "resolves", incident }
    : { how: "quiet", because: "that it was wrong was not told", incident };

const noIncident = (endpointId: string, alert: AlertSignal): Incident => ({
  endpointId,
  incidentKey: incidentKeyOf(alert),
  state: "resolved",
  severity: INFO,
  since: alert.at,
  lastSeenAt: alert.at,
  lastToldAt: null,
  toldSeverity: null,
  toldAudience: null,
  count: 0,
  closesAt: null,
  projectKey: alert.project?.id ?? null,
  lineKey: alert.project ? lineKeyOf(alert.project.id, alert.line?.id) : null,
  environment: alert.environment?.name ?? null,
  runId: alert.runId ?? null,
  facts: {},
  version: 0,
});

export const toldIncident = (
  incident: Incident,
  audience: readonly string[],
  now: number,
): Incident => ({
  ...incident,
  lastToldAt: now,
  toldSeverity: incident.severity,
  toldAudience: [...audience],
});

/** Somebody works on it. */
export const acknowledgedIncident = (incident: Incident): Incident => ({
  ...incident,
  state: "acknowledged",
});

export const mutedIncident = (incident: Incident, muted: boolean): Incident => ({
  ...incident,
  facts: { ...incident.facts, muted },
});

export const closedIncident = (incident: Incident, at: number): Incident => ({
  ...incident,
  state: "resolved",
  lastSeenAt: Math.max(incident.lastSeenAt, at),
  closesAt: null,
});

/** Whether the group is wrong because of this, and was so before this ended. */
export const isNamedIn = ({ facts, since }: Incident, { incident, at }: AlertSignal): boolean =>
  since <= at && facts.members?.includes(incident) === true;

/** The group without what has ended; with the last of it the group is over. */
export function withoutMember(group: Incident, { incident, at }: AlertSignal): Incident {
  const members = (group.facts.members ?? []).filter((it) => it !== incident);
  const left = { ...group, facts: { ...group.facts, members } };
  return members.length > 0 ? left : closedIncident(left, at);
}

/**
 * Why an alert about a run is not told: only what serves can crash, and a failed run is told as
 * such.
 */
export function whyOfRun(
  alert: AlertSignal,
  record: RunRecord | undefined,
  serving: Serving | undefined,
): string | undefined {
  if (alert.runId === undefined || alert.state !== "firing") return undefined;
  if (record?.state === "failed" && !record.excluded) return "its run has failed, and that is told";
  if (serving && serving.runId !== alert.runId) return "another run serves in its place";
  const retiredAt = record?.run.retiredAt;
  if (retiredAt !== undefined && serving?.runId === alert.runId && retiredAt >= serving.since)
    return "it was taken down";
  if (retiredAt !== undefined && !serving) return "it was taken down";
  return undefined;
}
