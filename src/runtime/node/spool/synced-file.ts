/**
 * A file that is only appended to and emptied, each of it synced. Holds no queue: its owner makes
 * one call at a time.
 */
import type { FileHandle } from "node:fs/promises";

/** As much as a small delivery. */
const ZEROS = Buffer.alloc(4096);

export class SyncedFile {
  readonly #file: FileHandle;
  #length: number;
  /** Beyond its length there may be what a failed write left. */
  #isTorn = false;

  /** @param length the bytes from its start that are whole */
  constructor(file: FileHandle, length: number) {
    this.#file = file;
    this.#length = length;
  }

  get length(): number {
    return this.#length;
  }

  /** Durable when it resolves. Rejects where the disk cannot take it; then nothing of it counts. */
  async append(bytes: Buffer): Promise<void> {
    // What a failed write left must not stand in the way of what comes after it.
    if (this.#isTorn) await this.#file.truncate(this.#length);
    this.#isTorn = true;
    await this.#file.appendFile(bytes);
    await this.#file.datasync();
    this.#isTorn = false;
    this.#length += bytes.length;
  }

  /** Rejects where the disk does not take what is written. What a crash leaves of it is a torn tail. */
  async probe(): Promise<void> {
    await this.append(ZEROS);
    this.#length -= ZEROS.length;
    await this.#file.truncate(this.#length);
  }

  async empty(): Promise<void> {
    await this.#file.truncate(0);
    this.#length = 0;
    this.#isTorn = false;
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}
