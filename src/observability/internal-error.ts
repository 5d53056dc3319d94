/** What is said of a bug: the log gets everything, the sender only a number to find it by. */
import { newId } from "../util/id.ts";
import type { Logger } from "../ports.ts";
import { stackOf } from "../util/error-text.ts";

export interface UnexpectedAnswer {
  readonly status: 500;
  readonly body: Readonly<Record<string, string>>;
  readonly headers?: undefined;
}

/**
 * Logs the error and returns what the sender is told.
 *
 * @param where the path without what must not be logged
 * @param now ms since the epoch
 */
export function unexpected(
  log: Logger,
  error: unknown,
  where: { readonly method: string; readonly path: string },
  now: number,
): UnexpectedAnswer {
  const requestId = newId("req", now);
  const detail = stackOf(error);
  log.error("unexpected", { request_id: requestId, ...where, error: detail });
  const message = `Something broke here; the log has it under ${requestId}.`;
  return { status: 500, body: { error: "internal", message, request_id: requestId } };
}
