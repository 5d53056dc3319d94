/** The app of `mount.ts` on Node: it listens, and stops when it has answered what it took. */
import { once } from "node:events";
import { serve } from "@hono/node-server";
import type { ServerType } from "@hono/node-server";
import type { Settings } from "activitysmith-webhooks";
import { createApp } from "./mount.ts";

export async function listen(
  settings: Settings,
  port: number,
): Promise<{ server: ServerType; stop: () => Promise<void> }> {
  const { app, gateway } = createApp(settings);
  await gateway.start();
  const server = serve({ fetch: app.fetch, port, hostname: "127.0.0.1" });
  await once(server, "listening");
  const stop = async (): Promise<void> => {
    const closed = once(server, "close");
    server.close();
    await closed;
    await gateway.stop();
  };
  process.once("SIGTERM", () => void stop());
  return { server, stop };
}
