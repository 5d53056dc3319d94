/**
 * Vercel's events that tell of trouble, or that it is over: domains, spending, security, anomalies.
 * Pure.
 */
import type { EventHandler } from "../../src/adapter/contract.ts";
import { occurrence, occurrenceEvent, scope } from "./occurrence.ts";

interface Trouble {
  /** Names the kind of trouble: the same when it fires and when it is over. */
  readonly kind: string;
  readonly resolved?: true;
  readonly critical?: true;
}

const notAdded = alert("certificate not issued", { kind: "certificate" });
const notRenewed = alert("certificate not renewed", { kind: "certificate", critical: true });
const issued = alert("certificate issued", { kind: "certificate", resolved: true });
const renewed = alert("certificate renewed", { kind: "certificate", resolved: true });
const renewalFailed = alert("domain not renewed", { kind: "domain-renewal", critical: true });
const transferFailed = alert("domain transfer failed", { kind: "domain-transfer" });
const transferred = alert("domain transferred", { kind: "domain-transfer", resolved: true });
const unverified = alert("domain no longer verified", { kind: "domain-verification" });
const verified = alert("domain verified", { kind: "domain-verification", resolved: true });
const errorAnomaly = alert("unusual errors", { kind: "error-anomaly" });

/**
 * The documentation writes hyphens in some names where the API writes dots; either may be what is
 * sent.
 */
export const alertEvents = {
  "domain.certificate.add": issued,
  "domain.certificate-add": issued,
  "domain.certificate.renew": renewed,
  "domain.certificate-renew": renewed,
  "domain.certificate.add.failed": notAdded,
  "domain.certificate-add-failed": notAdded,
  "domain.certificate.renew.failed": notRenewed,
  "domain.certificate-renew-failed": notRenewed,
  "domain.renewal": alert("domain renewed", { kind: "domain-renewal", resolved: true }),
  "domain.renewal.failed": renewalFailed,
  "domain.renewal-failed": renewalFailed,
  "domain.transfer-in.completed": transferred,
  "domain.transfer-in-completed": transferred,
  "domain.transfer-in.failed": transferFailed,
  "domain.transfer-in-failed": transferFailed,
  "project.domain.unverified": unverified,
  "project.domain-unverified": unverified,
  "project.domain.verified": verified,
  "project.domain-verified": verified,
  "budget.reached": alert("spend limit reached", { kind: "budget", critical: true }),
  "firewall.attack": alert("attack detected", { kind: "attack", critical: true }),
  "firewall.system-rule-anomaly": alert("unusual firewall activity", { kind: "system-rule" }),
  "firewall.custom-rule-anomaly": alert("unusual custom rule activity", { kind: "custom-rule" }),
  "botid.anomaly": alert("unusual bot traffic", { kind: "botid" }),
  "alerts.triggered": alert("alert triggered", { kind: "alert" }),
  "observability.anomaly": alert("unusual activity", { kind: "anomaly" }),
  "observability.anomaly-error": errorAnomaly,
  "observability.error-anomaly": errorAnomaly,
  "observability.usage-anomaly": alert("unusual usage", { kind: "usage-anomaly" }),
  "ai-gateway.balance-depleted": alert("AI Gateway balance used up", {
    kind: "ai-gateway-balance",
    critical: true,
  }),
  "ai-gateway.auto-reload.limit-reached": alert("AI Gateway auto-reload limit reached", {
    kind: "ai-gateway-reload",
  }),
  "function.archival-required": alert("functions need archiving", { kind: "archival" }),
  "function.removal-required": alert("functions need removal", { kind: "removal" }),
};

function alert(title: string, trouble: Trouble): EventHandler<typeof occurrenceEvent> {
  return {
    schema: occurrenceEvent,
    toSignals: ({ createdAt, payload }, { receivedAt }) => [
      {
        kind: "alert",
        ...occurrence(payload, title),
        at: createdAt ?? receivedAt,
        incident: `${trouble.kind}:${scope(payload)}`,
        state: trouble.resolved ? "resolved" : "firing",
        severity: trouble.critical ? "critical" : "warning",
      },
    ],
  };
}
