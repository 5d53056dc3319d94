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

export function createRepeatedLines(write: Write, clock: Clock): RepeatedLines {
  const kinds = new Map<string, Counted>();

  function tell({ message, facts, count, since }: Counted): void {
    if (count === 0) return;
    const seconds = Math.round((clock.now() - since) / 1000);
    write(message, { ...facts, repeated: count, within_seconds: seconds });
  }

  function begin(kind: string, message: string, facts: Facts): void {
    kinds.set(kind, { message, facts, count: 0, since: clock.now() });
    write(message, facts);
    if (kinds.size <= MAX_KINDS) return;
    for (const [oldest, counted] of kinds) {
      tell(counted);
      kinds.delete(oldest);
      break;
    }
  }

  const isOver = ({ since }: Counted) => Math.abs(clock.now() - since) >= MINUTE_MS;

  return {
    write: (kind, message, facts) => {
      const counted = kinds.get(kind);
      if (counted && !isOver(counted)) {
        counted.count += 1;
        counted.facts = facts;
        return;
      }
      if (counted) {
        kinds.delete(kind);
        tell(counted);
      }
      begin(kind, message, facts);
    },
    flush: () => {
      for (const [kind, counted] of kinds) {
        if (!isOver(counted)) continue;
        kinds.delete(kind);
        tell(counted);
      }
    },
  };
}
