/**
 * Where verified deliveries wait on disk while the store is away: an append-only file of
 * checksummed records, synced before an append resolves. A torn tail (a crash while writing) is cut
 * off at the next start: it was never acknowledged. A damaged record costs itself only, and is kept
 * beside the file.
 */
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { NewDelivery } from "../../../model/delivery.ts";
import { countDamaged, keepDamaged } from "./damaged.ts";
import { MAX_RECORD_BYTES, recordOf, recover } from "./spool-records.ts";
import type { Recovered } from "./spool-records.ts";

export interface Spool {
  /**
   * Durable when it resolves; appends that come together share one sync. Rejects where the disk
   * cannot take it.
   */
  append(delivery: NewDelivery): Promise<void>;
  /** How many deliveries wait. */
  readonly size: number;
  /**
   * Hands all that waits to `store`, oldest first, in batches; what was appended meanwhile too.
   * Empties the file when everything is stored. Where `store` rejects, the rest stays and so does
   * the rejection.
   */
  drain(store: (batch: readonly NewDelivery[]) => Promise<unknown>): Promise<void>;
  /** How many pieces of it were found that are no records any more; they are kept beside it. */
  readonly damaged: number;
  /** Resolves where the disk takes what is written. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** As much as a small delivery. */
const ZEROS = Buffer.alloc(4096);
const DRAIN_BATCH = 50;
/** What waits is held in memory too, so it must end somewhere: some 25,000 deliveries of 10 KB. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

interface Waiting {
  readonly record: Buffer;
  readonly delivery: NewDelivery;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Opens a spool file, with what an earlier process left in it. One process at a time may have it
 * open.
 */
export async function openSpool(file: string): Promise<Spool> {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const handle = await open(file, "a+", 0o600);
  const found = await recover(handle, (pieces) => keepDamaged(file, pieces));
  return createSpool(handle, file, found);
}

function createSpool(file: FileHandle, path: string, { deliveries, end }: Recovered): Spool {
  const waiting = [...deliveries];
  const gathering: Waiting[] = [];
  let length = end;
  let isTorn = false;
  let writing: Promise<void> | undefined;
  let draining: Promise<void> | undefined;

  /** One batch in flight; the next gathers meanwhile. */
  async function flush(): Promise<void> {
    while (gathering.length > 0) {
      const batch = gathering.splice(0);
      try {
        await write(Buffer.concat(batch.map(({ record }) => record)));
        for (const { delivery, resolve } of batch) {
          waiting.push(delivery);
          resolve();
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  }

  async function write(bytes: Buffer): Promise<void> {
    // What a failed write left must not stand in the way of what comes after it.
    if (isTorn) await file.truncate(length);
    isTorn = true;
    await file.appendFile(bytes);
    await file.datasync();
    isTorn = false;
    length += bytes.length;
  }

  async function drainAll(
    store: (batch: readonly NewDelivery[]) => Promise<unknown>,
  ): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, DRAIN_BATCH);
      await store(batch);
      waiting.splice(0, batch.length);
    }
    if (length > 0 && !writing) await (writing = empty());
  }

  /** In the turn of a write. What a crash leaves of it is a torn tail. */
  async function tryOut(): Promise<void> {
    try {
      await write(ZEROS);
      length -= ZEROS.length;
      await file.truncate(length);
    } finally {
      await flush();
    }
  }

  /** In the turn of a write, so that nothing is appended to a file that is being cut. */
  async function empty(): Promise<void> {
    try {
      await file.truncate(0);
      length = 0;
      isTorn = false;
    } finally {
      await flush();
    }
  }

  return {
    get size() {
      return waiting.length + gathering.length;
    },
    append: async (delivery) => {
      const record = recordOf(delivery);
      if (record.length > MAX_RECORD_BYTES) throw new Error("the delivery is too large to spool");
      if (length + record.length > MAX_FILE_BYTES) throw new Error("the spool is full");
      return new Promise((resolve, reject) => {
        gathering.push({ record, delivery, resolve, reject });
        writing ??= flush();
      });
    },
    drain: (store) => {
      draining ??= drainAll(store).finally(() => {
        draining = undefined;
      });
      return draining;
    },
    get damaged() {
      return countDamaged(path);
    },
    probe: async () => {
      await (writing ??= tryOut());
    },
    close: async () => {
      await writing;
      await file.close();
    },
  };
}
