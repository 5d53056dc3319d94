/** Writes a digest's outcome in one transaction, or nothing. Postgres dialect. */
import { and, eq, sql } from "drizzle-orm";
import type { DigestCommit, NewCommand, Store } from "../../ports.ts";
import { broughtValues } from "../brought-values.ts";
import { REASON, toCommandRow, toRunRow, UNCLAIMED } from "../records.ts";
import { groupTracks } from "../track-writes.ts";
import type { GroupedTrack } from "../track-writes.ts";
import { prepared, Refusal } from "./database.ts";
import type { Database, Transaction } from "./database.ts";
import { retrying } from "./retry.ts";
import { commands, deliveries, runs, tracks } from "./schema.ts";

/** `committed` is called when commands may have been written. */
export function commitDigestStep(db: Database, committed: () => void): Store["commitDigest"] {
  return async (commit) => {
    try {
      await retrying(() => db.transaction((tx) => write(tx, commit)));
    } catch (error) {
      if (error instanceof Refusal) return error.reason;
      throw error;
    }
    if (commit.commands.length > 0) committed();
    return "committed";
  };
}

async function write(tx: Transaction, commit: DigestCommit): Promise<void> {
  await writeDelivery(tx, commit);
  for (const track of groupTracks(commit.tracks)) await writeTrack(tx, track);
  for (const { run } of commit.tracks) {
    const upsert = tx
      .insert(runs)
      .values(toRunRow(run))
      .onConflictDoUpdate({ target: [runs.trackId, runs.runId], set: broughtValues(runs) });
    await prepared(upsert);
  }
  for (const command of commit.commands) await writeCommand(tx, command, commit.now);
}

async function writeDelivery(tx: Transaction, { delivery, now }: DigestCommit): Promise<void> {
  if (!delivery) return;
  const { id, claim, status, detail, signals } = delivery;
  const update = tx
    .update(deliveries)
    .set({ status, detail, signals, digestedAt: now, ...UNCLAIMED })
    .where(
      and(
        eq(deliveries.id, id),
        eq(deliveries.claim, claim),
        sql`${deliveries.status} = 'received'`,
      ),
    )
    .returning({ id: deliveries.id });
  if ((await prepared(update)).length === 0) throw new Refusal("claim_lost");
}

/** Locks the track's row to the transaction's end, and with it every other commit to the same stream. */
async function writeTrack(tx: Transaction, { track, loadedVersion }: GroupedTrack): Promise<void> {
  const written =
    loadedVersion === 0
      ? await prepared(
          tx.insert(tracks).values(track).onConflictDoNothing().returning({ id: tracks.id }),
        )
      : await prepared(
          tx
            .update(tracks)
            .set(track)
            .where(and(eq(tracks.id, track.id), eq(tracks.version, loadedVersion)))
            .returning({ id: tracks.id }),
        );
  if (written.length === 0) throw new Refusal("conflict");
}

/** A command whose dedupe key is known already neither goes in nor supersedes another. */
async function writeCommand(tx: Transaction, command: NewCommand, now: number): Promise<void> {
  const { streamKey, dedupeKey } = command;
  if (streamKey !== null) {
    const isNew =
      dedupeKey === null
        ? undefined
        : sql`not exists (select 1 from commands as it where it.dedupe_key = ${dedupeKey})`;
    const supersede = tx
      .update(commands)
      .set({ status: "superseded", reason: REASON.newerState, settledAt: now })
      .where(and(eq(commands.streamKey, streamKey), sql`${commands.status} = 'pending'`, isNew));
    await prepared(supersede);
  }
  const insert = tx
    .insert(commands)
    .values(toCommandRow(command))
    .onConflictDoNothing({ target: commands.dedupeKey });
  await prepared(insert);
}
