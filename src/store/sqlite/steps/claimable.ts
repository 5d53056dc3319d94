/**
 * Which commands can be claimed now: the one definition of it, SQLite dialect. Parts of statements,
 * in which `due` is the command in question.
 */

/** Named, as the planner might sort the whole outbox at every claim. */
export const FROM_DUE = `commands as due indexed by commands_to_claim`;

/** A live process is sending to the stream of `due`. */
export const IS_SENT_TO = `exists (select 1 from commands as current
  where current.stream_key = due.stream_key and current.status = 'sending'
    and current.claim_expires_at > :now)`;

/**
 * Pending ones that are due and whose stream nobody is sending to, and those whose sender's lease
 * ran out, unless their stream has a newer wanted state by now. What was claimed was due then, so
 * the bound on `not_before` holds for both; it stands by itself, as only then the index alone
 * decides it.
 */
export const IS_CLAIMABLE = `due.settled_at is null and due.not_before <= :now
  and case due.status
    when 'sending' then due.claim_expires_at <= :now and not exists (select 1 from commands as newer
      where newer.stream_key = due.stream_key and newer.status = 'pending')
    else not ${IS_SENT_TO} end`;
