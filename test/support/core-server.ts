/**
 * The recording stand-in for the core API as a real server on 127.0.0.1, for gateways that run as
 * processes.
 */
import { once } from "node:events";
import { serve } from "@hono/node-server";
import { PROBE_STREAM_KEY } from "../../src/destinations/activitysmith/activitysmith.ts";
import { recordingCore } from "./recording-core.ts";
import type { RecordedCall, RecordingCore } from "./recording-core.ts";

export interface CoreServer extends RecordingCore {
  /** Resolves with all calls as soon as they are as wanted. */
  until(wanted: (calls: readonly RecordedCall[]) => boolean): Promise<readonly RecordedCall[]>;
  close(): Promise<void>;
}

/**
 * A process tries its key once at the start, with a call that changes nothing: no test's business.
 */
const isProbe = ({ method, url }: Request): boolean =>
  method === "DELETE" && url.endsWith(`/${PROBE_STREAM_KEY}`);

const nothingThere = () => Response.json({ error: "Not found" }, { status: 404 });

export async function startCoreServer(): Promise<CoreServer> {
  const called = new EventTarget();
  const core = recordingCore(() => called.dispatchEvent(new Event("call")));
  const server = serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => (isProbe(request) ? nothingThere() : core.fetch(request)),
  });
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    ...core,
    baseUrl: `http://127.0.0.1:${address.port}/api`,
    until: async (wanted) => {
      while (!wanted(core.calls)) {
        const { promise, resolve } = Promise.withResolvers<void>();
        called.addEventListener("call", () => resolve(), { once: true });
        await promise;
      }
      return core.calls;
    },
    close: async () => {
      server.close();
      if ("closeAllConnections" in server) server.closeAllConnections();
      await once(server, "close");
    },
  };
}
