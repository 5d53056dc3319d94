/**
 * The loops of a gateway in a Node process: digest and dispatch, which wake-ups hasten, and the
 * sweeps beside them.
 */
import { DIGEST_BATCH } from "../../digest/digest.ts";
import type { Gateway } from "../../gateway.ts";
import type { Changes } from "../../observability/changes.ts";
import type { Clock, Logger, WakeReason, Waker } from "../../ports.ts";
import { startLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import type { SpooledStore } from "./spool/spooled-store.ts";

/** A lost wake-up costs this much at most. */
const SWEEP_MS = 1_000;
const REFUSED_SWEEP_MS = 250;
const SLOTS_SWEEP_MS = 60_000;
const CANARY_SWEEP_MS = 30_000;
const RETENTION_SWEEP_MS = 5 * 60_000;

export class WorkLoops {
  readonly #changes: Changes;
  readonly #clock: Clock;
  readonly #woken = new Map<WakeReason, Loop>();
  #housekeeping: readonly Loop[] = [];

  constructor(changes: Changes, clock: Clock) {
    this.#changes = changes;
    this.#clock = clock;
  }

  /** Wakes the loop, if it has begun, and tells whoever watches. */
  readonly waker: Waker = {
    wake: (what) => {
      this.#woken.get(what)?.wake();
      this.#changes.ring();
    },
  };

  begin(gateway: Gateway, store: SpooledStore, log: Logger): void {
    const shared = { now: () => this.#clock.now(), log };
    const digesting = { ...shared, name: "digest", sweepMs: SWEEP_MS };
    this.#woken.set("deliveries", startLoop({ ...digesting, step: () => this.#digest(gateway) }));
    this.#woken.set(
      "commands",
      startLoop({
        ...shared,
        name: "dispatch",
        sweepMs: SWEEP_MS,
        // What did not fit beside the calls in flight is begun when one of them ends, which wakes
        // the loop.
        step: () => doneAtOnce(gateway.dispatch()),
        nextDue: (notYetAt) => store.nextCommandDue(notYetAt),
      }),
    );
    this.#housekeeping = sweepsOf(gateway, store, this.waker).map((it) =>
      startLoop({ ...it, ...shared }),
    );
  }

  /** Resolves when the steps under way are over; none begins after. */
  async stop(): Promise<void> {
    const loops = [...this.#housekeeping, ...this.#woken.values()];
    await Promise.all(loops.map((loop) => loop.stop()));
  }

  async #digest(gateway: Gateway): Promise<number> {
    const done = await gateway.digest();
    if (done > 0) this.#changes.ring();
    // What comes later wakes the loop again, so only a full batch leaves anything behind.
    return done < DIGEST_BATCH ? 0 : done;
  }
}

const sweepsOf = (gateway: Gateway, store: SpooledStore, waker: Waker) => [
  { name: "spool", step: () => drainSpool(store, waker), sweepMs: SWEEP_MS },
  {
    name: "refused",
    step: () => doneAtOnce(gateway.writeRefused()),
    sweepMs: REFUSED_SWEEP_MS,
  },
  { name: "slots", step: () => gateway.releaseStaleSlots(), sweepMs: SLOTS_SWEEP_MS },
  { name: "canary", step: () => doneAtOnce(gateway.flyCanary()), sweepMs: CANARY_SWEEP_MS },
  { name: "retention", step: () => gateway.trim(), sweepMs: RETENTION_SWEEP_MS },
];

/** Nothing is left over for the next turn: what comes later is swept later. */
async function doneAtOnce(step: Promise<unknown>): Promise<number> {
  await step;
  return 0;
}

async function drainSpool(store: SpooledStore, waker: Waker): Promise<number> {
  const before = store.spooled;
  const left = await store.drain();
  if (left < before) waker.wake("deliveries");
  return 0;
}
