/** Writes a digest's outcome in one transaction, or nothing. Postgres dialect. */
import { and, eq, sql } from "drizzle-orm";
import { waitForAll } from "../../../util/wait-for-all.ts";
import type { NewCommand } from "../../../model/command.ts";
import type { DigestCommit, Store } from "../../port.ts";
import { excludedColumns } from "../../excluded-columns.ts";
import { arg, argsOf } from "../../hot-statement.ts";
import { REASON, toCommandRow, toRunRow, UNCLAIMED } from "../../records.ts";
import { groupTracks } from "../../track-writes.ts";
import type { GroupedTrack } from "../../track-writes.ts";
import { clientOf, compiled, Refusal } from "../driver/database.ts";
import type { Database, Transaction } from "../driver/database.ts";
import { commitsUnsynced } from "../driver/durability.ts";
import { commands, deliveries, runs, tracks } from "../schema.ts";
import { writeMemory } from "./memory.ts";

/** `committed` is called when commands may have been written. */
export function commitDigestStep(db: Database, committed: () => void): Store["commitDigest"] {
  const to = digestStatements(db);
  return async (commit) => {
    try {
      await db.transaction((tx) => write(to, tx, commit));
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
    if (commit.commands.length > 0) committed();
    return "committed";
  };
}

type DigestStatements = ReturnType<typeof digestStatements>;

function digestStatements(db: Database) {
  const isPendingOfStream = () =>
    and(eq(commands.streamKey, arg("streamKey")), sql`${commands.status} = 'pending'`);
  const isNew = sql`not exists (select 1 from commands as it where it.dedupe_key = ${sql.param(arg("dedupeKey"), commands.dedupeKey)})`;
  const superseded = {
    status: "superseded",
    reason: REASON.newerState,
    settledAt: arg<number>("now"),
  } as const;
  return {
    commitUnsynced: compiled(() =>
      db.select({ is: commitsUnsynced }).from(sql`(select) as nothing`),
    ),
    settleDelivery: compiled(() =>
      db
        .update(deliveries)
        .set({
          status: arg("status"),
          detail: arg("detail"),
          signals: arg("signals"),
          digestedAt: arg("now"),
          ...UNCLAIMED,
        })
        .where(
          and(
            eq(deliveries.id, arg("id")),
            eq(deliveries.claim, arg("claim")),
            sql`${deliveries.status} = 'received'`,
          ),
        )
        .returning({ id: deliveries.id }),
    ),
    insertTrack: compiled(() =>
      db.insert(tracks).values(argsOf(tracks)).onConflictDoNothing().returning({ id: tracks.id }),
    ),
    updateTrack: compiled(() =>
      db
        .update(tracks)
        .set(argsOf(tracks))
        .where(and(eq(tracks.id, arg("id")), eq(tracks.version, arg("loadedVersion"))))
        .returning({ id: tracks.id }),
    ),
    writeRun: compiled(() =>
      db
        .insert(runs)
        .values(argsOf(runs))
        .onConflictDoUpdate({ target: [runs.trackId, runs.runId], set: excludedColumns(runs) }),
    ),
    removeRun: compiled(() =>
      db.delete(runs).where(and(eq(runs.trackId, arg("trackId")), eq(runs.runId, arg("runId")))),
    ),
    insertCommand: compiled(() =>
      db
        .insert(commands)
        .values(argsOf(commands))
        .onConflictDoNothing({ target: commands.dedupeKey }),
    ),
    supersede: compiled(() => db.update(commands).set(superseded).where(isPendingOfStream())),
    supersedeIfNew: compiled(() =>
      db.update(commands).set(superseded).where(and(isPendingOfStream(), isNew)),
    ),
  };
}

/**
 * All statements go out without waiting for one another; the connection keeps their order. What
 * follows one that is refused fails because of it, so the first one tells why.
 */
async function write(to: DigestStatements, tx: Transaction, commit: DigestCommit): Promise<void> {
  const { delivery, now } = commit;
  await waitForAll([
    to.commitUnsynced(tx, {}),
    delivery && settleDelivery(to, tx, delivery, now),
    ...groupTracks(commit.tracks).map((track) => writeTrack(to, tx, track)),
    ...(commit.moved ?? []).map((it) => to.removeRun(tx, { ...it })),
    ...commit.tracks.map(({ run }) => run && to.writeRun(tx, { ...toRunRow(run) })),
    ...writeMemory(clientOf(tx), commit.memory, now),
    ...commit.commands.map((command) => writeCommand(to, tx, command, now)),
  ]);
}

async function settleDelivery(
  to: DigestStatements,
  tx: Transaction,
  delivery: NonNullable<DigestCommit["delivery"]>,
  now: number,
): Promise<void> {
  const settled = await to.settleDelivery(tx, { ...delivery, now });
  if (settled.length === 0) throw new Refusal("claim_lost");
}

/**
 * Locks the track's row to the transaction's end, and with it every other commit to the same
 * stream.
 */
async function writeTrack(
  to: DigestStatements,
  tx: Transaction,
  { track, loadedVersion }: GroupedTrack,
): Promise<void> {
  const written =
    loadedVersion === 0
      ? await to.insertTrack(tx, { ...track })
      : await to.updateTrack(tx, { ...track, loadedVersion });
  if (written.length === 0) throw new Refusal("conflict");
}

/** A command whose dedupe key is known already neither goes in nor supersedes another. */
async function writeCommand(
  to: DigestStatements,
  tx: Transaction,
  command: NewCommand,
  now: number,
): Promise<void> {
  const { streamKey, dedupeKey } = command;
  const supersede = (key: string) =>
    dedupeKey === null
      ? to.supersede(tx, { streamKey: key, now })
      : to.supersedeIfNew(tx, { streamKey: key, dedupeKey, now });
  await waitForAll([
    streamKey === null ? undefined : supersede(streamKey),
    to.insertCommand(tx, { ...toCommandRow(command) }),
  ]);
}
