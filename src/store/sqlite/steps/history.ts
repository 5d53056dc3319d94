/** What a track's past runs tell of the present one, SQLite dialect. */
import type { Store } from "../../port.ts";
import { toRunRecord } from "../../records.ts";
import { rowFormat } from "../../statement.ts";
import { MAX_DURATION_MS } from "../../../tracking/plausible.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { runs } from "../schema.ts";

const RUN = rowFormat(runs);

const IS_TELLING = `not excluded and state = 'succeeded'
  and ended_at - started_at between 0 and ${MAX_DURATION_MS}`;

const recentDurations = statement(
  `select ended_at - started_at from runs where track_id = :trackId and ${IS_TELLING}
   order by created_at desc, run_id desc limit :limit + 0`,
  ([duration]) => Number(duration),
);

const durationsUnder = statement(
  `select runs.ended_at - runs.started_at
   from tracks join runs on runs.track_id = tracks.id
   where tracks.endpoint_id = :endpointId and tracks."key" >= :first and tracks."key" < :behind
     and ${IS_TELLING}
   order by runs.created_at desc, runs.run_id desc limit :limit + 0`,
  ([duration]) => Number(duration),
);

const lastConclusion = statement(
  `select ${RUN.list} from runs
   where track_id = :trackId and not excluded and state in ('succeeded', 'failed')
     and ended_at < :before
   order by created_at desc, run_id desc limit 1`,
  RUN.toRow,
);

export function historySteps(
  driver: SqliteDriver,
): Pick<Store, "recentDurations" | "durationsUnder" | "lastConclusion"> {
  return {
    recentDurations: (trackId, limit) => runQuery(driver, recentDurations({ trackId, limit })),

    durationsUnder: (endpointId, keyPrefix, limit) => {
      const behind = `${keyPrefix}\u{10ffff}`;
      return runQuery(driver, durationsUnder({ endpointId, first: keyPrefix, behind, limit }));
    },

    async lastConclusion(trackId, before) {
      const [row] = await runQuery(driver, lastConclusion({ trackId, before }));
      return row && toRunRecord(row);
    },
  };
}
