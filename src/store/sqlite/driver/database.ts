/**
 * Drizzle over a SqliteDriver, and what several steps share. Every step is one batch: nothing runs
 * outside of one.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { drizzle } from "drizzle-orm/sqlite-proxy";
import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import { parametersOf } from "../../hot-statement.ts";
import type { Values } from "../../hot-statement.ts";
import type { Durability } from "../../port.ts";
import type { SqliteDriver, SqliteStatement } from "./driver.ts";
import { refusals } from "../schema.ts";

export type Database = SqliteRemoteDatabase;
export type Statement = BatchItem<"sqlite">;
export type Refusal = "conflict" | "claim_lost";

export function openDatabase(driver: SqliteDriver, durability: Durability = "synced"): Database {
  return drizzle(
    () => Promise.reject(new Error("A step of the SQLite store is one batch.")),
    async (queries) => (await driver.batch(queries, durability)).map((rows) => ({ rows })),
  );
}

/**
 * A hot statement, built at its first call. Throws where a value for one of its `arg`s is missing.
 */
export function compiled<Built extends Statement>(build: () => Built): (values: Values) => Built {
  let built: Prepared | undefined;
  return (values) => {
    const statement = (built ??= preparedOf(build()));
    const query = statement.getQuery();
    const bound = {
      getQuery: () => ({ ...query, params: parametersOf(query.params, values) }),
      mapResult: (rows: unknown, isFromBatch: boolean) => statement.mapResult(rows, isFromBatch),
    };
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that drizzle's `batch` asks of a statement
    return { _prepare: () => bound } as never;
  };
}

/**
 * A hot statement's LIMIT. SQLite looks into one that is a parameter and nothing else, and so would
 * compile the statement anew at every call, which takes longer than to run it.
 */
export const limitOf = (count: number): number =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- drizzle writes down whatever stands there
  sql`${count} + 0` as never;

/** SQL text as one of the statements of a drizzle batch. */
export const asStatement = ({ sql, params }: SqliteStatement): Statement =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that drizzle's `batch` asks of a statement
  ({
    _prepare: () => ({
      getQuery: () => ({ sql, params }),
      mapResult: ({ rows }: { readonly rows: readonly unknown[] }) => rows,
    }),
  }) as never;

/** What drizzle's `batch` asks of a statement, by a method that its types keep to itself. */
interface Prepared {
  getQuery(): { readonly sql: string; readonly params: readonly unknown[] };
  mapResult(rows: unknown, isFromBatch: boolean): unknown;
}
const preparedOf = (statement: object): Prepared =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every statement of drizzle has it
  (statement as { _prepare(): Prepared })._prepare();

/** A statement that undoes the batch it stands in unless the condition holds. */
export function refuseUnless(db: Database, reason: Refusal, condition: SQL): Statement {
  return db.insert(refusals).select(sql`select ${reason} where not (${condition})`);
}

/** The reason of a batch's refusal, undefined for every other error. */
export function refusalOf(error: unknown): Refusal | undefined {
  const message = error instanceof Error ? error.message : "";
  return (["conflict", "claim_lost"] as const).find((reason) =>
    message.includes(`CHECK constraint failed: ${reason}`),
  );
}
