/**
 * What a digest remembers from one delivery to the next: how it is asked for, and how it is
 * written. Types only.
 */
import type { CardGroup } from "../../model/card/card-group.ts";
import type { ClaimedDue, Due } from "../../model/due.ts";
import type { Serving, Standing } from "../../model/run/standing.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Fold, Told } from "../../model/telling/telling.ts";

/** The rows to load. A list that is absent asks for nothing. */
export interface MemoryKeys {
  readonly incidents?: readonly Pick<Incident, "endpointId" | "incidentKey">[];
  readonly standings?: readonly Pick<Standing, "endpointId" | "lineKey" | "scope">[];
  readonly servings?: readonly Pick<
    Serving,
    "endpointId" | "projectId" | "lineId" | "environment"
  >[];
  /** For every audience that was told. */
  readonly told?: readonly Pick<Told, "account" | "toldKey">[];
  readonly folds?: readonly Pick<Fold, "endpointId" | "foldKey" | "windowStart">[];
  readonly cardGroups?: readonly Pick<CardGroup, "account" | "groupKey">[];
  readonly due?: readonly Pick<Due, "kind" | "key">[];
}

/** What was found, in no order. */
export interface Memory {
  readonly incidents: readonly Incident[];
  readonly standings: readonly Standing[];
  readonly servings: readonly Serving[];
  readonly told: readonly Told[];
  readonly folds: readonly Fold[];
  readonly cardGroups: readonly CardGroup[];
  readonly due: readonly Due[];
}

/**
 * Rows to write with a commit, each at most once. A row keeps the version that it was loaded with
 * (0: it was not there); where the store has another by now, the whole commit is a `conflict`. The
 * same holds for a told key that somebody else has told by now. A due row whose `dueAt` is null
 * goes.
 */
export type MemoryWrites = Partial<Memory>;

/** What is remembered from one digest to the next; written with `commitDigest`. */
export interface MemoryStore {
  loadMemory(keys: MemoryKeys): Promise<Memory>;
  /** Open incidents of a line, the oldest first: what a deployment that is live closes. */
  openIncidents(endpointId: string, lineKey: string): Promise<readonly Incident[]>;
  /**
   * Claims what is longest due, in no order, by putting it off until the lease ends; counts an
   * attempt. Whoever writes or removes the row with the version that this answers has done the
   * work; nobody else has.
   */
  claimDue(options: {
    now: number;
    limit: number;
    leaseMs: number;
  }): Promise<readonly ClaimedDue[]>;
  /** When the next row of `due` is due, also if that is past; undefined where nothing waits. */
  nextDue(): Promise<number | undefined>;
}
