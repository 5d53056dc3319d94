/** Something that waits for its time. All waiting is such a row, found by one sweep. Types only. */

export interface Due {
  /**
   * What is to be done then, e.g. `incident`, `fold`, `held_telling`, `provisional`, `waiting`,
   * `expected`.
   */
  readonly kind: string;
  /** Unique within the kind. */
  readonly key: string;
  /** By the gateway's clock. Null in a write: it waits no longer, and the row goes. */
  readonly dueAt: number | null;
  readonly endpointId: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** How often it was claimed. */
  readonly attempts: number;
  /** As loaded; 0 for one that was not there. */
  readonly version: number;
}

/**
 * A due row that this process works on. It comes due again at the end of the lease unless it is
 * written before.
 */
export interface ClaimedDue extends Due {
  readonly dueAt: number;
}
