import type { RefusedAttempt, RefusedTotal } from "../../model/refused-attempt.ts";

/**
 * Requests to known endpoints that were refused: the newest of each endpoint, and how many there
 * were.
 */
export interface RefusedAttemptStore {
  /**
   * Adds to what is kept of an endpoint; the oldest beyond REFUSED_ATTEMPTS_KEPT go. Nothing where
   * the endpoint is gone.
   *
   * @param count how many there were, `latest` included
   * @param latest the newest of them, oldest first
   */
  addRefusedAttempts(
    endpointId: string,
    count: number,
    latest: readonly RefusedAttempt[],
  ): Promise<void>;
  /** Newest first. */
  listRefusedAttempts(endpointId: string): Promise<readonly RefusedAttempt[]>;
  /** Of all endpoints that ever refused one, by id. */
  refusedTotals(): Promise<readonly RefusedTotal[]>;
}
