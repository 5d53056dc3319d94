/** An incident: something that is wrong, with a memory. Types only. */

export type IncidentState = "firing" | "acknowledged" | "resolved";

export interface IncidentFacts {
  /** What its last report says. */
  readonly title?: string;
  readonly url?: string;
  /** Of a group: which incidents it is made of, the first hundred. */
  readonly members?: readonly string[];
  /** A newer deployment of its line that is live ends it. */
  readonly isMendedByDeploying?: boolean;
  /** A person wants to hear no more of it until it is over. */
  readonly muted?: boolean;
}

export interface Incident {
  readonly endpointId: string;
  /**
   * The provider's id of the incident, or of the group of alerts that are one. Unique per endpoint.
   */
  readonly incidentKey: string;
  readonly state: IncidentState;
  /** Rank of the adapter's severity: greater is worse. */
  readonly severity: number;
  /** When it began to fire, by the provider's clock. */
  readonly since: number;
  readonly lastSeenAt: number;
  /** Null while nobody has been told of it. */
  readonly lastToldAt: number | null;
  readonly toldSeverity: number | null;
  /**
   * The channels that were told; empty: everyone the key reaches. Null while nobody has been told.
   */
  readonly toldAudience: readonly string[] | null;
  /** How often it was reported. */
  readonly count: number;
  /** When it closes by itself without another report. What wakes for it is a row of `due`. */
  readonly closesAt: number | null;
  readonly projectKey: string | null;
  readonly lineKey: string | null;
  readonly environment: string | null;
  /** The failed run that it belongs to. */
  readonly runId: string | null;
  /** What a later telling needs of it: title, link and the like. */
  readonly facts: IncidentFacts;
  /** As loaded; 0 for one that was not there. */
  readonly version: number;
}
