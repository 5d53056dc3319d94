/** Lists tracks with their figures, and the runs of a track, SQLite dialect. */
import { and, desc, eq, sql } from "drizzle-orm";
import type { SQLWrapper } from "drizzle-orm";
import type { RunRecord } from "../../../model/run/run-record.ts";
import type { TrackLists } from "../../port.ts";
import { EMPTY_PAGE, formatPlace, parsePlace, toPage } from "../../lists/page.ts";
import { toRunRecord } from "../../rows/records.ts";
import { toTrackSummary } from "../../rows/track-summary.ts";
import { figuresText, readNumbers } from "../../sql/track-figures.ts";
import type { Database } from "../driver/database.ts";
import { runs, tracks } from "../schema.ts";

export function trackSteps(db: Database): TrackLists {
  return {
    async listTracks({ limit, cursor, endpointId, trackId }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const after =
        place && sql`(${tracks.createdAt}, ${tracks.id}) < (${place.createdAt}, ${place.id})`;
      const page = db
        .select()
        .from(tracks)
        .where(
          and(
            after,
            endpointId === undefined ? undefined : eq(tracks.endpointId, endpointId),
            trackId === undefined ? undefined : eq(tracks.id, trackId),
          ),
        )
        .orderBy(desc(tracks.createdAt), desc(tracks.id))
        .limit(limit + 1);
      const ids = sql`(select id from ${page.as("page")})`;
      const [found, shown, figures] = await db.batch([
        page,
        db.select().from(runs).where(isShown(ids)),
        figuresOf(db, ids),
      ]);
      const rows = found.map((track) => toTrackSummary(track, shown, figures));
      return toPage(rows, limit, formatPlace);
    },

    async listRuns(trackId, { limit, cursor }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      const before =
        place === "nowhere"
          ? sql`false`
          : place && sql`(${runs.createdAt}, ${runs.runId}) < (${place.createdAt}, ${place.id})`;
      const [[track], found] = await db.batch([
        db.select({ id: tracks.id }).from(tracks).where(eq(tracks.id, trackId)),
        db
          .select()
          .from(runs)
          .where(and(eq(runs.trackId, trackId), before))
          .orderBy(desc(runs.createdAt), desc(runs.runId))
          .limit(limit + 1),
      ]);
      return track && toPage(found.map(toRunRecord), limit, placeOf);
    },
  };
}

const placeOf = (it: RunRecord) => formatPlace({ createdAt: it.createdAt, id: it.run.id });

/** Of the tracks `ids`, the runs that they show. */
function isShown(ids: SQLWrapper) {
  return sql`(${runs.trackId}, ${runs.runId}) in
    (select ${tracks.id}, ${tracks.shownRunId} from ${tracks} where ${tracks.id} in ${ids})`;
}

const FIGURES = figuresText({
  array: (values) => `json_array(${values})`,
  list: (value) => `json_group_array(${value})`,
});

const figuresOf = (db: Database, ids: SQLWrapper) =>
  db
    .select({
      trackId: tracks.id,
      counts: sql.raw(FIGURES.counts).mapWith(readNumbers).as("counts"),
      durations: sql.raw(FIGURES.durations).mapWith(readNumbers).as("durations"),
    })
    .from(tracks)
    .where(sql`${tracks.id} in ${ids}`);
