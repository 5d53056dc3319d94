/** What a digest reads: the track with its runs, and runs that time settles. Postgres dialect. */
import type { Sql } from "postgres";
import type { TrackReads } from "../../port.ts";
import { toRunRecord } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import { runs, tracks } from "../schema.ts";

const TRACK = rowFormat(tracks, "t");
const RUN = rowFormat(runs, "r");
const TRACK_COLUMNS = Object.keys(TRACK.columns).length;
const RUN_COLUMNS = Object.keys(RUN.columns).length;

/** A row of a track, of one of its runs if there is one, and of what else the text selects. */
function toPair(values: readonly unknown[]) {
  const [runValues, rest] = [
    values.slice(TRACK_COLUMNS),
    values.slice(TRACK_COLUMNS + RUN_COLUMNS),
  ];
  const hasRun = runValues[0] !== null;
  return {
    track: TRACK.toRow(values.slice(0, TRACK_COLUMNS)),
    run: hasRun ? toRunRecord(RUN.toRow(runValues.slice(0, RUN_COLUMNS))) : undefined,
    rest,
  };
}

const loadTrack = statement(
  `select ${TRACK.list}, ${RUN.list}, is_newest
   from tracks as t left join lateral (
     (select n.*, true as is_newest from runs as n
      where n.track_id = t.id and not n.excluded
      order by n.created_at desc, n.run_id desc limit 2)
     union all
     (select n.*, false from runs as n where n.track_id = t.id and n.run_id = :runId)
   ) as r on true
   where t.endpoint_id = :endpointId and t."key" = :key`,
  toPair,
);

const runById = statement(
  `select ${TRACK.list}, ${RUN.list}
   from runs as r join tracks as t on t.id = r.track_id
   where r.run_id = :runId and t.endpoint_id = :endpointId limit 1`,
  toPair,
);

const runsById = statement(
  `select ${TRACK.list}, ${RUN.list}
   from json_array_elements(:keys::text::json) as k
   join runs as r on r.run_id = k ->> 1
   join tracks as t on t.id = r.track_id and t.endpoint_id = k ->> 0`,
  toPair,
);

const dueRuns = statement(
  `select ${TRACK.list}, ${RUN.list}
   from runs as r join tracks as t on t.id = r.track_id
   where r.look_at <= :now order by r.look_at, r.track_id, r.run_id limit :limit`,
  toPair,
);

export function digestReadSteps(client: Sql): TrackReads {
  return {
    async loadTrack(endpointId, key, runId) {
      const rows = await loadTrack(client, { endpointId, key, runId });
      const known = (wanted: boolean) =>
        rows.flatMap(({ run, rest: [isNewest] }) => (run && isNewest === wanted ? [run] : []));
      return { track: rows[0]?.track, run: known(false)[0], newest: known(true) };
    },

    async findRun(endpointId, runId) {
      const [found] = await runById(client, { endpointId, runId });
      return found?.run && { track: found.track, run: found.run };
    },

    async findRuns(wanted) {
      const keys = JSON.stringify(wanted.map(({ endpointId, runId }) => [endpointId, runId]));
      const rows = await runsById(client, { keys });
      return rows.flatMap(({ track, run }) => (run ? [{ track, run }] : []));
    },

    async dueChecks(options) {
      const rows = await dueRuns(client, { ...options });
      return rows.flatMap(({ track, run }) => (run ? [{ track, run }] : []));
    },
  };
}
