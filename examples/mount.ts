/**
 * The gateway inside an app of one's own: any server that speaks `fetch` will do, this one is Hono.
 */
import { createGateway } from "activitysmith-webhooks";
import type { EmbeddedGateway, Settings } from "activitysmith-webhooks";
import { Hono } from "hono";

export function createApp(settings: Settings): { app: Hono; gateway: EmbeddedGateway } {
  const gateway = createGateway({
    // Where providers reach what is mounted below.
    settings: { PUBLIC_URL: "https://example.com/gateway", ...settings },
    log: {
      info: () => undefined,
      warn: (message, facts) => console.warn(message, facts),
      error: (message, facts) => console.error(message, facts),
    },
  });
  const app = new Hono();
  app.get("/", (c) => c.text("My own app"));
  app.mount("/gateway", gateway.app.fetch);
  return { app, gateway };
}
