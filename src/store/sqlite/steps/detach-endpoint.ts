/**
 * What an endpoint leaves on its account when it is deleted or gets another API key: its streams
 * there are to end. Statements only, SQLite dialect; they stand before the one that changes the
 * endpoint.
 */
import { and, eq, exists, getTableColumns, gt, isNotNull, isNull, ne, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { newId } from "../../../util/id.ts";
import { PRIORITY } from "../../../model/command.ts";
import { KEPT_STREAM_KEY_LENGTH, formerEnd, REASON } from "../../rows/records.ts";
import type { Database, Statement } from "../driver/database.ts";
import { NO_CALLS } from "./call-ids.ts";
import { isOpenOn } from "./claimable.ts";
import { accounts, commands, endpoints, formerApiKeys, streams, tracks } from "../schema.ts";

/** Digits of an id that the database makes; in a ULID's alphabet. */
const OWN_DIGITS = 8;

export interface Leaving {
  readonly id: string;
  readonly now: number;
  /** The account that it moves to; undefined: it is deleted. */
  readonly to: string | undefined;
}

export function leaveStatements(db: Database, leaving: Leaving): Statement[] {
  const { id, to } = leaving;
  const detached = and(
    eq(endpoints.id, id),
    to === undefined ? undefined : ne(endpoints.account, to),
  );
  const leaves = exists(db.select().from(endpoints).where(detached));
  return [
    keepApiKey(db, detached),
    ...settleCommands(db, leaving, leaves),
    insertEnds(db, leaving, detached),
    giveNewStreamKeys(db, leaving, leaves),
  ];
}

function keepApiKey(db: Database, detached: SQL | undefined): Statement {
  const { id: endpointId, account } = endpoints;
  return db
    .insert(formerApiKeys)
    .select(
      db
        .select({
          endpointId,
          account,
          sealed: sql<string>`${endpoints.sealedApiKey}`.as("sealed"),
        })
        .from(endpoints)
        .where(and(detached, isNotNull(endpoints.sealedApiKey))),
    )
    .onConflictDoUpdate({
      target: [formerApiKeys.endpointId, formerApiKeys.account],
      set: { sealed: sql`excluded.sealed` },
    });
}

function settleCommands(db: Database, { id, now, to }: Leaving, leaves: SQL): Statement[] {
  const pending = and(eq(commands.endpointId, id), sql`${commands.status} = 'pending'`, leaves);
  const skip = (reason: string, which: SQL) =>
    db
      .update(commands)
      .set({ status: "skipped", reason, settledAt: now })
      .where(and(pending, which));
  // A result lingers by an end that is due later; there is nothing left to linger for.
  const endNow = db
    .update(commands)
    .set({ notBefore: now })
    .where(and(pending, eq(commands.kind, "stream_end"), gt(commands.notBefore, now)));
  if (to === undefined)
    return [skip(REASON.endpointDeleted, ne(commands.kind, "stream_end")), endNow];
  return [
    endNow,
    skip(REASON.otherApiKey, eq(commands.kind, "stream_update")),
    db
      .update(commands)
      .set({ account: to })
      .where(and(pending, isNull(commands.streamKey))),
  ];
}

/** One for each stream that may be on the screen and has no end pending already. */
function insertEnds(db: Database, { now }: Leaving, detached: SQL | undefined): Statement {
  const key = tracks.streamKey;
  const isAlive = sql`exists (select 1 from ${streams} where ${streams.streamKey} = ${key} and ${streams.alive})`;
  const isIn = (status: "pending" | "sending") =>
    sql.raw(isOpenOn("tracks.stream_key", `it.status = '${status}'`));
  const holdsSlot = sql`${key} in (select slot.value ->> '$.streamKey'
    from ${accounts}, json_each(${accounts.state}, '$.slots') as slot
    where ${accounts.account} = ${endpoints.account})`;
  return db.insert(commands).select(
    db
      .select({ ...getTableColumns(commands), ...endColumns(now) })
      .from(tracks)
      .innerJoin(endpoints, eq(endpoints.id, tracks.endpointId))
      .where(
        and(
          detached,
          sql`(${isAlive} or ${isIn("sending")} or ${holdsSlot})`,
          sql`not ${isIn("pending")}`,
        ),
      ),
  );
}

function endColumns(now: number) {
  const madeUpId = newId("cmd", now).slice(0, -OWN_DIGITS);
  const intent = sql<string>`json_set(${JSON.stringify(formerEnd(""))}, '$.streamKey', ${tracks.streamKey})`;
  const nothing = sql<null>`null`;
  const time = sql<number>`${now}`;
  return {
    id: sql<string>`${madeUpId} || hex(randomblob(${OWN_DIGITS / 2}))`.as("id"),
    endpointId: sql<string>`${endpoints.id}`.as("endpoint_id"),
    account: sql<string>`${endpoints.account}`.as("account"),
    deliveryId: nothing.as("delivery_id"),
    trackId: sql<string>`${tracks.id}`.as("track_id"),
    streamKey: sql<string>`${tracks.streamKey}`.as("stream_key"),
    priority: sql<number>`${PRIORITY.streamEnd}`.as("priority"),
    kind: sql<"stream_end">`'stream_end'`.as("kind"),
    dedupeKey: nothing.as("dedupe_key"),
    notBefore: time.as("not_before"),
    createdAt: time.as("created_at"),
    status: sql<"pending">`'pending'`.as("status"),
    attempts: sql<number>`0`.as("attempts"),
    reason: nothing.as("reason"),
    possibleRepeat: sql<boolean>`0`.as("possible_repeat"),
    settledAt: nothing.as("settled_at"),
    claim: nothing.as("claim"),
    claimExpiresAt: nothing.as("claim_expires_at"),
    intent: intent.as("call"),
    callIds: sql<[]>`${sql.raw(NO_CALLS)}`.as("call_ids"),
  };
}

/**
 * What comes later, from a process that has not heard yet, then touches none of the streams that
 * are to end.
 */
function giveNewStreamKeys(db: Database, { id }: Leaving, leaves: SQL): Statement {
  const ending = crypto.randomUUID().slice(0, 8);
  return db
    .update(tracks)
    .set({
      streamKey: sql`substr(${tracks.streamKey}, 1, ${KEPT_STREAM_KEY_LENGTH}) || '-' || ${ending}`,
      version: sql`${tracks.version} + 1`,
    })
    .where(and(eq(tracks.endpointId, id), leaves));
}
