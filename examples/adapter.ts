/** A provider of one's own beside the built-in ones. */
import { createGateway } from "activitysmith-webhooks";
import type { EmbeddedGateway, Settings } from "activitysmith-webhooks";
import { defineAdapter, hmac, time } from "activitysmith-webhooks/adapter";
import { adapters } from "activitysmith-webhooks/adapters";
import * as z from "zod";

const backup = z.object({
  database: z.string(),
  finished_at: time,
  error: z.string().nullish(),
});

export const acme = defineAdapter({
  name: "acme",
  title: "Acme Backups",
  docs: "https://acme.example/docs/webhooks",
  verify: hmac({ header: "x-acme-signature", algorithm: "sha256", encoding: "hex" }),
  secret: { madeBy: "gateway", where: "Enter it as signing secret of the webhook." },
  identify: { event: { json: ["event"] }, delivery: { json: ["id"] } },
  events: {
    "backup.finished": {
      schema: backup,
      toSignals: ({ database, finished_at: at, error }, { receivedAt }) => [
        {
          kind: "alert",
          incident: `backup of ${database}`,
          state: error ? "firing" : "resolved",
          severity: "critical",
          title: error ? `Backup of ${database} failed` : `Backup of ${database} is done`,
          message: error ?? undefined,
          at: at ?? receivedAt,
        },
      ],
    },
  },
  ignores: { "backup.started": "nothing to tell yet" },
  setup: ["Open Settings → Webhooks, enter {url} and the secret {secret}."],
  recommended: ["backup.finished"],
});

export const createGatewayWithAcme = (settings: Settings): EmbeddedGateway =>
  createGateway({ settings, adapters: [...adapters, acme] });
