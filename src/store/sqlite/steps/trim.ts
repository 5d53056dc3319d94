/**
 * Trims what is old and owed no longer, a small batch at a time. SQLite dialect. The selections
 * look only at what the deletes before them leave alone, so each names the same rows every time it
 * stands in the batch.
 */
import { and, asc, inArray, lt, sql } from "drizzle-orm";
import type { SQL, SQLWrapper } from "drizzle-orm";
import { ofDelivery } from "../../sql/delivery-commands.ts";
import type { Store } from "../../port.ts";
import { LAST_ID } from "../../lists/page.ts";
import { TRIM_MEMORY } from "../../sql/memory-tables.ts";
import { asStatement } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { statement } from "../driver/statement.ts";
import { selectOpen } from "./claimable.ts";
import { trimTracks } from "./trim-tracks.ts";
import { accounts, commandAttempts, commands, deliveries, formerApiKeys, runs } from "../schema.ts";

type Options = Parameters<Store["trim"]>[0];

/** Where so many of the oldest are old, nobody looks where the young begin. */
const FRONT_ROWS = sql.raw("500");

/** Where so many of the oldest calls are of commands that are kept, the others wait for them. */
const FRONT_CALLS = 5_000;

const trimMemory = TRIM_MEMORY.map((text) => statement(text));

export function trimStep(db: Database): Store["trim"] {
  return async (options) => {
    const trimmed = oldDeliveries(db, options);
    const attached = isOfOneOf(trimmed);
    const unattached = oldUnattached(db, options);
    const id = { id: sql<string>`id` };
    const deleted = await db.batch([
      db.delete(commandAttempts).where(isCallOf(attached)).returning(id),
      db.delete(commands).where(attached).returning(id),
      db.delete(deliveries).where(inArray(deliveries.id, trimmed)).returning(id),
      db
        .delete(commandAttempts)
        .where(isCallOf(inArray(commands.id, unattached)))
        .returning(id),
      db.delete(commands).where(inArray(commands.id, unattached)).returning(id),
      asStatement(strayCalls({ ...options })),
      db.delete(runs).where(isOldRun(options)).returning({ id: runs.runId }),
      db.delete(formerApiKeys).where(nothingIsOwed).returning({ id: formerApiKeys.endpointId }),
      ...trimMemory.map((it) => asStatement(it({ before: options.before }))),
    ]);
    const rows = deleted.reduce((count, it) => count + (Array.isArray(it) ? it.length : 0), 0);
    return rows + (await trimTracks(db, options));
  };
}

/** A command is of one of these deliveries. */
function isOfOneOf(trimmed: SQLWrapper): SQL {
  const [byId, stray] = ofDelivery("d.id").map((it) => sql.raw(it));
  const from = sql`from ${trimmed} as d cross join commands as it`;
  return sql`${commands.id} in
    (select it.id ${from} where ${byId} union all select it.id ${from} where ${stray})`;
}

/** The calls that these commands name. */
function isCallOf(which: SQL): SQL {
  return sql`${commandAttempts.id} in (select ids.value
    from ${commands}, json_each(${commands.callIds}) as ids where ${which})`;
}

/** Old calls that the rows of their commands did not name: the oldest of many, or of a former version. */
const strayCalls = statement(
  `delete from command_attempts where id in (
     select it.id from (select id, command_id from command_attempts
       where id < :before * 1000 order by id limit ${FRONT_CALLS}) as it
     where not exists (select 1 from commands where commands.id = it.command_id)
     limit :limit + 0) returning id`,
);

/** Oldest first by id, which sorts by time, up to the first that is young. */
function oldDeliveries(db: Database, { before, limit }: Options) {
  const firstYoung = sql`coalesce((select young.id from
    (select id, received_at from deliveries order by id limit ${FRONT_ROWS}) as young
    where young.received_at >= ${before} limit 1), ${LAST_ID})`;
  const [byId, stray] = ofDelivery(`"deliveries"."id"`).map((it) => sql.raw(it));
  const isOpen = sql`it.status in ('pending', 'sending')`;
  const isOwed = sql`(exists (select 1 from commands as it where ${byId} and ${isOpen})
    or exists (select 1 from commands as it indexed by commands_of_delivery
      where ${stray} and ${isOpen}))`;
  return db
    .select({ id: sql<string>`${deliveries.id}` })
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
    .limit(limit);
}

/** Settled commands that no delivery asked for. */
function oldUnattached(db: Database, { before, limit }: Options) {
  return db
    .select({ id: sql<string>`${commands.id}` })
    .from(sql`${commands} indexed by commands_without_delivery`)
    .where(
      and(
        sql`${commands.deliveryId} is null and ${commands.status} not in ('pending', 'sending')`,
        lt(commands.settledAt, before),
      ),
    )
    .orderBy(asc(commands.settledAt))
    .limit(limit);
}

/**
 * No command of its endpoint is open on its account, and no roll-up there that its endpoint is to
 * end.
 */
const nothingIsOwed = sql`not exists (${sql.raw(
  selectOpen(
    "1",
    "due.account = former_api_keys.account and due.endpoint_id = former_api_keys.endpoint_id",
  ),
)})
  and not exists (select 1 from ${accounts} where ${accounts.account} = ${formerApiKeys.account}
    and ${accounts.state} ->> '$.rollUp.endpointId' = ${formerApiKeys.endpointId})`;

function isOldRun({ before, limit }: Options) {
  return sql`rowid in (select old.rowid from runs as old indexed by runs_to_trim
    where old.ended_at < ${before} and old.updated_at < ${before} and not exists
      (select 1 from tracks where tracks.id = old.track_id and tracks.shown_run_id = old.run_id)
    order by old.ended_at limit ${limit})`;
}
