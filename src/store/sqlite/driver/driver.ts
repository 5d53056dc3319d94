/** What the SQLite store asks of a SQLite: node:sqlite and Cloudflare D1 both can. Types only. */
import type { Durability } from "../../port.ts";

export type SqliteValue = string | number | null;
/** Bytes are UTF-8, and to be cast to a text. */
export type SqliteParameter = SqliteValue | Uint8Array;

/** A row as its values in column order. */
export type SqliteRow = SqliteValue[];

export interface SqliteStatement {
  readonly sql: string;
  readonly params: readonly SqliteParameter[];
}

export interface SqliteDriver {
  /** How many parameters one statement may have: 32,766 in SQLite itself, 100 on D1. */
  readonly maxParameters: number;
  /**
   * Runs the statements in order in one transaction, synced unless told; a failing one undoes all
   * and rejects with SQLite's words in the message. One list of rows per statement, empty where it
   * returns none. A batch of reads may overtake batches that were not awaited.
   */
  batch(statements: readonly SqliteStatement[], durability?: Durability): Promise<SqliteRow[][]>;
  close(): Promise<void>;
}
