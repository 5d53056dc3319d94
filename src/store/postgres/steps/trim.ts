/**
 * Trims what is old and owed no longer, a small batch at a time. Postgres dialect. What is to go is
 * locked before it is looked at for the last time: other processes may be replaying, retrying or
 * resuming it at this moment.
 */
import { and, asc, inArray, lt, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { commandIdsOf, commandIdsOfEach } from "../../sql/delivery-commands.ts";
import type { Store } from "../../port.ts";
import { LAST_ID } from "../../lists/page.ts";
import { TRIM_MEMORY } from "../../sql/memory-tables.ts";
import { clientOf } from "../driver/database.ts";
import type { Database, Transaction } from "../driver/database.ts";
import { statement } from "../driver/statement.ts";
import { trimTracks } from "./trim-tracks.ts";
import { accounts, commandAttempts, commands, deliveries, formerApiKeys, runs } from "../schema.ts";

type Options = Parameters<Store["trim"]>[0];

/** Where so many of the oldest are old, nobody looks where the young begin. */
const FRONT_ROWS = sql.raw("500");

const trimMemory = TRIM_MEMORY.map((text) => statement(text));

export function trimStep(db: Database): Store["trim"] {
  return (options) =>
    db.transaction(async (tx) => {
      const ids = await lockDeliveries(tx, options);
      const attached = await deleteCommands(tx, isOfOneOf(ids));
      const trimmed = await tx.delete(deliveries).where(inArray(deliveries.id, ids));
      const unattached = await lockUnattached(tx, options);
      const alone = await deleteCommands(tx, inArray(commands.id, unattached));
      const old = await tx.delete(runs).where(isOldRun(options));
      const passed = await trimTracks(clientOf(tx), options);
      const keys = await tx.delete(formerApiKeys).where(nothingIsOwed);
      let forgotten = 0;
      for (const it of trimMemory)
        forgotten += (await it(clientOf(tx), { before: options.before })).length;
      return attached + trimmed.count + alone + old.count + passed + keys.count + forgotten;
    });
}

/** Ids of deliveries to trim, locked together with their commands. */
async function lockDeliveries(tx: Transaction, { before, limit }: Options): Promise<string[]> {
  // Oldest first by id, which sorts by time, up to the first that is young.
  const firstYoung = sql`coalesce((select young.id from
    (select id, received_at from deliveries order by id limit ${FRONT_ROWS}) as young
    where young.received_at >= ${before} limit 1), ${LAST_ID})`;
  const isOpen = sql`${commands.status} in ('pending', 'sending')`;
  const idsOf = sql.raw(commandIdsOf(`"deliveries"."id"`));
  const isOwed = sql`exists (select 1 from ${commands} where ${commands.id} in (${idsOf})
    and ${isOpen})`;
  const old = await tx
    .select({ id: deliveries.id })
    .from(deliveries)
    .where(
      and(
        lt(deliveries.id, firstYoung),
        sql`${deliveries.status} <> 'received'`,
        lt(deliveries.receivedAt, before),
        sql`not ${isOwed}`,
      ),
    )
    .orderBy(asc(deliveries.id))
    .limit(limit)
    .for("update", { skipLocked: true });
  const ids = old.map((row) => row.id);
  const attached = isOfOneOf(ids);
  await tx.select({ id: commands.id }).from(commands).where(attached).for("update");
  const { deliveryId } = commands;
  const owed = await tx.select({ deliveryId }).from(commands).where(and(attached, isOpen));
  const kept = new Set(owed.map((row) => row.deliveryId));
  return ids.filter((id) => !kept.has(id));
}

/** A command is of one of these deliveries, whose ids hold no comma. */
const isOfOneOf = (ids: readonly string[]): SQL =>
  sql`${commands.id} in (with d(id) as (select unnest(string_to_array(${ids.join(",")}, ',')))
    ${sql.raw(commandIdsOfEach())})`;

/** Ids of settled commands that no delivery asked for, locked. */
async function lockUnattached(tx: Transaction, { before, limit }: Options): Promise<string[]> {
  const rows = await tx
    .select({ id: commands.id })
    .from(commands)
    .where(
      and(
        sql`${commands.deliveryId} is null and ${commands.status} not in ('pending', 'sending')`,
        lt(commands.settledAt, before),
      ),
    )
    .orderBy(asc(commands.settledAt))
    .limit(limit)
    .for("update", { skipLocked: true });
  return rows.map((row) => row.id);
}

/** Deletes commands with their attempts; answers how many rows went. */
async function deleteCommands(tx: Transaction, which: SQL): Promise<number> {
  const ids = tx.select({ id: commands.id }).from(commands).where(which);
  const attempts = await tx.delete(commandAttempts).where(inArray(commandAttempts.commandId, ids));
  const deleted = await tx.delete(commands).where(which);
  return attempts.count + deleted.count;
}

/**
 * No command of its endpoint is open on its account, and no roll-up there that its endpoint is to
 * end.
 */
const nothingIsOwed = sql`not exists (select 1 from ${commands} as owed
    where owed.account = ${formerApiKeys.account} and owed.endpoint_id = ${formerApiKeys.endpointId}
      and owed.settled_at is null)
  and not exists (select 1 from ${accounts} where ${accounts.account} = ${formerApiKeys.account}
    and ${accounts.state}::json -> 'rollUp' ->> 'endpointId' = ${formerApiKeys.endpointId})`;

/** An array is made once; a plain IN may run its subquery again and lock more than the limit. */
function isOldRun({ before, limit }: Options): SQL {
  return sql`${runs}.ctid = any(array(select old.ctid from ${runs} as old
    where old.ended_at < ${before} and old.updated_at < ${before} and not exists
      (select 1 from tracks where tracks.id = old.track_id and tracks.shown_run_id = old.run_id)
    order by old.ended_at limit ${limit} for update skip locked))`;
}
