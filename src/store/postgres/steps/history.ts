/** What a track's past runs tell of the present one, Postgres dialect. */
import { and, desc, eq, inArray, lt, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { toRunRecord } from "../../records.ts";
import { MAX_DURATION_MS } from "../../../tracking/plausible.ts";
import type { Database } from "../driver/database.ts";
import { runs, tracks } from "../schema.ts";

export function historySteps(
  db: Database,
): Pick<Store, "recentDurations" | "durationsUnder" | "lastConclusion"> {
  return {
    async recentDurations(trackId, limit) {
      const duration = sql<number>`(${runs.endedAt} - ${runs.startedAt})::float8`;
      const rows = await db
        .select({ duration })
        .from(runs)
        .where(
          and(
            eq(runs.trackId, trackId),
            eq(runs.excluded, false),
            eq(runs.state, "succeeded"),
            sql`${duration} between 0 and ${MAX_DURATION_MS}`,
          ),
        )
        .orderBy(desc(runs.createdAt), desc(runs.runId))
        .limit(limit);
      return rows.map((row) => row.duration);
    },

    async durationsUnder(endpointId, keyPrefix, limit) {
      const duration = sql<number>`(${runs.endedAt} - ${runs.startedAt})::float8`;
      const rows = await db
        .select({ duration })
        .from(runs)
        .innerJoin(tracks, eq(tracks.id, runs.trackId))
        .where(
          and(
            eq(tracks.endpointId, endpointId),
            sql`starts_with(${tracks.key}, ${keyPrefix})`,
            eq(runs.excluded, false),
            eq(runs.state, "succeeded"),
            sql`${duration} between 0 and ${MAX_DURATION_MS}`,
          ),
        )
        .orderBy(desc(runs.createdAt), desc(runs.runId))
        .limit(limit);
      return rows.map((row) => row.duration);
    },

    async lastConclusion(trackId, before) {
      const [row] = await db
        .select()
        .from(runs)
        .where(
          and(
            eq(runs.trackId, trackId),
            eq(runs.excluded, false),
            inArray(runs.state, ["succeeded", "failed"]),
            lt(runs.endedAt, before),
          ),
        )
        .orderBy(desc(runs.createdAt), desc(runs.runId))
        .limit(1);
      return row && toRunRecord(row);
    },
  };
}
