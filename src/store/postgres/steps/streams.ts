/** What is known of streams, and how one gives way and comes back, Postgres dialect. */
import { and, desc, eq, getTableColumns, gt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { excludedColumns } from "../../excluded-columns.ts";
import type { DisplacedResume } from "../../../model/command.ts";
import type { StreamRecord } from "../../../model/stream.ts";
import type { Store } from "../../port.ts";
import { toStream } from "../../records.ts";
import { prepared } from "../driver/database.ts";
import type { Database, Transaction } from "../driver/database.ts";
import { commands, streams } from "../schema.ts";

export function streamSteps(
  db: Database,
): Pick<Store, "findStream" | "displaceStream" | "wakeCommands" | "endWaitsBeyond"> {
  return {
    async findStream(streamKey) {
      const [stream] = await prepared(
        db.select().from(streams).where(eq(streams.streamKey, streamKey)),
      );
      return stream && toStream(stream);
    },

    async displaceStream(stream, resume) {
      await db.transaction(async (tx) => {
        await writeStream(tx, stream);
        await insertResume(tx, stream.streamKey, resume);
      });
    },

    async wakeCommands(account, reason, now) {
      const waits = and(
        sql`${commands.status} = 'pending'`,
        eq(commands.account, account),
        eq(commands.reason, reason),
        gt(commands.notBefore, now),
      );
      await db.update(commands).set({ notBefore: now }).where(waits);
    },

    async endWaitsBeyond(latest, now) {
      const waits = and(
        sql`${commands.status} = 'pending'`,
        gt(commands.attempts, 0),
        gt(commands.notBefore, latest),
      );
      await db.update(commands).set({ notBefore: now }).where(waits);
    },
  };
}

export async function writeStream(tx: Transaction, stream: StreamRecord): Promise<void> {
  const upsert = tx
    .insert(streams)
    .values(stream)
    .onConflictDoUpdate({ target: streams.streamKey, set: excludedColumns(streams) });
  await prepared(upsert);
}

/**
 * Holds what it copies until the copy is there: a trim at the same moment then sees that the
 * delivery is owed again.
 */
async function insertResume(
  tx: Transaction,
  streamKey: string,
  resume: DisplacedResume,
): Promise<void> {
  const last = alias(commands, "last");
  const isOpen = sql`exists (select 1 from commands as it
    where it.stream_key = ${streamKey} and it.status in ('pending', 'sending'))`;
  const lastUpdate = sql`${last.status} = 'done' and ${last.kind} = 'stream_update'`;
  await tx.insert(commands).select(
    tx
      .select({ ...getTableColumns(last), ...asResume(resume) })
      .from(last)
      .where(and(eq(last.streamKey, streamKey), lastUpdate, sql`not ${isOpen}`))
      .orderBy(desc(last.createdAt), desc(last.id))
      .limit(1)
      .for("share"),
  );
}

/** The columns in which the copy differs. */
function asResume({ id, reason, notBefore, createdAt }: DisplacedResume) {
  return {
    id: sql<string>`${id}`.as("id"),
    dedupeKey: sql<null>`null`.as("dedupe_key"),
    notBefore: sql<number>`${notBefore}::bigint`.as("not_before"),
    createdAt: sql<number>`${createdAt}::bigint`.as("created_at"),
    status: sql<"pending">`'pending'`.as("status"),
    attempts: sql<number>`0`.as("attempts"),
    reason: sql<string>`${reason}`.as("reason"),
    possibleRepeat: sql<boolean>`false`.as("possible_repeat"),
    settledAt: sql<null>`null`.as("settled_at"),
  };
}
