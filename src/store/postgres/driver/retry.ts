/**
 * Which errors of Postgres mean "again", which blame the data, and which stand. Everything known
 * about SQLSTATEs is here.
 */
import { DrizzleQueryError } from "drizzle-orm/errors";
import postgres from "postgres";
import { RowRejectedError } from "../../../model/errors/row-rejected-error.ts";

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const AGAIN = new Set([
  "40001", // serialization_failure
  "40P01", // deadlock_detected
]);
const UNIQUE_VIOLATION = "23505";

/**
 * Two steps wrote about one stream at the same moment, and the index let only one through: run
 * again, the other sees what the first one wrote and decides anew.
 */
const RACED_INDEXES = new Set([
  "commands_one_pending_per_stream",
  "commands_one_sending_per_stream",
]);

/**
 * Errors that a value in the statement causes: data_exception, program_limit_exceeded, not_null_
 * and check_violation.
 */
const ROW_CODES = ["22", "54", "23502", "23514"];
/** The driver's own code for a value that is missing: it sends no such statement. */
const MISSING_VALUE = "UNDEFINED_VALUE";

/**
 * https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-SEVERITY-LEVELS
 */
const LAST_WORDS = new Set(["FATAL", "PANIC"]);

const TRIES = 8;

/**
 * Runs a step until it passes, fails for good, or has failed often enough. Rejects with a
 * RowRejectedError where a value in the statement is to blame, so that other rows would have been
 * stored without it; else with the driver's own error.
 */
export async function retrying<Result>(step: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await step();
    } catch (error) {
      const cause = plain(error);
      if (isRowToBlame(cause)) throw new RowRejectedError(cause.message, { cause });
      if (tries === TRIES || !isRetryable(cause)) throw cause;
    }
  }
}

function isRowToBlame(error: unknown): error is Error {
  if (error instanceof postgres.PostgresError)
    return ROW_CODES.some((prefix) => error.code.startsWith(prefix));
  return error instanceof Error && "code" in error && error.code === MISSING_VALUE;
}

/**
 * True where the connection broke under a statement: the driver's own error, the system's, or the
 * server's last word on it.
 */
export function isConnectionLost(error: unknown): boolean {
  const cause = plain(error);
  if (cause instanceof postgres.PostgresError) return LAST_WORDS.has(cause.severity);
  if (!(cause instanceof Error)) return false;
  return "syscall" in cause || ("code" in cause && cause.code === "CONNECTION_CLOSED");
}

/**
 * SQLSTATE classes and codes of a server that cannot serve now: connections, resources, an
 * operator's doing, its system, and a standby that is not promoted yet.
 */
const AWAY_CODES = ["08", "53", "57P", "58", "25006"];
/** Some poolers say with a connection's code what is wrong for good. */
const WRONG_FOR_GOOD = /no such (database|user)|password|authentication|not allowed/i;

/** True where waiting may help: nothing answers, or the server says that it cannot serve now. */
export function isServerAway(error: unknown): error is Error {
  const cause = plain(error);
  if (cause instanceof postgres.PostgresError) {
    if (WRONG_FOR_GOOD.test(cause.message)) return false;
    return AWAY_CODES.some((prefix) => cause.code.startsWith(prefix));
  }
  if (cause instanceof AggregateError) return cause.errors.every(isServerAway);
  if (!(cause instanceof Error) || !("code" in cause)) return false;
  return "syscall" in cause || DRIVER_AWAY.has(String(cause.code));
}

/** The driver's own codes: https://github.com/porsager/postgres#error-handling */
const DRIVER_AWAY = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
]);

/** True where the same statement may pass when it is sent once more at once. */
export const isWorthRepeating = (error: unknown): boolean =>
  isConnectionLost(error) || isRetryable(plain(error));

export const isUniqueViolation = (error: unknown): boolean =>
  error instanceof postgres.PostgresError && error.code === UNIQUE_VIOLATION;

function isRetryable(error: unknown): boolean {
  if (!(error instanceof postgres.PostgresError)) return false;
  if (AGAIN.has(error.code)) return true;
  return error.code === UNIQUE_VIOLATION && RACED_INDEXES.has(error.constraint_name ?? "");
}

/**
 * Drizzle's wrapper quotes all parameters in its message: bodies and sealed secrets that no log may
 * see.
 */
function plain(error: unknown): unknown {
  return error instanceof DrizzleQueryError ? error.cause : error;
}
