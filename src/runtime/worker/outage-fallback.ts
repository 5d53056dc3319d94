/**
 * What still goes on in a Worker while its database is away: endpoints are found from the isolate's
 * memory, and verified deliveries wait in the queue. Promises no more than those two: every other
 * step rejects.
 */
import type { Logger } from "../../ports.ts";
import type { DeliveryStore, EndpointStore, Store } from "../../store/port.ts";
import { withSteps } from "../../store/steps.ts";
import type { Queue } from "../cloudflare-bindings.ts";
import { toJson } from "../delivery-json.ts";
import type { DeliveryJson } from "../delivery-json.ts";
import { fitsMessage } from "./queue-message.ts";
import { withTimeout } from "../../util/async/with-timeout.ts";
import { messageOf } from "../../util/error-text.ts";

type FoundEndpoint = Awaited<ReturnType<Store["findEndpoint"]>>;

/**
 * By endpoint id. Only answers are kept in it, never a promise: one would die with the invocation
 * that began it.
 */
export type EndpointMemory = Map<string, { readonly found: FoundEndpoint; readonly at: number }>;

export interface AwayOptions {
  readonly memory: EndpointMemory;
  /** How long an endpoint is believed without asking again, in ms. */
  readonly ttlMs: number;
  readonly now: () => number;
  readonly queue: Queue;
  readonly log: Logger;
}

const MAX_REMEMBERED = 1_000;
/** Providers give up after ten seconds, so a database that hangs is given half of that. */
const PATIENCE_MS = 5_000;

/** `store` for receiving, with both ways around a database that is away. */
export function withOutageFallback(store: Store, options: AwayOptions): Store {
  return withSteps(store, {
    ...endpointCacheSteps(store, options),
    ...queueFallbackSteps(store, options),
  });
}

/**
 * What changes an endpoint is forgotten here at once; other isolates believe the old one until its
 * time is up.
 */
function endpointCacheSteps(
  store: Store,
  { memory, ttlMs, now }: AwayOptions,
): Omit<EndpointStore, "insertEndpoint" | "listEndpoints"> {
  const forget = async <Result>(id: string, step: Promise<Result>): Promise<Result> => {
    const result = await step;
    memory.delete(id);
    return result;
  };
  return {
    findEndpoint: async (id) => {
      const known = memory.get(id);
      if (known && now() - known.at < ttlMs) return known.found;
      try {
        const found = await inTime(store.findEndpoint(id));
        remember(memory, id, { found, at: now() });
        return found;
      } catch (error) {
        if (known) return known.found;
        throw error;
      }
    },
    updateEndpoint: (id, patch, at) => forget(id, store.updateEndpoint(id, patch, at)),
    deleteEndpoint: (id, at) => forget(id, store.deleteEndpoint(id, at)),
    rotateSecret: (secret, expireAt) =>
      forget(secret.endpointId, store.rotateSecret(secret, expireAt)),
    pinEndpoint: (id, pin) => forget(id, store.pinEndpoint(id, pin)),
  };
}

function remember(
  memory: EndpointMemory,
  id: string,
  known: { found: FoundEndpoint; at: number },
): void {
  memory.delete(id);
  if (!known.found) return;
  memory.set(id, known);
  if (memory.size <= MAX_REMEMBERED) return;
  for (const oldest of memory.keys()) {
    memory.delete(oldest);
    break;
  }
}

/**
 * Stored, or else in the queue, which is as durable; rejects where neither takes it. Where the
 * database took it after all, what comes from the queue is a duplicate.
 */
function queueFallbackSteps(store: Store, { queue, log }: AwayOptions): DeliveryStore {
  return {
    storeDeliveries: async (batch) => {
      try {
        return await inTime(store.storeDeliveries(batch));
      } catch (error) {
        const messages = batch.map((delivery) => ({ delivery: toJson(delivery) }));
        if (!messages.every(fitsMessage)) throw error;
        return Promise.all(messages.map((message) => queueOne(queue, log, message, error)));
      }
    },
  };
}

async function queueOne(
  queue: Queue,
  log: Logger,
  message: { readonly delivery: DeliveryJson },
  error: unknown,
) {
  await queue.send(message);
  const { delivery } = message;
  const detail = messageOf(error);
  log.warn("delivery waits in the queue", { delivery_id: delivery.id, store: detail });
  return { status: "accepted" as const, id: delivery.id };
}

const inTime = <Result>(step: Promise<Result>): Promise<Result> =>
  withTimeout(
    step,
    PATIENCE_MS,
    () => new Error(`The store did not answer within ${PATIENCE_MS} ms.`),
  );
