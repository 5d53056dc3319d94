/** Deletes tracks that nobody comes back to, with the run that each shows and its stream. */
import type { Store } from "../../port.ts";
import { HAS_NO_CARD, IS_OLD, IS_PASSING } from "../../sql/passing-tracks.ts";
import { asStatement } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { statement } from "../driver/statement.ts";
import { isOpenOn } from "./claimable.ts";

const IS_OVER = `${IS_PASSING} and ${IS_OLD} and ${HAS_NO_CARD}
  and not ${isOpenOn("track.stream_key", "true")}`;

const oldTracks = statement(
  `select json_group_array(id) from (
     select track.id from runs as old indexed by runs_to_trim
       cross join tracks as track on track.id = old.track_id and track.shown_run_id = old.run_id
     where old.ended_at < :before and old.updated_at < :before and ${IS_OVER}
     order by old.ended_at limit :limit)`,
);

/** Those of them that are over still: what came meanwhile has made its track young. */
const THESE = `tracks as track where track.id in (select value from json_each(:ids)) and ${IS_OVER}`;

const deleteStreams = statement(
  `delete from streams where stream_key in (select track.stream_key from ${THESE}) returning 1`,
);
const deleteRuns = statement(
  `delete from runs where track_id in (select track.id from ${THESE}) returning 1`,
);
const deleteTracks = statement(
  `delete from tracks where id in (select value from json_each(:ids)) and updated_at < :before
     and not exists (select 1 from runs where runs.track_id = tracks.id) returning 1`,
);

/** Answers how many rows went. */
export async function trimTracks(
  db: Database,
  options: Parameters<Store["trim"]>[0],
): Promise<number> {
  const [found] = await db.batch([asStatement(oldTracks({ ...options }))]);
  const ids = idsIn(found);
  if (ids === NONE) return 0;
  const these = { ids, before: options.before };
  const deleted = await db.batch([
    asStatement(deleteStreams(these)),
    asStatement(deleteRuns(these)),
    asStatement(deleteTracks(these)),
  ]);
  return deleted.reduce<number>(
    (count, rows) => count + (Array.isArray(rows) ? rows.length : 0),
    0,
  );
}

const NONE = "[]";

const idsIn = (rows: unknown): string => {
  const [row] = Array.isArray(rows) ? rows : [];
  return Array.isArray(row) && typeof row[0] === "string" ? row[0] : NONE;
};
