/** What has been told, and what is counted to be told as one. Types only. */

/**
 * One outcome of one deployment, told to one audience. One insert wins, in any order, on any
 * process.
 */
export interface Told {
  readonly account: string;
  /** Deployment, attempt and outcome as one text. */
  readonly toldKey: string;
  /** Channels as one text, sorted; empty: everyone the key reaches. */
  readonly audience: string;
  readonly endpointId: string;
  readonly runId: string | null;
  /** The push that says it; null where it was told without one of its own. */
  readonly commandId: string | null;
  /** By the gateway's clock. */
  readonly at: number;
}

/** Outcomes that are counted instead of told one by one; a sweep makes one passive push of them. */
export interface Fold {
  readonly endpointId: string;
  /** What is folded together, e.g. the bots' runs of a line. */
  readonly foldKey: string;
  readonly windowStart: number;
  /** By outcome. */
  readonly counts: Readonly<Record<string, number>>;
  readonly firstAt: number;
  /** When it is told. What wakes for it is a row of `due`. */
  readonly dueAt: number;
  readonly told: boolean;
  /** What the push needs besides the counts: names, link and the like. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** As loaded; 0 for one that was not there. */
  readonly version: number;
}
