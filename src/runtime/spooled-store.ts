/** A store with a spool before its door: while it is away or stalls, verified deliveries wait on disk and are stored in order later. */
import type { Logger, NewDelivery, Store } from "../ports.ts";
import type { Spool } from "./spool.ts";

export interface SpooledStore extends Store {
  /** How many deliveries wait. */
  readonly spooled: number;
  /** Hands over what waits, if anything does; answers how much is left. Never rejects. */
  drain(): Promise<number>;
}

/** A store that takes longer is as good as away: providers wait 10 s at the least. */
const STALL_MS = 2_000;

type Stored = Awaited<ReturnType<Store["storeDeliveries"]>>[number];

/**
 * `storeDeliveries` resolves when a delivery is durable in the store or in the spool, and rejects only where neither can
 * take it. While anything waits, what comes after waits behind it. What else a request asks of the store is rejected
 * where the store stalls.
 */
export function withSpool(store: Store, spool: Spool, log: Logger): SpooledStore {
  /** What waits, by what makes a duplicate. */
  const waiting = new Map<string, string>();

  async function spoolOne(delivery: NewDelivery): Promise<Stored> {
    const key = `${delivery.endpointId}\n${delivery.providerDeliveryId}`;
    const first = waiting.get(key);
    if (first !== undefined) return { status: "duplicate", id: first };
    await spool.append(delivery);
    waiting.set(key, delivery.id);
    return { status: "accepted", id: delivery.id };
  }

  async function storeDeliveries(batch: readonly NewDelivery[]): Promise<readonly Stored[]> {
    if (spool.size > 0) return Promise.all(batch.map(spoolOne));
    try {
      return await inTime(store.storeDeliveries(batch));
    } catch (error) {
      log.warn("the store is away, deliveries wait in the spool", { error: wordsOf(error) });
      return Promise.all(batch.map(spoolOne));
    }
  }

  async function drain(): Promise<number> {
    if (spool.size === 0) return 0;
    const before = spool.size;
    try {
      await spool.drain((batch) => store.storeDeliveries(batch));
      waiting.clear();
      log.info("the spool is drained", { deliveries: before });
    } catch (error) {
      log.warn("the store is still away", { spooled: spool.size, error: wordsOf(error) });
    }
    return spool.size;
  }

  return {
    ...store,
    get spooled() {
      return spool.size;
    },
    storeDeliveries,
    // A delivery's endpoint is looked up before it can wait anywhere, and a probe wants its answer too.
    findEndpoint: (id) => inTime(store.findEndpoint(id)),
    pinEndpoint: (id, pin) => inTime(store.pinEndpoint(id, pin)),
    ping: () => inTime(store.ping()),
    drain,
    close: async () => {
      await spool.close();
      await store.close();
    },
  };
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Should it be stored all the same later on, the spooled copy is recognised as its duplicate. */
async function inTime<T>(step: Promise<T>): Promise<T> {
  const stalled = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => stalled.reject(new Error(`no answer within ${STALL_MS} ms`)),
    STALL_MS,
  );
  try {
    return await Promise.race([step, stalled.promise]);
  } finally {
    clearTimeout(timer);
    // Of a step that lost the race nobody waits for the rejection.
    step.catch(() => undefined);
  }
}
