/**
 * `activitysmith-webhooks/worker`: the gateway as a Cloudflare Worker, with its Durable Objects.
 */
import worker, * as entry from "../runtime/worker/worker.ts";

/**
 * What Cloudflare calls; the bindings and secrets of `env` are those of the repository's
 * `wrangler.toml`.
 */
export interface GatewayWorker {
  fetch(request: Request, env: object, context: Context): Promise<Response>;
  queue(batch: object, env: object): Promise<void>;
  scheduled(event: { readonly scheduledTime: number }, env: object): Promise<void>;
}

export interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** A class that is bound as a Durable Object. */
export type DurableObjectClass = new (
  state: unknown,
  env: never,
) => { fetch(request: Request): Response | Promise<Response> };

export const PreviewObject: DurableObjectClass = entry.PreviewObject;

const gatewayWorker: GatewayWorker = worker;
export default gatewayWorker;
