/** What a track's past runs tell of the present one, Postgres dialect. */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { toRunRecord } from "../../records.ts";
import { rowFormat } from "../../statement.ts";
import { MAX_DURATION_MS } from "../../../tracking/plausible.ts";
import { statement } from "../driver/statement.ts";
import { runs } from "../schema.ts";

const RUN = rowFormat(runs);

const IS_TELLING = `not excluded and state = 'succeeded'
  and ended_at - started_at between 0 and ${MAX_DURATION_MS}`;

const recentDurations = statement(
  `select ended_at - started_at from runs where track_id = :trackId and ${IS_TELLING}
   order by created_at desc, run_id desc limit :limit`,
  ([duration]) => Number(duration),
);

const durationsUnder = statement(
  `select runs.ended_at - runs.started_at
   from tracks join runs on runs.track_id = tracks.id
   where tracks.endpoint_id = :endpointId and tracks."key" >= :first and tracks."key" < :behind
     and ${IS_TELLING}
   order by runs.created_at desc, runs.run_id desc limit :limit`,
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
  client: Sql,
): Pick<Store, "recentDurations" | "durationsUnder" | "lastConclusion"> {
  return {
    recentDurations: (trackId, limit) => recentDurations(client, { trackId, limit }),

    durationsUnder: (endpointId, keyPrefix, limit) => {
      const behind = `${keyPrefix}\u{10ffff}`;
      return durationsUnder(client, { endpointId, first: keyPrefix, behind, limit });
    },

    async lastConclusion(trackId, before) {
      const [row] = await lastConclusion(client, { trackId, before });
      return row && toRunRecord(row);
    },
  };
}
