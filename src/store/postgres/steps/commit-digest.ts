/** Writes a digest's outcome in one transaction, or nothing. Postgres dialect. */
import type { Sql, TransactionSql } from "postgres";
import { waitForAll } from "../../../util/async/wait-for-all.ts";
import type { DigestCommit, Store } from "../../port.ts";
import { toRunRow } from "../../rows/records.ts";
import { HOLD } from "../../sql/held-delivery.ts";
import { rowFormat } from "../../sql/statement.ts";
import { groupTracks } from "../../rows/track-writes.ts";
import type { GroupedTrack } from "../../rows/track-writes.ts";
import { COMMITS_UNSYNCED } from "../driver/durability.ts";
import { statement } from "../driver/statement.ts";
import { inTransaction, Refusal } from "../driver/transaction.ts";
import { runs, tracks } from "../schema.ts";
import { enqueue } from "./command-rows.ts";
import { writeMemory } from "./memory.ts";

const TRACK = rowFormat(tracks);
const RUN = rowFormat(runs);

const commitUnsynced = statement(`select ${COMMITS_UNSYNCED}`);

const settleDelivery = statement(
  `update deliveries set status = :status, detail = :detail, signals = :signals,
     digested_at = :now, claim = null, claim_expires_at = null
   where id = :id and ${HOLD} = :claim and status = 'received' returning id`,
);

const insertTrack = statement(
  `insert into tracks (${TRACK.list}) values (${TRACK.parameters})
   on conflict do nothing returning id`,
);

const updateTrack = statement(
  `update tracks set ${TRACK.assignments(["id", "endpointId", "createdAt"])}
   where id = :id and version = :loadedVersion returning id`,
);

const writeRun = statement(
  `insert into runs (${RUN.list}) values (${RUN.parameters})
   on conflict (track_id, run_id) do update set ${RUN.brought(["trackId", "runId"])}`,
);

const removeRun = statement(`delete from runs where track_id = :trackId and run_id = :runId`);

const removeEmptyTrack = statement(
  `delete from tracks where id = :trackId
     and not exists (select 1 from runs where track_id = :trackId)`,
);

/** `committed` is called when commands may have been written. */
export function commitDigestStep(client: Sql, committed: () => void): Store["commitDigest"] {
  return async (commit) => {
    try {
      await inTransaction(client, (tx) => write(tx, commit));
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
    if (commit.commands.length > 0) committed();
    return "committed";
  };
}

/**
 * All statements go out without waiting for one another; the connection keeps their order. What
 * follows one that is refused fails because of it, so the first one tells why.
 */
async function write(tx: TransactionSql, commit: DigestCommit): Promise<void> {
  const { delivery, now } = commit;
  await waitForAll([
    commitUnsynced(tx, {}),
    delivery && settle(tx, delivery, now),
    ...groupTracks(commit.tracks).map((track) => writeTrack(tx, track)),
    ...(commit.moved ?? []).map((it) => removeRun(tx, { ...it })),
    ...commit.tracks.map(({ run }) => run && writeRun(tx, { ...toRunRow(run) })),
    ...(commit.moved ?? []).map(({ trackId }) => removeEmptyTrack(tx, { trackId })),
    ...writeMemory(tx, commit.memory, now),
    ...commit.commands.map((command) => enqueue(tx, command, now)),
  ]);
}

async function settle(
  tx: TransactionSql,
  delivery: NonNullable<DigestCommit["delivery"]>,
  now: number,
): Promise<void> {
  const settled = await settleDelivery(tx, { ...delivery, now });
  if (settled.length === 0) throw new Refusal("claim_lost");
}

/**
 * Locks the track's row to the transaction's end, and with it every other commit to the same
 * stream.
 */
async function writeTrack(
  tx: TransactionSql,
  { track, loadedVersion }: GroupedTrack,
): Promise<void> {
  const written =
    loadedVersion === 0
      ? await insertTrack(tx, { ...track })
      : await updateTrack(tx, { ...track, loadedVersion });
  if (written.length === 0) throw new Refusal("conflict");
}
