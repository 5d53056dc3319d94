/**
 * The preview core as a Durable Object: one lock screen for all isolates of the Worker. Keeps it in
 * memory, as on Node, so it is empty again once nobody has called or watched it for some minutes.
 */
import { Hono } from "hono";
import { createPreviewCore } from "../../preview-core/preview-core.ts";
import type { ObjectNamespace, WorkerEnv } from "../cloudflare-bindings.ts";
import { parseWorkerSettings } from "./settings.ts";

const ONE_FOR_ALL = "preview";

/**
 * Answers under the paths that the gateway's visitors use (`/preview/…`) and those of its own
 * client (`/api/…`).
 */
export class PreviewObject {
  readonly #app: Hono;

  constructor(_state: unknown, env: WorkerEnv) {
    const { previewKey: apiKey } = parseWorkerSettings(env);
    const { app } = createPreviewCore({
      now: () => Date.now(),
      fetch: (input, init) => fetch(input, init),
      apiKey,
    });
    this.#app = new Hono().route("/preview", app).route("/", app);
  }

  fetch(request: Request): Response | Promise<Response> {
    return this.#app.fetch(request);
  }
}

/**
 * What the gateway mounts at `/preview` and sends to where there is no API key; `onCall` is told of
 * each call.
 */
export function previewOf(namespace: ObjectNamespace, onCall: () => void): Hono {
  return new Hono().all("*", (c) => {
    onCall();
    return namespace.getByName(ONE_FOR_ALL).fetch(c.req.raw);
  });
}
