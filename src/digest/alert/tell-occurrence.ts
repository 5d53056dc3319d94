/**
 * Alerts and notices: what is remembered of them, and whether they are told. Reads; writes the
 * draft.
 */
import { filteredBy } from "../../compose/filter.ts";
import { occurrencePush } from "../../compose/push.ts";
import { governed } from "../../compose/rules.ts";
import type { Governed } from "../../compose/rules.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { AlertSignal, NoticeSignal } from "../../model/signal.ts";
import { actorNames } from "../../tracking/whose.ts";
import { incidentKeyOf, reportIncident, toldIncident, whyOfRun } from "../../telling/incident.ts";
import { servingKeyOf } from "../../telling/serving.ts";
import type { Advance } from "../steps.ts";
import type { Draft } from "../draft.ts";
import { pushCommand } from "../origin.ts";
import type { Origin } from "../origin.ts";
import { showAlert, showsAlerts } from "./show-alert.ts";
import { LATE_MS, TOO_LATE_MS } from "../../telling/decide.ts";
import { EXPECTED } from "../../telling/expected.ts";
import { duration } from "../../util/duration.ts";
import { GROUP_MS, collectAlert, isCollected } from "./alert-group.ts";
import { endInGroups } from "./end-in-groups.ts";
import { waitFor, waitNoLonger } from "../due/wait.ts";

export async function tellOccurrence(
  origin: Origin,
  draft: Draft,
  signal: AlertSignal | NoticeSignal,
  index: number,
): Promise<Advance> {
  const filter = filteredBy(origin.endpoint.filters, signal, "passes");
  if (filter) return { filteredBy: filter, said: [] };
  const rule = ruleFor(origin, signal);
  if (rule.isMuted) return { filteredBy: `muted by ${rule.by}`, said: [] };
  const said =
    signal.kind === "alert"
      ? await tellAlert(origin, draft, signal, rule)
      : await tellNotice(origin, draft, signal, rule, `${origin.occurrenceKey}:${index}`);
  return { filteredBy: undefined, said: [said] };
}

/** The rule that decides about it, told alone or with others: by the event that it came with. */
export const ruleFor = (origin: Origin, signal: AlertSignal | NoticeSignal): Governed =>
  governed(origin.endpoint, {
    ...signal,
    event: origin.event,
    authors: actorNames(signal.actor),
    outcome: signal.kind,
    now: origin.now,
  });

async function tellAlert(
  origin: Origin,
  draft: Draft,
  alert: AlertSignal,
  rule: Governed,
): Promise<string> {
  if (alert.endsInGroups) return tellEnd(origin, draft, alert, rule);
  const { endpoint, now } = origin;
  const incidentKey = incidentKeyOf(alert);
  const known = await incidentOf(draft, endpoint.id, incidentKey);
  const ringing = reportIncident(known, alert, endpoint.id, now);
  const { incident } = ringing;
  const why =
    ringing.how === "quiet"
      ? ringing.because
      : ((await whyNotOfRun(origin, draft, alert)) ?? notifiedAt(rule));
  await watchIncident(origin, draft, incident);
  if (why !== undefined) {
    draft.remember({ incidents: [incident] });
    return `alert: ${why}`;
  }
  if (isCollected(alert) && ringing.how === "fires") {
    draft.remember({ incidents: [incident] });
    return collectAlert(origin, draft, alert, incidentKey);
  }
  const said =
    ringing.how === "worsens"
      ? { ...alert, title: `${alert.title}, now ${alert.severity}` }
      : alert;
  await sendAlert(origin, draft, said, incident, rule);
  if (rule.settings.notify === "none") return "alert: shown on the card of its endpoint";
  return `alert: told${rule.level === "passive" ? ` quietly (${rule.by})` : ""}`;
}

/** It ends in every group that names it; told once the last of what was told with it is over. */
async function tellEnd(
  origin: Origin,
  draft: Draft,
  alert: AlertSignal,
  rule: Governed,
): Promise<string> {
  const ended = await endInGroups(origin, draft, alert);
  if (ended.how === "quiet") return `alert: ${ended.because}`;
  await sendAlert(origin, draft, alert, ended.incident, rule);
  return notifiedAt(rule) ?? "alert: told";
}

/** Sends and shows what an alert says, and notes to whom. */
export async function sendAlert(
  origin: Origin,
  draft: Draft,
  alert: AlertSignal,
  incident: Incident,
  rule: Governed,
  count = 1,
): Promise<void> {
  const { endpoint, now } = origin;
  const isFiring = alert.state === "firing";
  const audience = (isFiring ? null : incident.toldAudience) ?? rule.settings.channels ?? [];
  const settings = { ...rule.settings, channels: audience.length > 0 ? [...audience] : null };
  const told = isFiring ? toldIncident(incident, audience, now) : incident;
  draft.remember({ incidents: [told] });
  const said = aged(counted(alert, count), origin);
  if (showsAlerts(settings)) {
    const { title, message, url } = said;
    const shown = { title, message, url, isOver: !isFiring };
    await showAlert(origin, draft, shown, incident, settings);
  }
  if (settings.notify === "none") return;
  const what = isFiring ? `firing:${incident.severity}` : "resolved";
  draft.send([
    pushCommand(origin, {
      body: occurrencePush(
        said,
        settings,
        ageOf(alert, now) > TOO_LATE_MS ? "passive" : rule.level,
      ),
      isFailure: isFiring,
      isProduction: (alert.environment?.kind ?? "production") === "production",
      dedupeKey: `incident:${endpoint.id}:${incident.incidentKey}:${incident.since}:${what}`,
      trackId: null,
      names: [alert.project?.name, alert.environment?.name],
    }),
  ]);
}

/** What is heard late says its age. */
function aged(alert: AlertSignal, { now }: Origin): AlertSignal {
  const age = ageOf(alert, now);
  if (age <= LATE_MS) return alert;
  const message = [`${duration(age)} ago`, alert.message].filter(Boolean).join(" · ");
  return { ...alert, message };
}

/** In ms; what did not start in time is news when that time is over, however long it was. */
const ageOf = ({ at, incident }: AlertSignal, now: number): number =>
  incident.startsWith(EXPECTED) ? 0 : now - at;

/** Several of one group are said to be several. */
const counted = <Told extends AlertSignal | NoticeSignal>(told: Told, count: number): Told =>
  told.group !== undefined && count > 1
    ? { ...told, title: `${told.title} (and ${count - 1} more)` }
    : told;

export async function incidentOf(
  draft: Draft,
  endpointId: string,
  incidentKey: string,
): Promise<Incident | undefined> {
  const { incidents } = await draft.recall({ incidents: [{ endpointId, incidentKey }] });
  return incidents.find((it) => it.incidentKey === incidentKey);
}

const notifiedAt = ({ settings }: Governed): string | undefined =>
  settings.notify === "none" && !showsAlerts(settings) ? "notify: none" : undefined;

async function whyNotOfRun(
  { endpoint }: Origin,
  draft: Draft,
  alert: AlertSignal,
): Promise<string | undefined> {
  if (alert.runId === undefined || !alert.project) return undefined;
  const found = await draft.findRun(endpoint.id, alert.runId);
  const key = servingKeyOf(endpoint.id, alert.project.id, alert.line?.id, alert.environment?.name);
  const { servings } = await draft.recall({ servings: [key] });
  const serving = servings.find(
    (it) =>
      it.projectId === key.projectId &&
      it.lineId === key.lineId &&
      it.environment === key.environment,
  );
  return whyOfRun(alert, found?.run, serving);
}

/** It closes by itself when it is not repeated. */
async function watchIncident(origin: Origin, draft: Draft, incident: Incident): Promise<void> {
  const { incidentKey, closesAt } = incident;
  if (closesAt === null) return waitNoLonger(origin, draft, "incident", incidentKey);
  const key = `${origin.endpoint.id}:${incidentKey}`;
  const payload = { incidentKey };
  await waitFor(origin, draft, { kind: "incident", key, dueAt: closesAt, payload }, "replace");
}

async function tellNotice(
  origin: Origin,
  draft: Draft,
  notice: NoticeSignal,
  rule: Governed,
  dedupeKey: string,
): Promise<string> {
  const { notify } = rule.settings;
  if (notify === "none" || (notify === "failures" && notice.asks === undefined))
    return `notice: notify: ${notify}`;
  if (notice.group === undefined) {
    sendNotice(origin, draft, notice, 1, rule, dedupeKey);
    return "notice: told";
  }
  await groupNotice(origin, draft, notice, `${notice.group}${rule.by ? `:${rule.by}` : ""}`);
  return "notice: told together with others of its group";
}

async function groupNotice(
  origin: Origin,
  draft: Draft,
  notice: NoticeSignal,
  group: string,
): Promise<void> {
  const key = `${origin.endpoint.id}:notice:${group}`;
  const { due } = await draft.recall({ due: [{ kind: "grouped", key }] });
  const known = due.find((it) => it.kind === "grouped" && it.key === key && it.dueAt !== null);
  const before = Number(known?.payload["count"] ?? 0);
  const dueAt = known?.dueAt ?? origin.now + GROUP_MS;
  const payload = { signal: notice, event: origin.event, count: before + 1 };
  await waitFor(origin, draft, { kind: "grouped", key, dueAt, payload }, "replace");
}

export function sendNotice(
  origin: Origin,
  draft: Draft,
  notice: NoticeSignal,
  count: number,
  rule: Governed,
  dedupeKey: string,
): void {
  draft.send([
    pushCommand(origin, {
      body: occurrencePush(counted(notice, count), rule.settings, rule.level),
      isFailure: false,
      dedupeKey,
      trackId: null,
      names: [notice.project?.name, notice.environment?.name],
    }),
  ]);
}
