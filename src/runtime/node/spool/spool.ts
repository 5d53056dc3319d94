/**
 * Where verified deliveries wait on disk while the store is away: an append-only file of
 * checksummed records, synced before an append resolves. A torn tail (a crash while writing) is cut
 * off at the next start: it was never acknowledged. A damaged record costs itself only, and is kept
 * beside the file.
 */
import { mkdirSync } from "node:fs";
import { open } from "node:fs/promises";
import { dirname } from "node:path";
import type { NewDelivery } from "../../../model/delivery.ts";
import { countDamaged, keepDamaged } from "./damaged.ts";
import { MAX_RECORD_BYTES, recordOf, recover } from "./spool-records.ts";
import { SyncedFile } from "./synced-file.ts";

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
  drain(store: (batch: Batch) => Promise<unknown>): Promise<void>;
  /** How many pieces of it were found that are no records any more; they are kept beside it. */
  readonly damaged: number;
  /** Resolves where the disk takes what is written. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

const DRAIN_BATCH = 50;
/** What waits is held in memory too, so it must end somewhere: some 25,000 deliveries of 10 KB. */
const MAX_FILE_BYTES = 256 * 1024 * 1024;

type Batch = readonly NewDelivery[];

interface Gathered {
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
  const { deliveries, end } = await recover(handle, (pieces) => keepDamaged(file, pieces));
  return new FileSpool(new SyncedFile(handle, end), file, deliveries);
}

class FileSpool implements Spool {
  readonly #file: SyncedFile;
  readonly #path: string;
  readonly #waiting: NewDelivery[];
  /** What is written next, in one piece. */
  readonly #gathering: Gathered[] = [];
  /** The file's turn: one write, probe or emptying at a time. */
  #writing: Promise<void> | undefined;
  #draining: Promise<void> | undefined;

  constructor(file: SyncedFile, path: string, found: Batch) {
    this.#file = file;
    this.#path = path;
    this.#waiting = [...found];
  }

  get size(): number {
    return this.#waiting.length + this.#gathering.length;
  }

  get damaged(): number {
    return countDamaged(this.#path);
  }

  async append(delivery: NewDelivery): Promise<void> {
    const record = recordOf(delivery);
    if (record.length > MAX_RECORD_BYTES) throw new Error("the delivery is too large to spool");
    if (this.#file.length + record.length > MAX_FILE_BYTES) throw new Error("the spool is full");
    return new Promise((resolve, reject) => {
      this.#gathering.push({ record, delivery, resolve, reject });
      this.#writing ??= this.#flush();
    });
  }

  async probe(): Promise<void> {
    await (this.#writing ??= this.#inTurn(() => this.#file.probe()));
  }

  drain(store: (batch: Batch) => Promise<unknown>): Promise<void> {
    this.#draining ??= this.#drainAll(store).finally(() => {
      this.#draining = undefined;
    });
    return this.#draining;
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  /** One batch in flight; the next gathers meanwhile. */
  async #flush(): Promise<void> {
    while (this.#gathering.length > 0) {
      const batch = this.#gathering.splice(0);
      try {
        await this.#file.append(Buffer.concat(batch.map(({ record }) => record)));
        for (const { delivery, resolve } of batch) {
          this.#waiting.push(delivery);
          resolve();
        }
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = undefined;
  }

  /** In place of a write, so that nothing is appended meanwhile; what gathered comes after it. */
  async #inTurn(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } finally {
      await this.#flush();
    }
  }

  async #drainAll(store: (batch: Batch) => Promise<unknown>): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, DRAIN_BATCH);
      await store(batch);
      this.#waiting.splice(0, batch.length);
    }
    if (this.#file.length > 0 && !this.#writing)
      await (this.#writing = this.#inTurn(() => this.#file.empty()));
  }
}
