/** Writes a digest's outcome, or nothing. The guards stand first and see the database as it was. SQLite dialect. */
import { and, eq, exists, notExists, or, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { DigestCommit, NewCommand, Store, Track } from "../../ports.ts";
import { broughtValues } from "../brought-values.ts";
import { REASON, UNCLAIMED, toCommandRow, toRunRow } from "../records.ts";
import { groupTracks } from "../track-writes.ts";
import { refusalOf, refuseUnless } from "./database.ts";
import type { Database, Statement } from "./database.ts";
import { commands, deliveries, runs, tracks } from "./schema.ts";

export function commitDigestStep(db: Database): Store["commitDigest"] {
  return async (commit) => {
    const [first, ...rest] = [
      ...deliveryStatements(db, commit),
      ...trackStatements(db, commit),
      ...commit.commands.flatMap((command) => commandStatements(db, command, commit.now)),
    ];
    if (!first) return "committed";
    try {
      await db.batch([first, ...rest]);
      return "committed";
    } catch (error) {
      const refusal = refusalOf(error);
      if (refusal) return refusal;
      throw error;
    }
  };
}

function deliveryStatements(db: Database, { delivery, now }: DigestCommit): Statement[] {
  if (!delivery) return [];
  const { id, claim, status, detail, signals } = delivery;
  const held = and(
    eq(deliveries.id, id),
    eq(deliveries.claim, claim),
    eq(deliveries.status, "received"),
  );
  return [
    refuseUnless(db, "claim_lost", exists(db.select().from(deliveries).where(held))),
    db
      .update(deliveries)
      .set({ status, detail, signals, digestedAt: now, ...UNCLAIMED })
      .where(eq(deliveries.id, id)),
  ];
}

function trackStatements(db: Database, commit: DigestCommit): Statement[] {
  const grouped = groupTracks(commit.tracks);
  return [
    ...grouped.map(({ track, loadedVersion }) =>
      refuseUnless(db, "conflict", unmoved(db, track, loadedVersion)),
    ),
    ...grouped.map(({ track }) =>
      db
        .insert(tracks)
        .values(track)
        .onConflictDoUpdate({ target: tracks.id, set: broughtValues(tracks) }),
    ),
    ...commit.tracks.map(({ run }) =>
      db
        .insert(runs)
        .values(toRunRow(run))
        .onConflictDoUpdate({ target: [runs.trackId, runs.runId], set: broughtValues(runs) }),
    ),
  ];
}

/** The track still has the version it was loaded with; version 0: there is none. */
function unmoved(db: Database, track: Track, loadedVersion: number): SQL {
  const sameTrack = or(
    eq(tracks.id, track.id),
    and(eq(tracks.endpointId, track.endpointId), eq(tracks.key, track.key)),
  );
  if (loadedVersion === 0) return notExists(db.select().from(tracks).where(sameTrack));
  const loaded = and(eq(tracks.id, track.id), eq(tracks.version, loadedVersion));
  return exists(db.select().from(tracks).where(loaded));
}

/** A command whose dedupe key is known already neither goes in nor supersedes another. */
function commandStatements(db: Database, command: NewCommand, now: number): Statement[] {
  const insert = db
    .insert(commands)
    .values(toCommandRow(command))
    .onConflictDoNothing({ target: commands.dedupeKey });
  if (command.streamKey === null) return [insert];
  const isNew =
    command.dedupeKey === null
      ? undefined
      : sql`not exists (select 1 from commands as it where it.dedupe_key = ${command.dedupeKey})`;
  const supersede = db
    .update(commands)
    .set({ status: "superseded", reason: REASON.newerState, settledAt: now })
    .where(
      and(eq(commands.streamKey, command.streamKey), sql`${commands.status} = 'pending'`, isNew),
    );
  return [supersede, insert];
}
