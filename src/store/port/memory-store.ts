import type { ClaimedDue } from "../../model/due.ts";
import type { Incident } from "../../model/telling/incident.ts";
import type { Memory, MemoryKeys } from "./memory.ts";

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
