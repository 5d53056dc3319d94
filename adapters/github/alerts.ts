/** Security alerts of a repository, open until fixed or dismissed. Pure. */
import * as z from "zod";
import { compact, httpsUrl, optionalText as text, time } from "../../src/adapter/contract.ts";
import type { EventContext, Nothing } from "../../src/adapter/contract.ts";
import type { AlertSignal } from "../../src/model/signal.ts";
import { projectOf, repository } from "./payload.ts";

const alertFields = z.object({
  number: z.number(),
  html_url: text,
  created_at: time,
  updated_at: time,
});

const alertEvent = z.object({ action: text, alert: alertFields, repository });
type AlertEvent = z.output<typeof alertEvent>;

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

/** As good as never, in ms. */
const OPEN_MS = 365 * 24 * 60 * 60_000;

type Reading = readonly AlertSignal[] | Nothing;

const FIRING: readonly string[] = [
  "created",
  "reopened",
  "reopened_by_user",
  "auto_reopened",
  "reintroduced",
  "publicly_leaked",
];
/** Actions that end an alert, as a person says them. */
const RESOLVED: ReadonlyMap<string, string> = new Map([
  ["fixed", "fixed"],
  ["dismissed", "dismissed"],
  ["auto_dismissed", "dismissed"],
  ["closed_by_user", "dismissed"],
  ["resolved", "resolved"],
]);
const SEVERITIES: ReadonlyMap<string, AlertSignal["severity"]> = new Map([
  ["critical", "critical"],
  ["high", "critical"],
  ["error", "critical"],
  ["note", "info"],
  ["none", "info"],
]);

export const dependabotAlert = {
  schema: dependabotEvent,
  toSignals: (payload: z.output<typeof dependabotEvent>, context: EventContext): Reading => {
    const { dependency, security_advisory: advisory } = payload.alert;
    return alertOf(payload, context, {
      what: `vulnerability in ${dependency?.package?.name ?? "a dependency"}`,
      details: advisory?.summary,
      severity: advisory?.severity,
    });
  },
};

export const codeScanningAlert = {
  schema: codeScanningEvent,
  toSignals: (payload: z.output<typeof codeScanningEvent>, context: EventContext): Reading => {
    const { rule } = payload.alert;
    return alertOf(payload, context, {
      what: "code scanning alert",
      details: rule?.description,
      severity: rule?.security_severity_level ?? rule?.severity,
    });
  },
};

export const secretScanningAlert = {
  schema: secretScanningEvent,
  toSignals: (payload: z.output<typeof secretScanningEvent>, context: EventContext): Reading =>
    alertOf(payload, context, {
      what: "secret found in the repository",
      details: payload.alert.secret_type_display_name ?? payload.alert.secret_type,
      severity: "critical",
    }),
};

interface Told {
  readonly what: string;
  readonly details: string | undefined;
  readonly severity: string | undefined;
}

function alertOf(
  { action = "(none)", alert, repository }: AlertEvent,
  { event, receivedAt }: EventContext,
  { what, details, severity }: Told,
): Reading {
  const over = RESOLVED.get(action);
  if (!over && !FIRING.includes(action))
    return { nothing: `the action ${action} neither opens nor closes an alert` };
  return [
    {
      kind: "alert",
      project: projectOf(repository),
      title: `${repository.name}: ${over ? `${what} (${over})` : what}`,
      ...compact({ message: details, url: httpsUrl(alert.html_url, repository.html_url) }),
      at: alert.updated_at ?? alert.created_at ?? receivedAt,
      incident: `${event}:${repository.id}:${alert.number}`,
      state: over ? "resolved" : "firing",
      severity: SEVERITIES.get(severity ?? "") ?? "warning",
      // It stays open until somebody closes it, however long nothing more is said.
      quietAfterMs: OPEN_MS,
    },
  ];
}
