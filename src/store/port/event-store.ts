import type { CallRecord, StoreEvent } from "../../model/call-record.ts";
import type { Page, Paged } from "./page.ts";

/** What was called, and what happened. */
export interface EventStore {
  /**
   * The calls made for a stream, newest first; only those made from `since` on and before `until`,
   * in ms since the epoch. A page of calls that are long ago may be short, and have a next one.
   */
  listCalls(
    streamKey: string,
    page: Page & { readonly since?: number | undefined; readonly until?: number | undefined },
  ): Promise<Paged<CallRecord>>;
  /**
   * What was stored since `cursor` (the `next` of an earlier answer), oldest first by kind. Without
   * a cursor it answers nothing but where the feed stands. At least once: what was stored in the
   * seconds before `now` may come again, as other processes may still commit what is older. A text
   * that is no cursor of ours counts as none.
   */
  eventsAfter(
    cursor: string | undefined,
    options: { limit: number; now: number },
  ): Promise<{ readonly events: readonly StoreEvent[]; readonly next: string }>;
}
