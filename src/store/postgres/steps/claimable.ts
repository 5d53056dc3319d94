/**
 * Which commands can be claimed now: the one definition of it, Postgres dialect. Statement parts
 * only.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { commands } from "../schema.ts";

export const due = alias(commands, "due");

/**
 * Pending ones that are due and whose stream nobody is sending to, and those whose sender's lease
 * ran out, unless their stream has a newer wanted state by now. What was claimed was due then, so
 * the bound on `not_before` holds for both; it stands by itself, as only then the index alone
 * decides it. Literals, not parameters: only then does the planner see that the partial index
 * serves.
 */
export function claimable(now: number): SQL {
  return sql`${due.status} in ('pending', 'sending') and ${due.notBefore} <= ${now} and case ${due.status}
    when 'sending' then ${due.claimExpiresAt} <= ${now} and ${isNotIn(SUCCEEDED_STREAMS)}
    else ${isNotSentTo(now)} end`;
}

/** No live process is sending to the stream of `due`. */
export function isNotSentTo(now: number): SQL {
  return isNotIn(sql`select current.stream_key from commands as current
    where current.status = 'sending' and current.claim_expires_at > ${now}`);
}

/** Streams that are being sent to while a newer wanted state waits. */
const SUCCEEDED_STREAMS = sql`select current.stream_key from commands as current
  join commands as newer on newer.stream_key = current.stream_key and newer.status = 'pending'
  where current.status = 'sending'`;

/**
 * An array is made once, and few are being sent; EXISTS would be asked, or a hash made of the whole
 * table, per row.
 */
function isNotIn(streamKeys: SQL): SQL {
  return sql`coalesce(${due.streamKey} <> all(array(${streamKeys})), true)`;
}
