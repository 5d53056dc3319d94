/**
 * Which commands can be claimed now: the one definition of it, SQLite dialect. Statement parts
 * only.
 */
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import { commands } from "../schema.ts";

export const due = alias(commands, "due");

/**
 * Named, as the planner would take the index by status and sort the whole outbox at every claim.
 */
export const FROM_DUE = sql`commands as due indexed by commands_to_claim`;

/**
 * Pending ones that are due and whose stream nobody is sending to, and those whose sender's lease
 * ran out, unless their stream has a newer wanted state by now. What was claimed was due then, so
 * the bound on `not_before` holds for both; it stands by itself, as only then the index alone
 * decides it.
 */
export function claimable(now: number): SQL {
  return sql`${due.status} in ('pending', 'sending') and ${due.notBefore} <= ${now} and case ${due.status}
    when 'sending' then ${due.claimExpiresAt} <= ${now} and not exists (select 1 from commands as newer
      where newer.stream_key = ${due.streamKey} and newer.status = 'pending')
    else not ${isSentTo(now)} end`;
}

/** A live process is sending to the stream of `due`. */
export function isSentTo(now: number): SQL {
  return sql`exists (select 1 from commands as current where current.stream_key = ${due.streamKey}
    and current.status = 'sending' and current.claim_expires_at > ${now})`;
}
