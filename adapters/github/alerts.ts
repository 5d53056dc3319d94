/** Security alerts of a repository, open until fixed or dismissed. Pure. */
import * as z from "zod";
import type { EventContext } from "../../src/adapter/contract.ts";
import type { AlertSignal } from "../../src/model/signal.ts";
import { httpsUrl, moment, projectOf, repository, text } from "./payload.ts";

const alertFields = z.object({
  number: z.number(),
  html_url: text,
  created_at: moment,
  updated_at: moment,
});

const alertEvent = z.object({ action: text, alert: alertFields, repository });
type AlertEvent = z.infer<typeof alertEvent>;

const dependabotEvent = alertEvent.extend({
  alert: alertFields.extend({
    dependency: z.object({ package: z.object({ name: text }).nullish() }).nullish(),
    security_advisory: z.object({ summary: text, severity: text }).nullish(),
  }),
});

const codeScanningEvent = alertEvent.extend({
  alert: alertFields.extend({
    rule: z.object({ description: text, security_severity_level: text, severity: text }).nullish(),
  }),
});

const secretScanningEvent = alertEvent.extend({
  alert: alertFields.extend({ secret_type_display_name: text, secret_type: text }),
});

const FIRING: readonly string[] = [
  "created",
  "reopened",
  "reopened_by_user",
  "auto_reopened",
  "reintroduced",
  "publicly_leaked",
];
const RESOLVED: readonly string[] = [
  "fixed",
  "dismissed",
  "auto_dismissed",
  "closed_by_user",
  "resolved",
];
const SERIOUS: readonly string[] = ["critical", "high", "error"];

export const dependabotAlert = {
  schema: dependabotEvent,
  toSignals: (payload: z.infer<typeof dependabotEvent>, context: EventContext): AlertSignal[] => {
    const { dependency, security_advisory: advisory } = payload.alert;
    const dependencyName = dependency?.package?.name || "a dependency";
    return alertOf(payload, context, {
      what: `vulnerability in ${dependencyName}`,
      details: advisory?.summary,
      severity: advisory?.severity,
    });
  },
};

export const codeScanningAlert = {
  schema: codeScanningEvent,
  toSignals: (payload: z.infer<typeof codeScanningEvent>, context: EventContext): AlertSignal[] => {
    const { rule } = payload.alert;
    return alertOf(payload, context, {
      what: "code scanning alert",
      details: rule?.description,
      severity: rule?.security_severity_level || rule?.severity,
    });
  },
};

export const secretScanningAlert = {
  schema: secretScanningEvent,
  toSignals: (payload: z.infer<typeof secretScanningEvent>, context: EventContext): AlertSignal[] =>
    alertOf(payload, context, {
      what: "secret found in the repository",
      details: payload.alert.secret_type_display_name || payload.alert.secret_type,
      severity: "critical",
    }),
};

interface Told {
  readonly what: string;
  readonly details: string | null | undefined;
  readonly severity: string | null | undefined;
}

/** Other actions (assigned, validated, appeared in a branch…) change nothing that a person must know at once. */
function alertOf(
  { action, alert, repository }: AlertEvent,
  { event, receivedAt }: EventContext,
  { what, details, severity }: Told,
): AlertSignal[] {
  const firing = FIRING.includes(action ?? "");
  if (!firing && !RESOLVED.includes(action ?? "")) return [];
  const url = httpsUrl(alert.html_url);
  return [
    {
      kind: "alert",
      project: projectOf(repository),
      title: `${repository.name}: ${what}`,
      ...(details && { message: details }),
      ...(url && { url }),
      at: alert.updated_at ?? alert.created_at ?? receivedAt,
      incident: `${event}:${repository.id}:${alert.number}`,
      state: firing ? "firing" : "resolved",
      severity: SERIOUS.includes(severity ?? "") ? "critical" : "warning",
    },
  ];
}
