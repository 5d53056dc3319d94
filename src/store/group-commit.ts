/**
 * Group commit: while one batch is being stored the next one gathers, so that many deliveries share
 * one sync to disk. Holds nothing beyond its bounded queue; never answers before its batch is
 * durable. No I/O of its own.
 */
import type { NewDelivery } from "../model/delivery.ts";
import type { Store } from "./port.ts";

type StoreDeliveries = Store["storeDeliveries"];
type Stored = Awaited<ReturnType<StoreDeliveries>>;

export interface BatcherOptions {
  /** Deliveries per batch at most. */
  readonly maxBatch?: number;
  /** Deliveries waiting at most; one more is rejected at once. */
  readonly maxQueue?: number;
  /**
   * Runs the flush after what else this turn of the event loop brings; `setImmediate` where there
   * is one.
   */
  readonly nextTick?: (flush: () => void) => void;
  /**
   * Awaited before a batch is taken, with the number of those that wait: what comes meanwhile goes
   * with them. Where it rejects, the batch is stored all the same, or tells why not.
   */
  readonly ready?: (waiting: number) => Promise<void>;
  /**
   * True where one delivery is to blame for the error, not the store: its neighbours are then
   * stored without it.
   */
  readonly isRowError?: (error: unknown) => boolean;
}

interface Call {
  readonly deliveries: readonly NewDelivery[];
  readonly resolve: (results: Stored) => void;
  readonly reject: (error: unknown) => void;
}

const MAX_BATCH = 200;
const MAX_QUEUE = 10_000;

/**
 * The queue is full: the store is slower than what comes in. The sender should come again later.
 */
export class QueueFullError extends Error {
  override readonly name = "QueueFullError";
}

/** `store` behind a group commit. A failing batch rejects the calls in it and no other. */
export function batchDeliveries(
  store: StoreDeliveries,
  options: BatcherOptions = {},
): StoreDeliveries {
  const { maxBatch = MAX_BATCH, maxQueue = MAX_QUEUE } = options;
  const nextTick = options.nextTick ?? ((flush) => setTimeout(flush, 0));
  const queue: Call[] = [];
  let waiting = 0;
  let busy = false;

  async function flush(): Promise<void> {
    if (options.ready) await options.ready(waiting).catch(() => undefined);
    const calls = takeBatch(queue, maxBatch);
    waiting -= countOf(calls);
    await storeCalls(store, calls, options.isRowError ?? (() => false));
    if (queue.length > 0) nextTick(() => void flush());
    else busy = false;
  }

  return (deliveries) => {
    if (waiting + deliveries.length > maxQueue) {
      return Promise.reject(new QueueFullError(`${waiting} deliveries are waiting to be stored.`));
    }
    waiting += deliveries.length;
    if (!busy) nextTick(() => void flush());
    busy = true;
    return new Promise((resolve, reject) => queue.push({ deliveries, resolve, reject }));
  };
}

/** Takes calls off the queue's head until the batch is full; at least one, however large. */
function takeBatch(queue: Call[], maxBatch: number): Call[] {
  let count = 0;
  const end = queue.findIndex((call, at) => {
    count += call.deliveries.length;
    return at > 0 && count > maxBatch;
  });
  return queue.splice(0, end === -1 ? queue.length : end);
}

/** Settles every call; never rejects. */
async function storeCalls(
  store: StoreDeliveries,
  calls: readonly Call[],
  isRowError: (error: unknown) => boolean,
): Promise<void> {
  try {
    const results = await store(calls.flatMap((call) => call.deliveries));
    let start = 0;
    for (const { deliveries, resolve } of calls) {
      resolve(results.slice(start, (start += deliveries.length)));
    }
  } catch (error) {
    if (calls.length > 1 && isRowError(error)) {
      for (const call of calls) await storeCalls(store, [call], isRowError);
    } else {
      for (const { reject } of calls) reject(error);
    }
  }
}

function countOf(calls: readonly Call[]): number {
  return calls.reduce((count, call) => count + call.deliveries.length, 0);
}
