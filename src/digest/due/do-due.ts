/** What waited for its time: done once, by whoever claimed it. Makes no call. */
import { countPush } from "../../compose/push.ts";
import type { Governed } from "../../compose/rules.ts";
import { DUE_KINDS } from "../../model/due.ts";
import type { ClaimedDue } from "../../model/due.ts";
import type { Endpoint } from "../../model/endpoint.ts";
import type { Fold } from "../../model/telling/telling.ts";
import { signal as signalSchema } from "../../model/signal.ts";
import type { AlertSignal } from "../../model/signal.ts";
import { closedIncident, incidentKeyOf } from "../../telling/incident.ts";
import { wasReplaced } from "../../telling/limit.ts";
import { waitingNews } from "../../telling/news.ts";
import { stoppedByLimit } from "../../tracking/merge.ts";
import { askedSteps } from "../../tracking/segments.ts";
import { NOTHING } from "../advance.ts";
import { keptIn, noteTold, untoldOf } from "../alert/alert-group.ts";
import type { Advanced } from "../advance.ts";
import { advanceRun } from "../run/advance-run.ts";
import { originOf } from "../run/check-run.ts";
import type { CheckDeps } from "../run/check-run.ts";
import { commitWithRetry } from "../commit-with-retry.ts";
import { createDraft } from "../draft.ts";
import type { Draft } from "../draft.ts";
import { missLine } from "../expect-lines.ts";
import { settingsOf, textsOf } from "./fold.ts";
import { pushCommand } from "../origin.ts";
import type { Origin } from "../origin.ts";
import { incidentOf, ruleFor, sendAlert, sendNotice } from "../alert/tell-occurrence.ts";

/** Does one thing that is due, and removes its row in the same step. */
export async function doDue(deps: CheckDeps, claimed: ClaimedDue): Promise<void> {
  const endpoint = await deps.findEndpoint(claimed.endpointId);
  await commitWithRetry(
    deps,
    async (): Promise<Advanced> => {
      const draft = createDraft(deps.store);
      const { due } = await draft.recall({ due: [claimed] });
      const row = due.find((it) => it.kind === claimed.kind && it.key === claimed.key);
      // Somebody else has it, or it was put off.
      if (!row || row.version !== claimed.version) return NOTHING;
      draft.remember({ due: [{ ...row, dueAt: null }] });
      if (endpoint) await work(deps, endpoint, draft, row);
      return { ...NOTHING, ...draft.writes() };
    },
    () => null,
  );
}

async function work(
  deps: CheckDeps,
  endpoint: Endpoint,
  draft: Draft,
  { kind, key, payload }: Pick<ClaimedDue, "kind" | "payload"> & { readonly key: string },
): Promise<void> {
  const origin = originOf(deps, endpoint, endpoint.id);
  const what = DUE_KINDS.find((it) => it === kind);
  switch (what) {
    case "held":
    case "limit":
    case "waiting":
      return againOfRun({ ...origin, deliveryId: deliveryOf(payload) }, draft, what, payload);
    case "fold":
      return tellFold(origin, draft, payload);
    case "incident":
      return closeQuietly(origin, draft, String(payload["incidentKey"]));
    case "grouped":
      return tellGroup(origin, draft, payload);
    case "expected":
      return missLine(origin, draft, { key, payload }, endpoint.enabled);
    // Forgotten: which alert a card showed that has left, or the branch of a project that is silent.
    case "card":
    case "default_branch":
    // A kind that only a newer version knows, which ran here before.
    case undefined:
      return undefined;
  }
}

/** The delivery that began the wait; null where a former version stored it without. */
const deliveryOf = ({ deliveryId }: ClaimedDue["payload"]): string | null =>
  typeof deliveryId === "string" ? deliveryId : null;

/** A run whose telling was put off is judged now. */
async function againOfRun(
  origin: Origin,
  draft: Draft,
  kind: "held" | "limit" | "waiting",
  payload: ClaimedDue["payload"],
): Promise<void> {
  const runId = String(payload["runId"]);
  const found = await draft.findRun(origin.endpoint.id, runId);
  if (!found) return;
  const home = await draft.loadTrack(origin.endpoint.id, found.track.key, runId);
  const record = home.run;
  if (!record) return;
  const { run } = record;
  if (kind === "waiting" && (record.state !== "waiting" || askedSteps(run).length > 0)) return;
  const news = kind === "waiting" ? waitingNews(run, run.lastAt) : undefined;
  if (news && record.pushed.includes(news.mark)) return;
  const isLimit = kind === "limit" && !wasReplaced(run, home.newest);
  const after = isLimit ? stoppedByLimit(run) : run;
  await advanceRun(origin, draft, home, after, "settled", { isHeldOver: true, news });
}

async function tellFold(
  origin: Origin,
  draft: Draft,
  payload: ClaimedDue["payload"],
): Promise<void> {
  const key = {
    endpointId: origin.endpoint.id,
    foldKey: String(payload["foldKey"]),
    windowStart: Number(payload["windowStart"]),
  };
  const { folds } = await draft.recall({ folds: [key] });
  const fold = folds.find((it) => it.foldKey === key.foldKey);
  if (!fold || fold.told) return;
  draft.remember({ folds: [{ ...fold, told: true }] });
  const counted = countedOf(await withoutAnswered(draft, fold));
  if (Object.values(counted.counts).every((count) => count === 0)) return;
  draft.send([
    pushCommand(origin, {
      body: countPush(counted, settingsOf(fold, origin.endpoint)),
      isFailure: false,
      dedupeKey: `fold:${key.endpointId}:${key.foldKey}:${key.windowStart}`,
      trackId: null,
      names: [],
    }),
  ]);
}

/** What somebody has let go on meanwhile waits for nobody. */
async function withoutAnswered(draft: Draft, fold: Fold): Promise<Fold> {
  const { asked = 0 } = fold.counts;
  const runs = textsOf(fold.facts["asking"]).map((id) => draft.findRun(fold.endpointId, id));
  const answered = (await Promise.all(runs)).filter(
    (it) => it && askedSteps(it.run.run).length === 0,
  );
  return { ...fold, counts: { ...fold.counts, asked: Math.max(0, asked - answered.length) } };
}

function countedOf({ facts, counts }: Fold) {
  const of = (["bots", "forks", "rest"] as const).find((it) => it === facts["of"]) ?? "rest";
  const url = typeof facts["url"] === "string" ? facts["url"] : undefined;
  const message = textsOf(facts["branches"]).join(", ");
  const name = typeof facts["name"] === "string" ? facts["name"] : "";
  return { name, of, counts, message, url };
}

/** It was not repeated for so long that it counts as over; nobody is told that. */
async function closeQuietly(origin: Origin, draft: Draft, incidentKey: string): Promise<void> {
  const incident = await incidentOf(draft, origin.endpoint.id, incidentKey);
  if (!incident || incident.state === "resolved") return;
  draft.remember({ incidents: [closedIncident(incident, incident.lastSeenAt)] });
}

async function tellGroup(
  origin: Origin,
  draft: Draft,
  payload: ClaimedDue["payload"],
): Promise<void> {
  const parsed = signalSchema.safeParse(payload["signal"]);
  const told = parsed.success ? parsed.data : keptIn(payload)[0];
  if (!told || told.kind === "progress") return;
  const event = typeof payload["event"] === "string" ? payload["event"] : undefined;
  const rule = ruleFor({ ...origin, event }, told);
  if (rule.isMuted) return;
  const { id } = origin.endpoint;
  if (told.kind === "notice") {
    const dedupeKey = `group:${id}:${told.group ?? ""}:${rule.by ?? ""}:${told.at}`;
    sendNotice(origin, draft, told, Number(payload["count"] ?? 1), rule, dedupeKey);
    return;
  }
  const all = keptIn({ signals: payload["signals"] ?? [told] });
  await tellAlerts(origin, draft, all, rule);
}

/** Of what was collected, what nobody has told meanwhile. */
async function tellAlerts(
  origin: Origin,
  draft: Draft,
  alerts: readonly AlertSignal[],
  rule: Governed,
): Promise<void> {
  const [any] = alerts;
  const incident = any && (await incidentOf(draft, origin.endpoint.id, incidentKeyOf(any)));
  if (!incident || incident.state !== "firing" || incident.toldSeverity !== null) return;
  const audience = rule.settings.channels ?? [];
  const left = await untoldOf(origin, draft, alerts, audience);
  const [first] = left;
  if (!first) return;
  const members = incident.facts.members?.length ?? alerts.length;
  await sendAlert(origin, draft, first, incident, rule, members - alerts.length + left.length);
  if (rule.settings.notify !== "none") await noteTold(origin, draft, left, audience);
}
