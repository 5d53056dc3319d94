/** Alerts on the screen, for endpoints that show and do not push. Reads; writes the draft. */
import { ALERT_CARD_MS, alertCard } from "../../compose/alert-card.ts";
import type { AlertOnCard } from "../../compose/alert-card.ts";
import type { EndpointSettings } from "../../model/endpoint.ts";
import type { Incident } from "../../model/telling/incident.ts";
import { sha256Hex } from "../../util/hash.ts";
import type { Draft } from "../draft.ts";
import { commandOf, tagsOf } from "../origin.ts";
import type { Origin } from "../origin.ts";
import { waitFor, waitNoLonger } from "../due/wait.ts";

/** The endpoint's id is a secret: only what is made of it leaves. */
const streamKeyOf = (endpointId: string): string => `alerts-${sha256Hex(endpointId).slice(0, 16)}`;

export const showsAlerts = ({ deliver }: EndpointSettings): boolean => deliver === "live_activity";

/**
 * The endpoint's alert card shows this from now on. That one is over is shown only where it is the
 * one on the card: it says nothing of another that is not.
 */
export async function showAlert(
  origin: Origin,
  draft: Draft,
  alert: AlertOnCard,
  incident: Incident,
  settings: EndpointSettings,
): Promise<void> {
  const { endpoint, now, linger } = origin;
  const { due } = await draft.recall({ due: [{ kind: "card", key: `${endpoint.id}:alerts` }] });
  const card = due.find((it) => it.kind === "card" && it.dueAt !== null);
  if (alert.isOver && card?.payload["incidentKey"] !== incident.incidentKey) return;
  const streamKey = streamKeyOf(endpoint.id);
  const on = { streamKey, now, linger };
  const tags = tagsOf(endpoint, incident.environment ?? undefined);
  draft.send([commandOf(origin, alertCard(alert, incident, on, settings, tags), null)]);
  if (alert.isOver) return waitNoLonger(origin, draft, "card", "alerts");
  const payload = { incidentKey: incident.incidentKey };
  const wait = { kind: "card", key: "alerts", dueAt: now + ALERT_CARD_MS, payload } as const;
  await waitFor(origin, draft, wait, "replace");
}
