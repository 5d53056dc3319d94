/** What a digest reads: the track with its runs, and runs that time settles. SQLite dialect. */
import { and, asc, desc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { toRunRecord } from "../../records.ts";
import { arg } from "../../hot-statement.ts";
import { compiled, limitOf } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { runs, tracks } from "../schema.ts";

export function digestReadSteps(db: Database): Pick<Store, "loadTrack" | "findRun" | "dueChecks"> {
  const thisTrack = () => and(eq(tracks.endpointId, arg("endpointId")), eq(tracks.key, arg("key")));
  const trackId = () => sql`(${db.select({ id: tracks.id }).from(tracks).where(thisTrack())})`;
  const findTrack = compiled(() => db.select().from(tracks).where(thisTrack()));
  const findRun = compiled(() =>
    db
      .select()
      .from(runs)
      .where(and(eq(runs.trackId, trackId()), eq(runs.runId, arg("runId")))),
  );
  const isOfEndpoint = () =>
    inArray(
      runs.trackId,
      db
        .select({ id: tracks.id })
        .from(tracks)
        .where(eq(tracks.endpointId, arg("endpointId"))),
    );
  const runById = () => and(eq(runs.runId, arg("runId")), isOfEndpoint());
  const runsById = compiled(() => db.select().from(runs).where(runById()).limit(limitOf(1)));
  // A statement of its own, as D1 answers no two columns of one name.
  const tracksOfRun = compiled(() =>
    db
      .select()
      .from(tracks)
      .where(inArray(tracks.id, db.select({ id: runs.trackId }).from(runs).where(runById()))),
  );
  const newestRuns = compiled(() =>
    db
      .select()
      .from(runs)
      .where(and(eq(runs.trackId, trackId()), eq(runs.excluded, false)))
      .orderBy(desc(runs.createdAt), desc(runs.runId))
      .limit(limitOf(2)),
  );
  const dueRunsQuery = () =>
    db
      .select()
      .from(runs)
      .where(lte(runs.checkAt, arg("now")))
      .orderBy(asc(runs.checkAt), asc(runs.trackId), asc(runs.runId))
      .limit(limitOf(arg("limit")));
  const findDueRuns = compiled(dueRunsQuery);
  const findTheirTracks = compiled(() => {
    const due = dueRunsQuery().as("due");
    return db
      .select()
      .from(tracks)
      .where(inArray(tracks.id, db.select({ id: due.trackId }).from(due)));
  });
  return {
    async loadTrack(endpointId, key, runId) {
      const [[track], [run], newest] = await db.batch([
        findTrack({ endpointId, key }),
        findRun({ endpointId, key, runId }),
        newestRuns({ endpointId, key }),
      ]);
      return { track, run: run && toRunRecord(run), newest: newest.map(toRunRecord) };
    },

    async findRun(endpointId, runId) {
      const ids = { endpointId, runId };
      const [[run], found] = await db.batch([runsById(ids), tracksOfRun(ids)]);
      const track = found.find(({ id }) => id === run?.trackId);
      return run && track && { track, run: toRunRecord(run) };
    },

    async dueChecks(options) {
      const [dueRuns, theirTracks] = await db.batch([
        findDueRuns({ ...options }),
        findTheirTracks({ ...options }),
      ]);
      return dueRuns.flatMap((row) => {
        const track = theirTracks.find((it) => it.id === row.trackId);
        return track ? [{ track, run: toRunRecord(row) }] : [];
      });
    },
  };
}
