/** Lists tracks with their figures, and the runs of a track, Postgres dialect. */
import { and, desc, eq, inArray, sql } from "drizzle-orm";
import type { RunRecord } from "../../../model/run/run-record.ts";
import type { TrackLists } from "../../port.ts";
import { EMPTY_PAGE, formatPlace, parsePlace, toPage } from "../../lists/page.ts";
import { toRunRecord } from "../../rows/records.ts";
import { toTrackSummary } from "../../rows/track-summary.ts";
import { figuresText, readNumbers } from "../../sql/track-figures.ts";
import { snapshot } from "../driver/database.ts";
import type { Database, Transaction } from "../driver/database.ts";
import { runs, tracks } from "../schema.ts";

export function trackSteps(db: Database): TrackLists {
  return {
    async listTracks({ limit, cursor, endpointId, trackId }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const after =
        place && sql`(${tracks.createdAt}, ${tracks.id}) < (${place.createdAt}, ${place.id})`;
      return snapshot(db, async (tx) => {
        const found = await tx
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
        const ids = found.map((track) => track.id);
        const shown = await shownRuns(tx, ids);
        const figures = await figuresOf(tx, ids);
        const rows = found.map((track) => toTrackSummary(track, shown, figures));
        return toPage(rows, limit, formatPlace);
      });
    },

    async listRuns(trackId, { limit, cursor }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      const before =
        place === "nowhere"
          ? sql`false`
          : place && sql`(${runs.createdAt}, ${runs.runId}) < (${place.createdAt}, ${place.id})`;
      return snapshot(db, async (tx) => {
        const [track] = await tx
          .select({ id: tracks.id })
          .from(tracks)
          .where(eq(tracks.id, trackId));
        const found = await tx
          .select()
          .from(runs)
          .where(and(eq(runs.trackId, trackId), before))
          .orderBy(desc(runs.createdAt), desc(runs.runId))
          .limit(limit + 1);
        return track && toPage(found.map(toRunRecord), limit, placeOf);
      });
    },
  };
}

const placeOf = (it: RunRecord) => formatPlace({ createdAt: it.createdAt, id: it.run.id });

async function shownRuns(tx: Transaction, ids: readonly string[]) {
  const rows = await tx
    .select({ run: runs })
    .from(tracks)
    .innerJoin(runs, and(eq(runs.trackId, tracks.id), eq(runs.runId, tracks.shownRunId)))
    .where(inArray(tracks.id, ids));
  return rows.map((row) => row.run);
}

const FIGURES = figuresText({
  array: (values) => `json_build_array(${values})::text`,
  list: (value) => `coalesce(json_agg(${value})::text, '[]')`,
});

const figuresOf = (tx: Transaction, ids: readonly string[]) =>
  tx
    .select({
      trackId: tracks.id,
      counts: sql.raw(FIGURES.counts).mapWith(readNumbers).as("counts"),
      durations: sql.raw(FIGURES.durations).mapWith(readNumbers).as("durations"),
    })
    .from(tracks)
    .where(inArray(tracks.id, ids));
