/** Stores as a process sees them that dies, or whose database is away. Proxies; no clock of their own. */
import { StoreAwayError } from "../../../src/model/errors/store-away-error.ts";
import type { Settlement } from "../../../src/model/command.ts";
import type { Store } from "../../../src/store/port.ts";

export interface Life {
  /** Store steps until it dies; Infinity: it lives. */
  stepsLeft: number;
  isOver: boolean;
  /** Calls whose answer is not settled yet. */
  unsettled: number;
  /** Resolves when it is dead. */
  readonly death: Promise<void>;
  die: () => void;
}

export function newLife(): Life {
  const { promise, resolve } = Promise.withResolvers<void>();
  const life: Life = {
    stepsLeft: Infinity,
    isOver: false,
    unsettled: 0,
    death: promise,
    die: () => {
      life.isOver = true;
      resolve();
    },
  };
  return life;
}

/** What the dead are answered. */
export const never = new Promise<never>(() => undefined);

/**
 * The store of a process that dies before one of its steps: it hears and writes nothing any more. Not while a call has no
 * settled answer, for then nobody knows whether it was made; what becomes of that, `test/faults` proves.
 */
export function mortalStore(store: Store, life: Life): Store {
  const mortal = eachStep(store, async (step) => {
    if (!life.isOver && --life.stepsLeft <= 0 && life.unsettled === 0) life.die();
    return life.isOver ? never : step();
  });
  return new Proxy(mortal, {
    get(target, name) {
      if (name !== "settleCommand") return Reflect.get(target, name);
      return async (settlement: Settlement) => {
        const kept = await target.settleCommand(settlement);
        // One that was put off or skipped was no call.
        if (settlement.attempt) life.unsettled = Math.max(0, life.unsettled - 1);
        return kept;
      };
    },
  });
}

/** The store of a process whose database is away as long as it is told so. */
export const awayStore = (store: Store, isAway: () => boolean): Store =>
  eachStep(store, async (step) => {
    if (isAway()) throw new StoreAwayError("the database is away");
    return step();
  });

function eachStep(store: Store, around: (step: () => Promise<unknown>) => Promise<unknown>): Store {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return async (...given: unknown[]) =>
        around(async () => Reflect.apply(member, target, given));
    },
  });
}
