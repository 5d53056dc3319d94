/** How a line stands: what was last told and ended there, and what serves. Types only. */

/**
 * What was last told and what last ended of one line on one branch (or environment, where a run has
 * no branch).
 */
export interface Standing {
  readonly endpointId: string;
  readonly lineKey: string;
  /** Branch and environment, as `scopeOf` in `tracking/track.ts` writes them. */
  readonly scope: string;
  /** The run that ended last by the provider's clock, whether or not it was told. */
  readonly lastRunId: string | null;
  /** When it ended, by the provider's clock. */
  readonly lastEndedAt: number | null;
  readonly lastOutcome: string | null;
  /** What the last push said. "Again" and "fixed after" read it. */
  readonly toldOutcome: string | null;
  readonly toldAt: number | null;
  /** The channels that were told; empty: everyone the key reaches. */
  readonly toldAudience: readonly string[] | null;
  /** When the first failure of an unbroken row of them ended, by the provider's clock. */
  readonly failingSince: number | null;
  readonly failuresInARow: number;
  /** By the gateway's clock. */
  readonly updatedAt: number;
  /** As loaded; 0 for one that was not there. */
  readonly version: number;
}

/** Which run serves a project's line in an environment. */
export interface Serving {
  readonly endpointId: string;
  readonly projectId: string;
  /** Empty where the project is one line. */
  readonly lineId: string;
  /** Empty where the provider has none. */
  readonly environment: string;
  readonly runId: string;
  /** By the provider's clock. */
  readonly since: number;
  readonly how: "live" | "promoted" | "restored" | "rolled_back";
  readonly commit: string | null;
  /** As loaded; 0 for one that was not there. */
  readonly version: number;
}
