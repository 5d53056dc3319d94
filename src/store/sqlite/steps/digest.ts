/** What a digest reads: the track with its runs, and runs that time settles. SQLite dialect. */
import type { Track } from "../../../model/run/track.ts";
import type { RunOnTrack, TrackReads } from "../../port.ts";
import { toRunRecord } from "../../rows/records.ts";
import type { RunRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { runs, tracks } from "../schema.ts";

const TRACK = rowFormat(tracks);
const RUN = rowFormat(runs);
const RUN_OF_KEYS = rowFormat(runs, "runs");

const TRACK_ID = `(select id from tracks where endpoint_id = :endpointId and "key" = :key)`;

const findTrack = statement(
  `select ${TRACK.list} from tracks where endpoint_id = :endpointId and "key" = :key`,
  TRACK.toRow,
);

const findRunOfTrack = statement(
  `select ${RUN.list} from runs where track_id = ${TRACK_ID} and run_id = :runId`,
  RUN.toRow,
);

const newestRuns = statement(
  `select ${RUN.list} from runs where track_id = ${TRACK_ID} and not excluded
   order by created_at desc, run_id desc limit 2`,
  RUN.toRow,
);

const RUN_OF_ENDPOINT = `run_id = :runId
  and exists (select 1 from tracks where tracks.id = track_id and endpoint_id = :endpointId)`;

const runById = statement(
  `select ${RUN.list} from runs where ${RUN_OF_ENDPOINT} limit 1`,
  RUN.toRow,
);

/** A statement of its own, as D1 answers no two columns of one name. */
const tracksOfRun = statement(
  `select ${TRACK.list} from tracks where id in (select track_id from runs where ${RUN_OF_ENDPOINT})`,
  TRACK.toRow,
);

const FROM_KEYS = `json_each(:keys) as k
  join runs on runs.run_id = k.value ->> 1
  join tracks on tracks.id = runs.track_id and tracks.endpoint_id = k.value ->> 0`;

const runsById = statement(`select ${RUN_OF_KEYS.list} from ${FROM_KEYS}`, RUN_OF_KEYS.toRow);

const tracksOfRuns = statement(
  `select ${TRACK.list} from tracks where id in (select runs.track_id from ${FROM_KEYS})`,
  TRACK.toRow,
);

const DUE = `from runs where look_at <= :now order by look_at, track_id, run_id limit :limit + 0`;

const dueRuns = statement(`select ${RUN.list} ${DUE}`, RUN.toRow);

const tracksOfDueRuns = statement(
  `select ${TRACK.list} from tracks where id in (select track_id from (select track_id ${DUE}))`,
  TRACK.toRow,
);

export function digestReadSteps(driver: SqliteDriver): TrackReads {
  return {
    async loadTrack(endpointId, key, runId) {
      const [[track], [run], newest] = await runBatch(driver, [
        findTrack({ endpointId, key }),
        findRunOfTrack({ endpointId, key, runId }),
        newestRuns({ endpointId, key }),
      ]);
      return { track, run: run && toRunRecord(run), newest: newest.map(toRunRecord) };
    },

    async findRun(endpointId, runId) {
      const ids = { endpointId, runId };
      const [[run], found] = await runBatch(driver, [runById(ids), tracksOfRun(ids)]);
      const track = found.find(({ id }) => id === run?.trackId);
      return run && track && { track, run: toRunRecord(run) };
    },

    async findRuns(wanted) {
      const keys = wanted.map(({ endpointId, runId }) => [endpointId, runId]);
      const [found, theirTracks] = await runBatch(driver, [
        runsById({ keys }),
        tracksOfRuns({ keys }),
      ]);
      return onTracks(found, theirTracks);
    },

    async dueChecks(options) {
      const [due, theirTracks] = await runBatch(driver, [
        dueRuns({ ...options }),
        tracksOfDueRuns({ ...options }),
      ]);
      return onTracks(due, theirTracks);
    },
  };
}

function onTracks(found: readonly RunRow[], theirTracks: readonly Track[]): RunOnTrack[] {
  return found.flatMap((row) => {
    const track = theirTracks.find((it) => it.id === row.trackId);
    return track ? [{ track, run: toRunRecord(row) }] : [];
  });
}
