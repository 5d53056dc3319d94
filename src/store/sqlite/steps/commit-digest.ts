/**
 * Writes a digest's outcome, or nothing. The guards stand first and see the database as it was.
 * SQLite dialect.
 */
import type { DigestCommit, Store, TrackWrite } from "../../port.ts";
import { toRunRow } from "../../rows/records.ts";
import { runChange } from "../../rows/run-change.ts";
import { HOLD } from "../../sql/held-delivery.ts";
import { rowFormat } from "../../sql/statement.ts";
import { groupTracks } from "../../rows/track-writes.ts";
import type { GroupedTrack } from "../../rows/track-writes.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { refusalOf, refuseUnless, statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
import { runs, tracks } from "../schema.ts";
import { enqueueQueries } from "./command-rows.ts";
import { memoryStatements } from "./memory.ts";

const TRACK = rowFormat(tracks);
const RUN = rowFormat(runs);

const refuseUnlessHeld = refuseUnless(
  "claim_lost",
  `exists (select 1 from deliveries where id = :id and ${HOLD} = :claim and status = 'received')`,
);

const settleDelivery = statement(
  `update deliveries set status = :status, detail = :detail, signals = :signals,
     digested_at = :now, claim = null, claim_expires_at = null
   where id = :id`,
);

/** The track still has the version it was loaded with. */
const refuseUnlessUnmoved = refuseUnless(
  "conflict",
  `exists (select 1 from tracks where id = :id and version = :loadedVersion)`,
);

const refuseUnlessNew = refuseUnless(
  "conflict",
  `not exists (select 1 from tracks
     where id = :id or (endpoint_id = :endpointId and "key" = :key))`,
);

const insertTrack = statement(`insert into tracks (${TRACK.list}) values (${TRACK.parameters})`);

/** Without the columns of indexes: to set one is to write its index, even where nothing changes. */
const updateTrack = statement(
  `update tracks set ${TRACK.assignments(["id", "endpointId", "key", "createdAt"])} where id = :id`,
);

const moveTrack = statement(`update tracks set "key" = :key where id = :id and "key" <> :key`);

const writeRun = statement(
  `insert into runs (${RUN.list}) values (${RUN.parameters})
   on conflict (track_id, run_id) do update set ${RUN.brought(["trackId", "runId"])}`,
);

const FOUND_BY = ["state", "createdAt", "startedAt", "endedAt", "excluded"] as const;

const updateRun = {
  check: statement(
    `update runs set ${RUN.assignments(["trackId", "runId", ...FOUND_BY])}
     where track_id = :trackId and run_id = :runId`,
  ),
  none: statement(
    `update runs set ${RUN.assignments(["trackId", "runId", "checkAt", ...FOUND_BY])}
     where track_id = :trackId and run_id = :runId`,
  ),
};

const removeRun = statement(`delete from runs where track_id = :trackId and run_id = :runId`);

const removeEmptyTrack = statement(
  `delete from tracks where id = :trackId
     and not exists (select 1 from runs where track_id = :trackId)`,
);

/**
 * Unsynced: a digest or a check of a run that a power cut undoes is made again, as what it was made
 * from is there or due again; and no call of its commands, nor out of a budget, is made before
 * their claim, which is synced, and with it all before it.
 */
export function commitDigestStep(driver: SqliteDriver): Store["commitDigest"] {
  return async (commit) => {
    const queries = commitQueries(commit);
    if (queries.length === 0) return "committed";
    try {
      await driver.batch(queries, "unsynced");
      return "committed";
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return refusal;
      throw error;
    }
  };
}

function commitQueries(commit: DigestCommit): Query<unknown>[] {
  const { now } = commit;
  const memory = memoryStatements(commit.memory, now);
  return [
    ...memory.guards,
    ...deliveryQueries(commit),
    ...trackQueries(commit),
    ...memory.writes,
    ...commit.commands.flatMap((it) => enqueueQueries(it, now)),
  ];
}

function deliveryQueries({ delivery, now }: DigestCommit): Query<unknown>[] {
  if (!delivery) return [];
  return [refuseUnlessHeld({ ...delivery }), settleDelivery({ ...delivery, now })];
}

function trackQueries(commit: DigestCommit): Query<unknown>[] {
  const grouped = groupTracks(commit.tracks);
  return [
    ...grouped.map(guardOf),
    ...grouped.flatMap(trackWrites),
    ...(commit.moved ?? []).map((it) => removeRun({ ...it })),
    ...commit.tracks.flatMap(runWrites),
    ...(commit.moved ?? []).map(({ trackId }) => removeEmptyTrack({ trackId })),
  ];
}

const trackWrites = ({ track, loadedVersion }: GroupedTrack): Query<unknown>[] =>
  loadedVersion === 0
    ? [insertTrack({ ...track })]
    : [updateTrack({ ...track }), moveTrack({ id: track.id, key: track.key })];

function runWrites({ run, before }: TrackWrite): Query<unknown>[] {
  if (!run) return [];
  const row = { ...toRunRow(run) };
  const change = runChange(before, run);
  return [change === "row" ? writeRun(row) : updateRun[change](row)];
}

const guardOf = ({ track, loadedVersion }: GroupedTrack): Query<unknown> =>
  loadedVersion === 0
    ? refuseUnlessNew({ ...track })
    : refuseUnlessUnmoved({ id: track.id, loadedVersion });
