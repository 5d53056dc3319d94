/** What a store says of a value that it can never take, whatever else it is asked. No I/O. */

/**
 * A step of a store failed because of a row that was to be written: it fails again as it stands,
 * while other rows are taken. Every other rejection of a store means that it is broken or away. The
 * driver's own error is the `cause`.
 */
export class RowRejectedError extends Error {
  override readonly name = "RowRejectedError";
}

export const isRowError = (error: unknown): error is RowRejectedError =>
  error instanceof RowRejectedError;
