/** Something that waits for its time. All waiting is such a row, found by one sweep. Types only. */

/** What is to be done then. A row of another kind was written by a newer version. */
export const DUE_KINDS = [
  "held",
  "limit",
  "waiting",
  "fold",
  "incident",
  "grouped",
  "expected",
  "card",
  "default_branch",
] as const;
export type DueKind = (typeof DUE_KINDS)[number];

export interface Due {
  /** One of `DUE_KINDS`, as far as this version knows. */
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
