/**
 * Netlify outgoing webhooks of deploy notifications:
 * https://docs.netlify.com/site-deploys/notifications/, checked 2026-11-22.
 */
import * as z from "zod";
import { bodyHashJws, defineAdapter } from "../../src/adapter/contract.ts";
import type { VerifiedPayload } from "../../src/adapter/contract.ts";
import { deployNotice, formSubmission } from "./notices.ts";
import { deployRestored, deployRun } from "./runs.ts";

export const netlify = defineAdapter({
  name: "netlify",
  title: "Netlify",
  docs: "https://docs.netlify.com/site-deploys/notifications/",
  verify: bodyHashJws({
    header: "x-webhook-signature",
    hashClaim: "sha256",
    issuer: "netlify",
  }),
  secret: {
    madeBy: "gateway",
    where: "Enter it as “JWS secret token” of each notification; without it Netlify does not sign.",
  },
  identify: {
    event: { header: "x-netlify-event" },
    delivery: { compute: deliveryId },
  },
  redact: [["log_access_attributes", "token"], ["skew_protection_token"]],
  events: {
    deploy_building: deployRun("building"),
    // This is what Netlify calls “Deploy succeeded”.
    deploy_created: deployRun("ready"),
    deploy_succeeded_after_failing: deployRun("ready"),
    deploy_failed: deployRun("failed"),
    deploy_failed_after_succeeding: deployRun("failed"),
    deploy_request_pending: deployRun("pending"),
    deploy_request_accepted: deployRun("accepted"),
    deploy_request_rejected: deployRun("rejected"),
    deploy_restored: deployRestored,
    deploy_locked: deployNotice("auto publishing stopped"),
    deploy_unlocked: deployNotice("auto publishing resumed"),
    submission_created: formSubmission,
  },
  ignores: {
    deploy_deleted: "an old deploy was cleaned away; no run moves",
    "split_test_*": "splits traffic between branches; no run moves",
    "dev_server_*": "a development server, not a deploy",
  },
  setup: [
    "Open your project on Netlify and choose Project configuration → Notifications → Deploy notifications.",
    "Choose Add notification → HTTP POST request.",
    "Choose the event “Deploy started”, enter {url} as the URL and {secret} as the JWS secret token, and save.",
    "Do the same for “Deploy succeeded” and “Deploy failed”, and for the deploy requests if your project takes deploys from outside: Netlify sends one event per notification.",
    "Start a deploy to see that they arrive: some plans let a notification be saved but do not send it.",
  ],
  recommended: [
    "deploy_building",
    "deploy_created",
    "deploy_failed",
    "deploy_request_pending",
    "deploy_request_accepted",
    "deploy_request_rejected",
    "deploy_restored",
  ],
});

/** Netlify gives deliveries no id; a deploy reports each state of it once. */
function deliveryId(payload: VerifiedPayload): string | undefined {
  const told = z
    .object({ id: z.string(), state: z.string(), updated_at: z.string() })
    .safeParse(payload.json);
  if (!told.success) return undefined;
  const { id, state, updated_at: updatedAt } = told.data;
  return [payload.header("x-netlify-event"), id, state, updatedAt].join(":");
}
