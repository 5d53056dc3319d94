/** What a store says of a value that it can never take, whatever else it is asked. No I/O. */

/**
 * A step of a store failed because of a row that was to be written: it fails again as it stands, while other rows are
 * taken. Every other rejection of a store means that it is broken or away. The driver's own error is the `cause`.
 */
export class RefusedRowError extends Error {
  override readonly name = "RefusedRowError";
}

export const blamesRow = (error: unknown): error is RefusedRowError =>
  error instanceof RefusedRowError;
