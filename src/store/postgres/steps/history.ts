/** What a track's past runs tell of the present one, Postgres dialect. */
import type { Sql } from "postgres";
import type { LineOfTracks, RunHistory } from "../../port.ts";
import { toRunRecord } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
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

const IS_OF_LINE = `tracks.endpoint_id = :endpointId and tracks."key" >= :first
  and tracks."key" < :behind and tracks.environment_kind is not distinct from :environmentKind::text`;

const durationsOfLine = (branches: string) =>
  statement(
    `select runs.ended_at - runs.started_at
     from tracks join runs on runs.track_id = tracks.id
     where ${IS_OF_LINE}${branches} and ${IS_TELLING}
     order by runs.created_at desc, runs.run_id desc limit :limit`,
    ([duration]) => Number(duration),
  );

const lineDurations = durationsOfLine("");
const mainDurations = durationsOfLine(" and tracks.is_default_branch");

const lastRunOfLine = statement(
  `select ${RUN.list} from runs where (track_id, run_id) = (
     select runs.track_id, runs.run_id from tracks join runs on runs.track_id = tracks.id
     where ${IS_OF_LINE} and not excluded and state in ('succeeded', 'failed')
     order by tracks.is_default_branch desc, state = 'succeeded' desc, runs.created_at desc,
       runs.run_id desc
     limit 1)`,
  RUN.toRow,
);

const lastConclusion = statement(
  `select ${RUN.list} from runs
   where track_id = :trackId and not excluded and state in ('succeeded', 'failed')
     and ended_at < :before
   order by created_at desc, run_id desc limit 1`,
  RUN.toRow,
);

export function historySteps(client: Sql): RunHistory {
  return {
    recentDurations: (trackId, limit) => recentDurations(client, { trackId, limit }),

    lineDurations: (line, limit, of) => {
      const durations = of === "default branch" ? mainDurations : lineDurations;
      return durations(client, { ...argsOfLine(line), limit });
    },

    async lastRunOfLine(line) {
      const [row] = await lastRunOfLine(client, argsOfLine(line));
      return row && toRunRecord(row);
    },

    async lastConclusion(trackId, before) {
      const [row] = await lastConclusion(client, { trackId, before });
      return row && toRunRecord(row);
    },
  };
}

const argsOfLine = ({ endpointId, keyPrefix, environmentKind }: LineOfTracks) => ({
  endpointId,
  first: keyPrefix,
  behind: `${keyPrefix}\u{10ffff}`,
  environmentKind,
});
