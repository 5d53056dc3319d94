/**
 * GitHub repository, organization and App webhooks:
 * https://docs.github.com/webhooks/webhook-events-and-payloads (checked 2026-11-22).
 */
import { defineAdapter, hmac } from "../../src/adapter/contract.ts";
import { codeScanningAlert, dependabotAlert, secretScanningAlert } from "./alerts.ts";
import { checkSuite, commitStatus, pageBuild } from "./checks.ts";
import { deployment, deploymentStatus } from "./deployments.ts";
import { ignores } from "./ignores.ts";
import { pullRequest, release } from "./notices.ts";
import { deploymentReview } from "./reviews.ts";
import { workflowJob } from "./workflow-jobs.ts";
import { workflowRun } from "./workflow-runs.ts";

export const github = defineAdapter({
  name: "github",
  title: "GitHub",
  docs: "https://docs.github.com/webhooks",
  // The older `X-Hub-Signature` (SHA-1) comes along and is not looked at.
  verify: hmac({
    header: "x-hub-signature-256",
    algorithm: "sha256",
    encoding: "hex",
    prefix: "sha256=",
  }),
  secret: {
    madeBy: "gateway",
    where: "Enter it as the webhook's Secret in the repository's Settings → Webhooks.",
  },
  identify: {
    event: { header: "x-github-event" },
    // A redelivery by hand carries the same GUID.
    delivery: { header: "x-github-delivery" },
  },
  // GitHub's own cap for webhook payloads.
  maxBodyBytes: 25 * 1024 * 1024,
  pings: ["ping"],
  events: {
    deployment,
    deployment_status: deploymentStatus,
    deployment_review: deploymentReview,
    workflow_run: workflowRun,
    workflow_job: workflowJob,
    release,
    pull_request: pullRequest,
    check_suite: checkSuite,
    status: commitStatus,
    page_build: pageBuild,
    dependabot_alert: dependabotAlert,
    code_scanning_alert: codeScanningAlert,
    secret_scanning_alert: secretScanningAlert,
  },
  ignores,
  redact: [
    ["alert", "secret"],
    ["hook", "config", "secret"],
  ],
  setup: [
    "Open the repository on GitHub, go to Settings → Webhooks and choose “Add webhook”. Under an organization's settings one webhook covers all its repositories.",
    "Paste {url} into “Payload URL”.",
    "Choose “application/json” as “Content type”.",
    "Paste {secret} into “Secret” and leave SSL verification enabled.",
    "Choose “Let me select individual events”, clear “Pushes”, and tick Deployments, Deployment statuses, Deployment reviews, Workflow runs and Workflow jobs.",
    "Press “Add webhook”. GitHub sends a ping; a green tick beside the webhook means that it was answered.",
  ],
  recommended: [
    "deployment",
    "deployment_status",
    "deployment_review",
    "workflow_run",
    "workflow_job",
  ],
});
