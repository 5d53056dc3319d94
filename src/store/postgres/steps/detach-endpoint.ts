/**
 * What an endpoint leaves on its account when it is deleted or gets another API key: its streams
 * there are to end. Postgres dialect. The caller's transaction holds the endpoint's row, so that
 * nothing is claimed in between.
 */
import { and, asc, eq, gt, isNull, ne, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { newId } from "../../../util/id.ts";
import { PRIORITY } from "../../../model/command.ts";
import type { EndpointRecord } from "../../../model/endpoint.ts";
import { KEPT_STREAM_KEY_LENGTH, formerEnd, REASON, toCommandRow } from "../../rows/records.ts";
import type { Transaction } from "../driver/database.ts";
import { accounts, commands, formerApiKeys, streams, tracks } from "../schema.ts";

export type Leaver = Pick<EndpointRecord, "id" | "account" | "sealedApiKey">;

/** @param to the account that it moves to; undefined: it is deleted */
export async function leaveAccount(
  tx: Transaction,
  endpoint: Leaver,
  to: string | undefined,
  now: number,
): Promise<void> {
  await keepApiKey(tx, endpoint);
  // In the order in which digests lock them; what they committed by now is seen by all that
  // follows.
  await tx
    .select({ id: tracks.id })
    .from(tracks)
    .where(eq(tracks.endpointId, endpoint.id))
    .orderBy(asc(tracks.id))
    .for("update");
  await settleCommands(tx, endpoint.id, to, now);
  await insertEnds(tx, endpoint, now);
  await giveNewStreamKeys(tx, endpoint.id);
}

async function keepApiKey(tx: Transaction, { id, account, sealedApiKey }: Leaver): Promise<void> {
  if (sealedApiKey === null) return;
  await tx
    .insert(formerApiKeys)
    .values({ endpointId: id, account, sealed: sealedApiKey })
    .onConflictDoUpdate({
      target: [formerApiKeys.endpointId, formerApiKeys.account],
      set: { sealed: sealedApiKey },
    });
}

async function settleCommands(
  tx: Transaction,
  endpointId: string,
  to: string | undefined,
  now: number,
): Promise<void> {
  const pending = and(eq(commands.endpointId, endpointId), sql`${commands.status} = 'pending'`);
  const skip = (reason: string, which: SQL) =>
    tx
      .update(commands)
      .set({ status: "skipped", reason, settledAt: now })
      .where(and(pending, which));
  // A result lingers by an end that is due later; there is nothing left to linger for.
  await tx
    .update(commands)
    .set({ notBefore: now })
    .where(and(pending, eq(commands.kind, "stream_end"), gt(commands.notBefore, now)));
  if (to === undefined) {
    await skip(REASON.endpointDeleted, ne(commands.kind, "stream_end"));
    return;
  }
  await skip(REASON.otherApiKey, eq(commands.kind, "stream_update"));
  await tx
    .update(commands)
    .set({ account: to })
    .where(and(pending, isNull(commands.streamKey)));
}

/** One for each stream that may be on the screen and has no end pending already. */
async function insertEnds(tx: Transaction, { id, account }: Leaver, now: number): Promise<void> {
  const key = tracks.streamKey;
  const isAlive = sql`exists (select 1 from ${streams} where ${streams.streamKey} = ${key} and ${streams.alive})`;
  // Literals, not parameters: only then does the planner see that the partial indexes serve.
  const isIn = (status: "pending" | "sending") => sql`exists (select 1 from commands as it
    where it.stream_key = ${key} and it.status = ${sql.raw(`'${status}'`)})`;
  const holdsSlot = sql`${key} in (select slot ->> 'streamKey'
    from ${accounts}, json_array_elements(${accounts.state}::json -> 'slots') as slot
    where ${accounts.account} = ${account})`;
  const shown = await tx
    .select({ trackId: tracks.id, streamKey: key })
    .from(tracks)
    .where(
      and(
        eq(tracks.endpointId, id),
        sql`(${isAlive} or ${isIn("sending")} or ${holdsSlot})`,
        sql`not ${isIn("pending")}`,
      ),
    );
  if (shown.length === 0) return;
  const ends = shown.map(({ trackId, streamKey }) =>
    toCommandRow({
      id: newId("cmd", now),
      endpointId: id,
      account,
      deliveryId: null,
      trackId,
      streamKey,
      priority: PRIORITY.streamEnd,
      intent: formerEnd(streamKey),
      dedupeKey: null,
      notBefore: now,
      createdAt: now,
    }),
  );
  await tx.insert(commands).values(ends);
}

/**
 * What comes later, from a process that has not heard yet, then touches none of the streams that
 * are to end.
 */
async function giveNewStreamKeys(tx: Transaction, endpointId: string): Promise<void> {
  const ending = crypto.randomUUID().slice(0, 8);
  await tx
    .update(tracks)
    .set({
      streamKey: sql`substr(${tracks.streamKey}, 1, ${KEPT_STREAM_KEY_LENGTH}) || '-' || ${ending}`,
      version: sql`${tracks.version} + 1`,
    })
    .where(eq(tracks.endpointId, endpointId));
}
