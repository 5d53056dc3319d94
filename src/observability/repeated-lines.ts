/**
 * Log lines that a stranger can cause by the thousand: the first of a kind at once, then one a
 * minute with a count.
 */
import type { Clock } from "../ports.ts";

const MINUTE_MS = 60_000;
/** Beyond so many kinds the oldest is told and forgotten. */
const MAX_KINDS = 1_000;

type Facts = Readonly<Record<string, unknown>>;
type Write = (message: string, facts: Facts) => void;

export interface RepeatedLines {
  /** @param kind lines of one kind are counted together */
  write(kind: string, message: string, facts: Facts): void;
  /** Tells what was counted and is a minute old. */
  flush(): void;
}

interface Counted {
  readonly message: string;
  readonly since: number;
  facts: Facts;
  count: number;
}

export const createRepeatedLines = (write: Write, clock: Clock): RepeatedLines =>
  new CountedLines(write, clock);

class CountedLines implements RepeatedLines {
  readonly #write: Write;
  readonly #clock: Clock;
  readonly #kinds = new Map<string, Counted>();

  constructor(write: Write, clock: Clock) {
    this.#write = write;
    this.#clock = clock;
  }

  write(kind: string, message: string, facts: Facts): void {
    const counted = this.#kinds.get(kind);
    if (counted && !this.#isOver(counted)) {
      counted.count += 1;
      counted.facts = facts;
      return;
    }
    if (counted) this.#end(kind, counted);
    this.#begin(kind, message, facts);
  }

  flush(): void {
    for (const [kind, counted] of this.#kinds) if (this.#isOver(counted)) this.#end(kind, counted);
  }

  #begin(kind: string, message: string, facts: Facts): void {
    this.#kinds.set(kind, { message, facts, count: 0, since: this.#clock.now() });
    this.#write(message, facts);
    if (this.#kinds.size <= MAX_KINDS) return;
    for (const [oldest, counted] of this.#kinds) {
      this.#end(oldest, counted);
      break;
    }
  }

  #end(kind: string, { message, facts, count, since }: Counted): void {
    this.#kinds.delete(kind);
    if (count === 0) return;
    const seconds = Math.round((this.#clock.now() - since) / 1000);
    this.#write(message, { ...facts, repeated: count, within_seconds: seconds });
  }

  #isOver({ since }: Counted): boolean {
    return Math.abs(this.#clock.now() - since) >= MINUTE_MS;
  }
}
