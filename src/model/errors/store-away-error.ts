/** What a store says where it does not answer. No I/O. */

/**
 * The database is away, restarts or hangs: the step may pass later. Whether what was to be written
 * is written is not known. The driver's own error is the `cause`.
 */
export class StoreAwayError extends Error {
  override readonly name = "StoreAwayError";
}

export const isStoreAway = (error: unknown): error is StoreAwayError =>
  error instanceof StoreAwayError;
