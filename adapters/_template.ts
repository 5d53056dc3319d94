/** Acme Deploy, project webhooks. https://acme.example/docs/webhooks, checked 2026-11-22. */
import * as z from "zod";
import { defineAdapter, hmac, lineSteps, optionalText, time } from "../src/adapter/contract.ts";
import type { ProgressSignal } from "../src/model/signal.ts";

const steps = lineSteps({ building: "Building", live: "Live" });

const deploy = z.object({
  created_at: time,
  app: z.object({ id: z.string(), name: z.string() }),
  deploy: z.object({ id: z.string(), branch: optionalText }),
});

export const acme = defineAdapter({
  name: "acme",
  title: "Acme",
  docs: "https://acme.example/docs/webhooks",
  verify: hmac({ header: "x-acme-signature", algorithm: "sha256", encoding: "hex" }),
  secret: { madeBy: "gateway", where: "Paste it as the webhook's signing secret." },
  identify: { event: { json: ["type"] }, delivery: { header: "x-acme-delivery" } },
  events: {
    "deploy.started": {
      schema: deploy,
      toSignals: (it, { receivedAt }) => [
        { ...progress(it, receivedAt), steps: steps.at("building") },
      ],
    },
    "deploy.finished": {
      schema: deploy,
      toSignals: (it, { receivedAt }) => [
        { ...progress(it, receivedAt), steps: steps.done(), outcome: { state: "succeeded" } },
      ],
    },
  },
  ignores: { "member.*": "people coming and going are no deployment" },
  setup: ["Open Project → Webhooks and add {url}.", "Set the signing secret to {secret}."],
  recommended: ["deploy.started", "deploy.finished"],
});

function progress(it: z.output<typeof deploy>, receivedAt: number): ProgressSignal {
  return {
    kind: "progress",
    project: it.app,
    environment: { name: "production", kind: "production" },
    run: { id: it.deploy.id, attempt: 1 },
    at: it.created_at ?? receivedAt,
    shape: "line",
    steps: [],
    facts: { branch: it.deploy.branch },
  };
}
