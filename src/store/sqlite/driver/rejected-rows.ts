/** Tells the errors of SQLite that blame a row from those of a database that is broken or away. */
import { RowRejectedError } from "../../../model/errors/row-rejected-error.ts";
import type { SqliteDriver } from "./driver.ts";

/**
 * A value that is too big, of no type that a column holds, or missing: in SQLite's words
 * (https://www.sqlite.org/rescode.html), which Node and D1 pass on, or in theirs where the value
 * did not get that far.
 */
const BLAMES_ROW =
  /string or blob too big|SQLITE_TOOBIG|NOT NULL constraint failed|cannot be bound to SQLite parameter|D1_TYPE_ERROR/;

/** The driver, whose batches reject with a RowRejectedError where a value cannot be stored. */
export function withRowErrors(driver: SqliteDriver): SqliteDriver {
  return {
    ...driver,
    batch: async (statements, durability) => {
      try {
        return await driver.batch(statements, durability);
      } catch (error) {
        if (error instanceof Error && BLAMES_ROW.test(error.message))
          throw new RowRejectedError(error.message, { cause: error });
        throw error;
      }
    },
  };
}
