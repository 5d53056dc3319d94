/** The calls under way, by account and feature, and how many more there may be. */
import { pacingKey } from "../pacing/ledger.ts";
import type { Feature } from "../model/command.ts";
import type { Clock } from "../ports.ts";

/**
 * Calls in flight per account: enough to spend a minute's budget at once, few enough to stay in
 * order of priority.
 */
const MAX_IN_FLIGHT = 8;
/**
 * Pushes cannot be repeated in safety, so as few as possible are under way when a process dies: one
 * for each so many calls a minute that there may be, and a failure beside one that is slow.
 */
const CALLS_PER_PUSH_IN_FLIGHT = 600;
const SLOW_PUSH_MS = 1_000;

/** Calls with the time at which each began. */
type Begun = Map<Promise<void>, number>;

export class Flights {
  readonly #clock: Clock;
  readonly #pushesPerMinute: number;
  readonly #begun = new Map<string, Begun>();

  /** @param pushesPerMinute how many an account may send */
  constructor(clock: Clock, pushesPerMinute: number) {
    this.#clock = clock;
    this.#pushesPerMinute = pushesPerMinute;
  }

  /** How many calls of a feature are under way. */
  count(account: string, feature: Feature): number {
    return this.#of(account, feature)?.size ?? 0;
  }

  /** How many more calls of a feature may be under way now. */
  room(account: string, feature: Feature): Readonly<Record<"urgent" | "other", number>> {
    const begun = this.#of(account, feature) ?? new Map<Promise<void>, number>();
    if (feature !== "notifications") {
      const room = MAX_IN_FLIGHT - begun.size;
      return { urgent: room, other: room };
    }
    const room = Math.ceil(this.#pushesPerMinute / CALLS_PER_PUSH_IN_FLIGHT) - begun.size;
    const isSlow = Math.min(...begun.values()) <= this.#clock.now() - SLOW_PUSH_MS;
    return { urgent: room === 0 && isSlow ? 1 : Math.max(0, room), other: Math.max(0, room) };
  }

  /** @param call never rejects; it is under way until it resolves */
  add(account: string, feature: Feature, call: Promise<void>): void {
    const key = pacingKey(account, feature);
    const begun: Begun = this.#begun.get(key) ?? new Map();
    this.#begun.set(key, begun);
    begun.set(call, this.#clock.now());
    void this.#landing(key, begun, call);
  }

  async #landing(key: string, begun: Begun, call: Promise<void>): Promise<void> {
    await call;
    begun.delete(call);
    if (begun.size === 0) this.#begun.delete(key);
  }

  /** When the oldest call began, in ms since the epoch; undefined where none is under way. */
  oldest(): number | undefined {
    const times = [...this.#begun.values()].flatMap((begun) => [...begun.values()]);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Resolves when the calls that are under way now are over. */
  async over(): Promise<void> {
    for (const begun of this.#begun.values()) await Promise.all(begun.keys());
  }

  #of(account: string, feature: Feature): Begun | undefined {
    return this.#begun.get(pacingKey(account, feature));
  }
}
