/**
 * Vercel account webhooks (and integration webhooks, signed alike):
 * https://vercel.com/docs/webhooks, checked 2026-11-22.
 */
import { defineAdapter, hmac } from "../../src/adapter/contract.ts";
import { alertEvents } from "./alerts.ts";
import { deploymentEvents } from "./deployments.ts";
import { noticeEvents } from "./notices.ts";

export const vercel = defineAdapter({
  name: "vercel",
  title: "Vercel",
  docs: "https://vercel.com/docs/webhooks",
  // Vercel signs with SHA-1 and signs no time.
  verify: hmac({ header: "x-vercel-signature", algorithm: "sha1", encoding: "hex" }),
  secret: {
    madeBy: "provider",
    where:
      "Vercel shows it once, in the dialog “Webhook created”; for an integration it is the client secret in the Integration Console.",
  },
  identify: { event: { json: ["type"] }, delivery: { json: ["id"] } },
  pings: ["test-webhook"],
  events: { ...deploymentEvents, ...noticeEvents, ...alertEvents },
  ignores: {
    "deployment.cleanup": "comes weeks after the run, when a deleted deployment is purged",
    "deployment.check-rerequested": "names the deployment but neither its project nor its target",
    "deployment-check-rerequested": "names the deployment but neither its project nor its target",
    "deployment-checks-completed": "says no more than the deployment-ready that follows",
    "deployment.checkrun.*": "addressed to whoever runs the check",
    "deployment.integration.action.*": "addressed to marketplace integrations",
    "project.rolling-release.started": "a stage of a release; its end is reported",
    "project.rolling-release.approved": "a stage of a release; its end is reported",
    "project.env-variable.*": "configuration, not a deployment",
    "project.domain*": "configuration, not a deployment",
    "project-*": "legacy twin of project.*",
    "domain.*": "routine upkeep of a domain; its failures are reported",
    "domain-created": "routine upkeep of a domain",
    "budget.reset": "a new billing cycle began",
    "edge-config.*": "configuration, not a deployment",
    "integration-configuration*": "addressed to makers of integrations",
    "integration-resource.*": "addressed to makers of integrations",
    "marketplace.*": "addressed to makers of integrations",
    "flag.*": "configuration, not a deployment",
    "message.*": "conversation on a preview",
    "thread.*": "conversation on a preview",
    "comment.*": "conversation on a preview",
  },
  setup: [
    "Open your team in the Vercel dashboard and choose Settings → Webhooks (Pro and Enterprise plans). On Hobby connect GitHub instead: it tells of Vercel's deployments on every plan.",
    "Choose the events: Deployment Created, Ready, Succeeded, Promoted, Error, Canceled and Rollback.",
    "Choose all team projects or the ones to follow.",
    "Enter {url} as the endpoint and create the webhook.",
    "Copy the secret from the dialog that follows, it is shown only once, and store it as this endpoint's secret.",
  ],
  recommended: [
    "deployment.created",
    "deployment.ready",
    "deployment.succeeded",
    "deployment.promoted",
    "deployment.error",
    "deployment.canceled",
    "deployment.rollback",
  ],
});
