/** What a store says where it does not answer. No I/O. */

/**
 * The database is away, restarts or hangs: the step may succeed later. Nobody knows whether its
 * writes took effect. The driver's own error is the `cause`.
 */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

export const isStoreAway = (error: unknown): error is StoreAwayError =>
  error instanceof StoreAwayError;
