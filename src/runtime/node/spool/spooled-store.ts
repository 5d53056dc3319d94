/** A store with a spool before its door: while it is away or stalls, verified deliveries wait on disk and are stored in order later. */
import type { NewDelivery } from "../../../model/delivery.ts";
import type { Logger } from "../../../ports.ts";
import type { Store } from "../../../store/port.ts";
import { blamesRow } from "../../../model/row-rejected-error.ts";
import type { SetAside } from "./quarantine.ts";
import type { Spool } from "./spool.ts";

export interface SpooledStore extends Store {
  /** How many deliveries wait. */
  readonly spooled: number;
  /** How many deliveries were taken from the spool that the store will never take. */
  readonly setAside: number;
  /** Hands over what waits, if anything does; answers how much is left. Never rejects. */
  drain(): Promise<number>;
}

/** A store that takes longer is as good as away: providers wait 10 s at the least. */
const STALL_MS = 2_000;

type Stored = Awaited<ReturnType<Store["storeDeliveries"]>>[number];

/**
 * `storeDeliveries` resolves when a delivery is durable in the store or in the spool, and rejects only where neither can
 * take it. While anything waits, what comes after waits behind it. What else a request asks of the store is rejected
 * where the store stalls. What the store refuses for its own sake leaves the spool for `setAside`, and holds up nobody.
 */
export function withSpool(
  store: Store,
  spool: Spool,
  setAside: SetAside,
  log: Logger,
): SpooledStore {
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
      log.warn("the store did not take it, deliveries wait in the spool", {
        error: wordsOf(error),
      });
      return Promise.all(batch.map(spoolOne));
    }
  }

  /** All at once; one by one where one of them is to blame. */
  async function handOver(batch: readonly NewDelivery[]): Promise<void> {
    try {
      await store.storeDeliveries(batch);
    } catch (error) {
      if (!blamesRow(error)) throw error;
      const [delivery] = batch;
      if (batch.length === 1 && delivery) return keepAside(delivery, error);
      for (const one of batch) await handOver([one]);
    }
  }

  async function keepAside(delivery: NewDelivery, error: Error): Promise<void> {
    const isNew = await setAside.keep(delivery);
    const { id, endpointId } = delivery;
    const facts = { delivery_id: id, endpoint: endpointId, reason: error.message };
    if (isNew) log.error("the store refuses a delivery, it is set aside", facts);
  }

  async function drain(): Promise<number> {
    if (spool.size === 0) return 0;
    const before = spool.size;
    try {
      await spool.drain(handOver);
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
    get setAside() {
      return setAside.size;
    },
    storeDeliveries,
    // A delivery's endpoint is looked up before it can wait anywhere, and a probe wants its answer too.
    findEndpoint: (id) => inTime(store.findEndpoint(id)),
    pinEndpoint: (id, pin) => inTime(store.pinEndpoint(id, pin)),
    ping: () => inTime(store.ping()),
    drain,
    close: async () => {
      await spool.close();
      await setAside.close();
      await store.close();
    },
  };
}

const wordsOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** Should it be stored all the same later on, the spooled copy is recognised as its duplicate. */
function inTime<T>(step: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const stalled = () => reject(new Error(`no answer within ${STALL_MS} ms`));
    const timer = setTimeout(stalled, STALL_MS);
    step.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
