/** What a digest reads: the track with its runs, and runs that time settles. SQLite dialect. */
import { and, asc, desc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Store } from "../../ports.ts";
import { toRunRecord } from "../records.ts";
import type { Database } from "./database.ts";
import { runs, tracks } from "./schema.ts";

export function digestReadSteps(db: Database): Pick<Store, "loadTrack" | "dueLooks"> {
  return {
    async loadTrack(endpointId, trackKey, runId) {
      const thisTrack = and(eq(tracks.endpointId, endpointId), eq(tracks.key, trackKey));
      const trackId = sql`(${db.select({ id: tracks.id }).from(tracks).where(thisTrack)})`;
      const [[track], [run], newest] = await db.batch([
        db.select().from(tracks).where(thisTrack),
        db
          .select()
          .from(runs)
          .where(and(eq(runs.trackId, trackId), eq(runs.runId, runId))),
        db
          .select()
          .from(runs)
          .where(and(eq(runs.trackId, trackId), eq(runs.excluded, false)))
          .orderBy(desc(runs.createdAt), desc(runs.runId))
          .limit(2),
      ]);
      return { track, run: run && toRunRecord(run), newest: newest.map(toRunRecord) };
    },

    async dueLooks({ now, limit }) {
      const due = db
        .select()
        .from(runs)
        .where(lte(runs.lookAt, now))
        .orderBy(asc(runs.lookAt), asc(runs.trackId), asc(runs.runId))
        .limit(limit);
      const trackIds = db.select({ id: due.as("due").trackId }).from(due.as("due"));
      const [dueRuns, theirTracks] = await db.batch([
        due,
        db.select().from(tracks).where(inArray(tracks.id, trackIds)),
      ]);
      return dueRuns.flatMap((row) => {
        const track = theirTracks.find((it) => it.id === row.trackId);
        return track ? [{ track, run: toRunRecord(row) }] : [];
      });
    },
  };
}
