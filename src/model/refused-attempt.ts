/** A request to a known endpoint that was refused before it became a delivery. */

/** How many are kept for each endpoint. */
export const REFUSED_ATTEMPTS_KEPT = 50;

export interface RefusedAttempt {
  readonly at: number;
  /** Why, for the operator: the sender learns only the status. */
  readonly reason: string;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Lower case, without values. */
  readonly headerNames: readonly string[];
  /** The sender's address, where it is known. */
  readonly sender: string | null;
  readonly event: string | null;
}

export interface RefusedTotal {
  readonly endpointId: string;
  /** Since the endpoint was made; only the newest are kept. */
  readonly total: number;
  readonly lastAt: number;
  readonly lastReason: string;
}
