/**
 * A store with a spool before its door: while it is away or stalls, verified deliveries wait on
 * disk and are stored in order later.
 */
import type { NewDelivery } from "../../../model/delivery.ts";
import type { Logger } from "../../../ports.ts";
import type { Store } from "../../../store/port.ts";
import { StoreAwayError } from "../../../model/errors/store-away-error.ts";
import { withTimeout } from "../../../util/async/with-timeout.ts";
import { isRowError } from "../../../model/errors/row-rejected-error.ts";
import type { SetAside } from "./quarantine.ts";
import type { Spool } from "./spool.ts";
import { messageOf } from "../../../util/error-text.ts";

export interface SpooledStore extends Store {
  /** How many deliveries wait. */
  readonly spooled: number;
  /** How many deliveries were taken from the spool that the store will never take. */
  readonly setAside: number;
  /** How many pieces of the spool are no records any more. */
  readonly damaged: number;
  /** Why a delivery could be stored nowhere now; undefined where one could. */
  readonly blocked: string | undefined;
  /** Hands over what waits, if anything does; answers how much is left. Never rejects. */
  drain(): Promise<number>;
}

/** A store that takes longer is as good as away: providers wait 10 s at the least. */
const STALL_MS = 2_000;

type Stored = Awaited<ReturnType<Store["storeDeliveries"]>>[number];

/**
 * `storeDeliveries` resolves when a delivery is durable in the store or in the spool, and rejects
 * only where neither can
 * take it. While anything waits, what comes after waits behind it. What else a request asks of the
 * store is rejected where the store stalls. What the store refuses for its own sake leaves the
 * spool for `setAside`, and holds up nobody.
 */
export function withSpool(
  store: Store,
  spool: Spool,
  setAside: SetAside,
  log: Logger,
): SpooledStore {
  if (spool.damaged > 0)
    log.error("records of the spool are damaged, they are kept beside it", {
      damaged: spool.damaged,
    });
  /** What waits, by what makes a duplicate. */
  const waiting = new Map<string, string>();
  /** Of the last delivery, where neither the store nor the spool took it. */
  let failure: string | undefined;
  /**
   * Before its first answer no endpoint is known, so nothing can be verified, and nothing be
   * spooled.
   */
  let hasAnswered = false;

  async function spoolOne(delivery: NewDelivery): Promise<Stored> {
    const key = `${delivery.endpointId}\n${delivery.providerDeliveryId}`;
    const first = waiting.get(key);
    if (first !== undefined) return { status: "duplicate", id: first };
    try {
      await spool.append(delivery);
    } catch (error) {
      failure = `neither the store nor the spool takes deliveries: ${messageOf(error)}`;
      throw error;
    }
    failure = undefined;
    waiting.set(key, delivery.id);
    return { status: "accepted", id: delivery.id };
  }

  async function storeDeliveries(batch: readonly NewDelivery[]): Promise<readonly Stored[]> {
    if (spool.size > 0) return Promise.all(batch.map(spoolOne));
    try {
      const stored = await inTime(store.storeDeliveries(batch));
      failure = undefined;
      return stored;
    } catch (error) {
      log.warn("the store did not take it, deliveries wait in the spool", {
        error: messageOf(error),
      });
      return Promise.all(batch.map(spoolOne));
    }
  }

  /** All at once; one by one where one of them is to blame. */
  async function handOver(batch: readonly NewDelivery[]): Promise<void> {
    try {
      await store.storeDeliveries(batch);
    } catch (error) {
      if (!isRowError(error)) throw error;
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

  /**
   * A process that is not ready is sent nothing, and would never learn that there is room again.
   */
  async function lookForRoom(): Promise<void> {
    try {
      await spool.probe();
      failure = undefined;
    } catch (error) {
      log.warn("there is still no room for deliveries", { error: messageOf(error) });
    }
  }

  async function answered<Result>(step: Promise<Result>): Promise<Result> {
    const result = await inTime(step);
    hasAnswered = true;
    return result;
  }

  async function drain(): Promise<number> {
    if (failure !== undefined) await lookForRoom();
    if (spool.size === 0) return 0;
    const before = spool.size;
    try {
      await spool.drain(handOver);
      waiting.clear();
      log.info("the spool is drained", { deliveries: before });
    } catch (error) {
      log.warn("the store is still away", { spooled: spool.size, error: messageOf(error) });
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
    get damaged() {
      return spool.damaged;
    },
    get blocked() {
      return hasAnswered ? failure : "the database has not answered since the start";
    },
    storeDeliveries,
    // A delivery's endpoint is looked up before it can wait anywhere, and a probe wants its answer
    // too.
    findEndpoint: (id) => answered(store.findEndpoint(id)),
    pinEndpoint: (id, pin) => inTime(store.pinEndpoint(id, pin)),
    ping: () => answered(store.ping()),
    drain,
    close: async () => {
      await spool.close();
      await setAside.close();
      await store.close();
    },
  };
}

/** Should it be stored all the same later on, the spooled copy is recognised as its duplicate. */
const inTime = <Result>(step: Promise<Result>): Promise<Result> =>
  withTimeout(step, STALL_MS, () => new StoreAwayError(`no answer within ${STALL_MS} ms`));
