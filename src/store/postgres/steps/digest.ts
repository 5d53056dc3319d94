/** What a digest reads: the track with its runs, and runs that time settles. Postgres dialect. */
import { and, asc, desc, eq, lte, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { arg } from "../../hot-statement.ts";
import { toRunRecord } from "../../records.ts";
import { compiled } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { runs, tracks } from "../schema.ts";

export function digestReadSteps(db: Database): Pick<Store, "loadTrack" | "findRun" | "dueChecks"> {
  const newestIds = sql`array(select r.run_id from ${runs} as r
    where r.track_id = ${tracks.id} and not r.excluded
    order by r.created_at desc, r.run_id desc limit 2)`;
  const isNewest = sql<boolean>`${runs.runId} = any(${newestIds})`;
  const load = compiled(() =>
    db
      .select({ track: tracks, run: runs, isNewest })
      .from(tracks)
      .leftJoin(
        runs,
        and(
          eq(runs.trackId, tracks.id),
          sql`(${runs.runId} = ${sql.param(arg("runId"), runs.runId)} or ${isNewest})`,
        ),
      )
      .where(and(eq(tracks.endpointId, arg("endpointId")), eq(tracks.key, arg("key"))))
      .orderBy(desc(runs.createdAt), desc(runs.runId)),
  );
  const runById = compiled(() =>
    db
      .select({ track: tracks, run: runs })
      .from(runs)
      .innerJoin(tracks, eq(tracks.id, runs.trackId))
      .where(and(eq(runs.runId, arg("runId")), eq(tracks.endpointId, arg("endpointId"))))
      .limit(1),
  );
  const findDue = compiled(() =>
    db
      .select({ track: tracks, run: runs })
      .from(runs)
      .innerJoin(tracks, eq(tracks.id, runs.trackId))
      .where(lte(runs.checkAt, arg("now")))
      .orderBy(asc(runs.checkAt), asc(runs.trackId), asc(runs.runId))
      .limit(arg("limit")),
  );
  return {
    async loadTrack(endpointId, key, runId) {
      const rows = await load(db, { endpointId, key, runId });
      const found = rows.flatMap(({ run, isNewest }) =>
        run ? [{ record: toRunRecord(run), isNewest }] : [],
      );
      return {
        track: rows[0]?.track,
        run: found.find(({ record }) => record.run.id === runId)?.record,
        newest: found.filter((it) => it.isNewest).map((it) => it.record),
      };
    },

    async findRun(endpointId, runId) {
      const [row] = await runById(db, { endpointId, runId });
      return row && { track: row.track, run: toRunRecord(row.run) };
    },

    async dueChecks(options) {
      const rows = await findDue(db, { ...options });
      return rows.map(({ track, run }) => ({ track, run: toRunRecord(run) }));
    },
  };
}
