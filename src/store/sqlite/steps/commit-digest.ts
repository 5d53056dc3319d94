/**
 * Writes a digest's outcome, or nothing. The guards stand first and see the database as it was.
 * SQLite dialect.
 */
import { and, eq, exists, notExists, or, sql } from "drizzle-orm";
import type { NewCommand } from "../../../model/command.ts";
import type { DigestCommit, Store } from "../../port.ts";
import { excludedColumns } from "../../excluded-columns.ts";
import { REASON, UNCLAIMED, toCommandRow, toRunRow } from "../../records.ts";
import { groupTracks } from "../../track-writes.ts";
import { arg, argsOf } from "../../hot-statement.ts";
import { asStatement, compiled, refusalOf, refuseUnless } from "../driver/database.ts";
import type { Database, Statement } from "../driver/database.ts";
import { commands, deliveries, runs, tracks } from "../schema.ts";
import { memoryStatements } from "./memory.ts";

export function commitDigestStep(db: Database): Store["commitDigest"] {
  const statements = digestStatements(db);
  return async (commit) => {
    const memory = memoryStatements(commit.memory, commit.now);
    const [first, ...rest] = [
      ...memory.guards.map(asStatement),
      ...deliveryStatements(statements, commit),
      ...trackStatements(statements, commit),
      ...memory.writes.map(asStatement),
      ...commit.commands.flatMap((it) => commandStatements(statements, it, commit.now)),
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

type DigestStatements = ReturnType<typeof digestStatements>;

function digestStatements(db: Database) {
  const held = () =>
    and(
      eq(deliveries.id, arg("id")),
      eq(deliveries.claim, arg("claim")),
      eq(deliveries.status, "received"),
    );
  const sameTrack = () =>
    or(
      eq(tracks.id, arg("id")),
      and(eq(tracks.endpointId, arg("endpointId")), eq(tracks.key, arg("key"))),
    );
  const loaded = () => and(eq(tracks.id, arg("id")), eq(tracks.version, arg("loadedVersion")));
  const isPendingOfStream = () =>
    and(eq(commands.streamKey, arg("streamKey")), sql`${commands.status} = 'pending'`);
  const isNew = sql`not exists (select 1 from commands as it where it.dedupe_key = ${arg("dedupeKey")})`;
  const superseded = {
    status: "superseded",
    reason: REASON.newerState,
    settledAt: arg<number>("now"),
  } as const;
  return {
    refuseUnlessHeld: compiled(() =>
      refuseUnless(db, "claim_lost", exists(db.select().from(deliveries).where(held()))),
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
        .where(eq(deliveries.id, arg("id"))),
    ),
    /** The track still has the version it was loaded with. */
    refuseUnlessUnmoved: compiled(() =>
      refuseUnless(db, "conflict", exists(db.select().from(tracks).where(loaded()))),
    ),
    refuseUnlessNew: compiled(() =>
      refuseUnless(db, "conflict", notExists(db.select().from(tracks).where(sameTrack()))),
    ),
    writeTrack: compiled(() =>
      db
        .insert(tracks)
        .values(argsOf(tracks))
        .onConflictDoUpdate({ target: tracks.id, set: excludedColumns(tracks) }),
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

function deliveryStatements(to: DigestStatements, { delivery, now }: DigestCommit): Statement[] {
  if (!delivery) return [];
  return [to.refuseUnlessHeld({ ...delivery }), to.settleDelivery({ ...delivery, now })];
}

function trackStatements(to: DigestStatements, commit: DigestCommit): Statement[] {
  const grouped = groupTracks(commit.tracks);
  return [
    ...grouped.map(({ track, loadedVersion }) =>
      loadedVersion === 0
        ? to.refuseUnlessNew({ ...track })
        : to.refuseUnlessUnmoved({ id: track.id, loadedVersion }),
    ),
    ...grouped.map(({ track }) => to.writeTrack({ ...track })),
    ...(commit.moved ?? []).map((it) => to.removeRun({ ...it })),
    ...commit.tracks.flatMap(({ run }) => (run ? to.writeRun({ ...toRunRow(run) }) : [])),
  ];
}

/** A command whose dedupe key is known already neither goes in nor supersedes another. */
function commandStatements(to: DigestStatements, command: NewCommand, now: number): Statement[] {
  const { streamKey, dedupeKey } = command;
  const insert = to.insertCommand({ ...toCommandRow(command) });
  if (streamKey === null) return [insert];
  const supersede =
    dedupeKey === null
      ? to.supersede({ streamKey, now })
      : to.supersedeIfNew({ streamKey, dedupeKey, now });
  return [supersede, insert];
}
