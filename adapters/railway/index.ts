/**
 * Railway project webhooks, which nobody signs: https://docs.railway.com/observability/webhooks,
 * checked 2026-11-22.
 */
import { defineAdapter, sharedToken } from "../../src/adapter/contract.ts";
import { alertEvents } from "./alerts.ts";
import { deploymentEvents } from "./deployments.ts";
import { deliveryId, eventName, pinnedProject } from "./payload.ts";

export const railway = defineAdapter({
  name: "railway",
  title: "Railway",
  docs: "https://docs.railway.com/observability/webhooks",
  verify: sharedToken(),
  secret: {
    madeBy: "gateway",
    where: "It is the last part of the webhook URL; enter the whole URL and keep it to yourself.",
  },
  identify: { event: { compute: eventName }, delivery: { compute: deliveryId } },
  browserTest: true,
  pin: pinnedProject,
  events: { ...deploymentEvents, ...alertEvents },
  ignores: {
    "Deployment.redeployed": "the redeployment is a deployment of its own and reported as such",
    "Deployment.restarted": "the same deployment runs on",
    "Deployment.resumed": "the app woke up; the deployment is the same",
    "Deployment.slept": "the app sleeps until somebody calls it",
    "WorkspaceMember.*": "about people, not deployments",
  },
  setup: [
    "Open your project in the Railway dashboard and choose Settings → Webhooks.",
    "Enter {url} as the URL; it ends in the secret, since Railway signs nothing.",
    "Choose the events under Deployment, and those under Volume Alert and Monitor if you want their pushes.",
    "Switch on events of PR environments if you want to see previews, then save.",
    "Press the test button to see that it arrives.",
  ],
  recommended: [
    "Deployment.queued",
    "Deployment.waiting",
    "Deployment.needsapproval",
    "Deployment.building",
    "Deployment.deploying",
    "Deployment.deployed",
    "Deployment.failed",
    "Deployment.crashed",
    "Deployment.oomkilled",
    "Deployment.removed",
  ],
});
