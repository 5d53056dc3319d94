/**
 * Retention: deletes what is older than it needs to be kept, and the oldest where there is too
 * much. Never what is still owed.
 */
import type { Clock, Logger } from "../ports.ts";
import type { MaintenanceStore } from "../store/port.ts";

export interface TrimDeps {
  readonly store: MaintenanceStore;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long deliveries and ended runs are kept, in ms. */
  readonly keepMs: number;
  /** How much the deliveries may take, in bytes. */
  readonly keepBytes: number;
}

/** Small, so that nothing waits long for it. */
const BATCH = 500;
/** Not even where there is too much: what came in just now may still be looked at. */
const MIN_AGE_MS = 60 * 60_000;

/** Deletes one batch; returns how many rows went: 0 means that nothing more is to go. */
export async function trim({ store, clock, log, keepMs, keepBytes }: TrimDeps): Promise<number> {
  const now = clock.now();
  const old = await store.trim({ before: now - keepMs, limit: BATCH });
  if (old > 0) {
    log.info("trimmed", { rows: old, because: "age" });
    return old;
  }
  const { deliveryBytes } = await store.usage();
  if (deliveryBytes <= keepBytes) return 0;
  const rows = await store.trim({ before: now - MIN_AGE_MS, limit: BATCH });
  if (rows > 0) log.info("trimmed", { rows, because: "size", bytes: deliveryBytes });
  return rows;
}
