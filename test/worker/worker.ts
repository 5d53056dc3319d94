/**
 * The Worker's three handlers, called with an environment of the test's choice; the queue only
 * records what it is sent.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { WorkerEnv } from "../../src/runtime/cloudflare-bindings.ts";
import worker from "../../src/runtime/worker/worker.ts";
import type { Target } from "../contract/target.ts";
import { ADMIN_TOKEN } from "./secrets.ts";

export interface Sent {
  readonly body: unknown;
  readonly delaySeconds: number | undefined;
}

interface Retried {
  /** In the batch. */
  readonly place: number;
  readonly delaySeconds: number | undefined;
}

export interface TestWorker extends Target {
  /** What was sent to the queue and not yet consumed. */
  readonly sent: Sent[];
  /** Hands messages to the consumer; answers what became of them, by their place. */
  consume(
    bodies: readonly unknown[],
    options?: { readonly queue?: string; readonly attempts?: number },
  ): Promise<{ acked: number[]; retried: Retried[] }>;
  /** @param at when the cron trigger says it is, in ms; now unless told */
  sweep(at?: number): Promise<void>;
}

export const QUEUE = "activitysmith-webhooks";
export const DEAD_LETTERS = "activitysmith-webhooks-dead";

/** Bindings and settings that are `undefined` are taken away. */
export function testWorker(changes: WorkerEnv = {}): TestWorker {
  const sent: Sent[] = [];
  const queue = {
    send: async (body: unknown, options?: { readonly delaySeconds?: number }) =>
      void sent.push({ body: structuredClone(body), delaySeconds: options?.delaySeconds }),
  };
  const own: WorkerEnv = {
    ...env,
    QUEUE: queue,
    STREAM_UPDATE_INTERVAL_SECONDS: "0",
    ...changes,
  };
  return {
    sent,
    adminToken: ADMIN_TOKEN,
    fetch: async (path, init) => {
      const invocation = createExecutionContext();
      const request = new Request(`https://gateway.invalid${path}`, init);
      const response = await worker.fetch(request, own, invocation);
      await waitOnExecutionContext(invocation);
      return response;
    },
    settle: () => worker.scheduled({ scheduledTime: Date.now() }, own),
    sweep: (at = Date.now()) => worker.scheduled({ scheduledTime: at }, own),
    consume: async (bodies, { queue: name = QUEUE, attempts = 1 } = {}) => {
      const acked: number[] = [];
      const retried: Retried[] = [];
      const messages = bodies.map((body, place) => ({
        id: `message-${place}`,
        attempts,
        body,
        ack: () => void acked.push(place),
        retry: (options?: { readonly delaySeconds?: number }) =>
          void retried.push({ place, delaySeconds: options?.delaySeconds }),
      }));
      await worker.queue({ queue: name, messages }, own);
      return { acked: acked.toSorted((a, b) => a - b), retried };
    },
  };
}
