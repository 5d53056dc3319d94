/** What was thrown, as text for a log or a person. Pure. */

/**
 * The message of an error. An aggregate, as failed attempts to connect throw it, has no words of
 * its own: its first error speaks for it.
 */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

/** The stack with the message above it, else the message: for what should not have happened. */
export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
