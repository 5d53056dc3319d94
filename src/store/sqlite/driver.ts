/** What the SQLite store asks of a SQLite: node:sqlite and Cloudflare D1 both can. Types only. */

export type SqliteValue = string | number | null;

/** A row as its values in column order. */
export type SqliteRow = SqliteValue[];

export interface SqliteStatement {
  readonly sql: string;
  readonly params: readonly SqliteValue[];
}

export interface SqliteDriver {
  /** How many parameters one statement may have: 32,766 in SQLite itself, 100 on D1. */
  readonly maxParameters: number;
  /**
   * Runs the statements in order in one transaction, durable on return; a failing one undoes all and rejects with
   * SQLite's words in the message. One list of rows per statement, empty where it returns none.
   */
  batch(statements: readonly SqliteStatement[]): Promise<SqliteRow[][]>;
  close(): Promise<void>;
}
