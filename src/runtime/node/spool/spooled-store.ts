/**
 * A store with a spool before its door: while it is away or stalls, verified deliveries wait on
 * disk and are stored in order later.
 */
import type { NewDelivery } from "../../../model/delivery.ts";
import type { Logger } from "../../../ports.ts";
import type { DeliveryStore, Store } from "../../../store/port.ts";
import { withSteps } from "../../../store/steps.ts";
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
  /** Hands over what waits, if anything does; returns how much is left. Never rejects. */
  drain(): Promise<number>;
}

/** A store that takes longer is as good as away: providers wait 10 s at the least. */
const STALL_MS = 2_000;

type Stored = Awaited<ReturnType<Store["storeDeliveries"]>>[number];

/**
 * `storeDeliveries` resolves when a delivery is durable in the store or in the spool, and rejects
 * only where neither can take it. While anything waits, what comes after waits behind it. What else
 * a request asks of the store is rejected where the store stalls. What the store refuses for its own
 * sake leaves the spool for `setAside`, and holds up nobody.
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
  const intake = new Intake(store, spool, log);
  const outflow = new Outflow(store, setAside, log);
  /**
   * Before its first answer no endpoint is known, so nothing can be verified, and nothing be
   * spooled.
   */
  let hasAnswered = false;
  const onAnswer = () => {
    hasAnswered = true;
  };
  const steps = withSteps(store, {
    ...stepsInTime(store, onAnswer),
    storeDeliveries: (batch) => intake.take(batch),
    close: async () => {
      await spool.close();
      await setAside.close();
      await store.close();
    },
  });
  return {
    ...steps,
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
      return hasAnswered ? intake.failure : "the database has not answered since the start";
    },
    drain: async () => {
      if (intake.failure !== undefined) await intake.lookForRoom();
      if (spool.size > 0) await drainSpool(spool, intake, outflow, log);
      return spool.size;
    },
  };
}

/**
 * A delivery's endpoint is looked up before it can wait anywhere, and a probe wants its answer too.
 */
function stepsInTime(
  store: Store,
  onAnswer: () => void,
): Pick<Store, "findEndpoint" | "pinEndpoint" | "ping"> {
  const answered = async <Result>(step: Promise<Result>): Promise<Result> => {
    const result = await inTime(step);
    onAnswer();
    return result;
  };
  return {
    findEndpoint: (id) => answered(store.findEndpoint(id)),
    pinEndpoint: (id, pin) => inTime(store.pinEndpoint(id, pin)),
    ping: () => answered(store.ping()),
  };
}

/** Takes deliveries in: the store, or the spool where the store does not. */
class Intake {
  readonly #store: DeliveryStore;
  readonly #spool: Spool;
  readonly #log: Logger;
  /** What waits, by what makes a duplicate. */
  readonly #waiting = new Map<string, string>();
  #failure: string | undefined;

  constructor(store: DeliveryStore, spool: Spool, log: Logger) {
    this.#store = store;
    this.#spool = spool;
    this.#log = log;
  }

  /** Of the last delivery, where neither the store nor the spool took it. */
  get failure(): string | undefined {
    return this.#failure;
  }

  async take(batch: readonly NewDelivery[]): Promise<readonly Stored[]> {
    if (this.#spool.size > 0) return this.#spoolAll(batch);
    try {
      const stored = await inTime(this.#store.storeDeliveries(batch));
      this.#failure = undefined;
      return stored;
    } catch (error) {
      this.#log.warn("the store did not take it, deliveries wait in the spool", {
        error: messageOf(error),
      });
      return this.#spoolAll(batch);
    }
  }

  /**
   * A process that is not ready is sent nothing, and would never learn that there is room again.
   */
  async lookForRoom(): Promise<void> {
    try {
      await this.#spool.probe();
      this.#failure = undefined;
    } catch (error) {
      this.#log.warn("there is still no room for deliveries", { error: messageOf(error) });
    }
  }

  /** Nothing waits any more. */
  forgetWaiting(): void {
    this.#waiting.clear();
  }

  #spoolAll(batch: readonly NewDelivery[]): Promise<readonly Stored[]> {
    return Promise.all(batch.map((delivery) => this.#spoolOne(delivery)));
  }

  async #spoolOne(delivery: NewDelivery): Promise<Stored> {
    const key = `${delivery.endpointId}\n${delivery.providerDeliveryId}`;
    const first = this.#waiting.get(key);
    if (first !== undefined) return { status: "duplicate", id: first };
    try {
      await this.#spool.append(delivery);
    } catch (error) {
      this.#failure = `neither the store nor the spool takes deliveries: ${messageOf(error)}`;
      throw error;
    }
    this.#failure = undefined;
    this.#waiting.set(key, delivery.id);
    return { status: "accepted", id: delivery.id };
  }
}

/** Hands what waited to the store, and sets aside what the store will never take. */
class Outflow {
  readonly #store: DeliveryStore;
  readonly #setAside: SetAside;
  readonly #log: Logger;

  constructor(store: DeliveryStore, setAside: SetAside, log: Logger) {
    this.#store = store;
    this.#setAside = setAside;
    this.#log = log;
  }

  /** All at once; one by one where one of them is to blame. */
  async handOver(batch: readonly NewDelivery[]): Promise<void> {
    try {
      await this.#store.storeDeliveries(batch);
    } catch (error) {
      if (!isRowError(error)) throw error;
      const [delivery] = batch;
      if (batch.length === 1 && delivery) return this.#keepAside(delivery, error);
      for (const one of batch) await this.handOver([one]);
    }
  }

  async #keepAside(delivery: NewDelivery, error: Error): Promise<void> {
    const isNew = await this.#setAside.keep(delivery);
    const { id, endpointId } = delivery;
    const facts = { delivery_id: id, endpoint: endpointId, reason: error.message };
    if (isNew) this.#log.error("the store refuses a delivery, it is set aside", facts);
  }
}

async function drainSpool(
  spool: Spool,
  intake: Intake,
  outflow: Outflow,
  log: Logger,
): Promise<void> {
  const before = spool.size;
  try {
    await spool.drain((batch) => outflow.handOver(batch));
    intake.forgetWaiting();
    log.info("the spool is drained", { deliveries: before });
  } catch (error) {
    log.warn("the store is still away", { spooled: spool.size, error: messageOf(error) });
  }
}

/** Should it be stored all the same later on, the spooled copy is recognised as its duplicate. */
const inTime = <Result>(step: Promise<Result>): Promise<Result> =>
  withTimeout(step, STALL_MS, () => new StoreAwayError(`no answer within ${STALL_MS} ms`));
