/**
 * Which commands can be claimed now: the one definition of it, Postgres dialect. Parts of
 * statements, in which `due` is the command in question.
 */

/**
 * An array is made once, and few are being sent; EXISTS would be asked, or a hash made of the whole
 * table, per row.
 */
const isNotIn = (streamKeys: string): string =>
  `coalesce(due.stream_key <> all(array(${streamKeys})), true)`;

/** No live process is sending to the stream of `due`. */
export const IS_NOT_SENT_TO = isNotIn(
  `select current.stream_key from commands as current
   where current.status = 'sending' and current.claim_expires_at > :now`,
);

/** Its stream is not sent to while a newer wanted state waits. */
const IS_NOT_SUCCEEDED = isNotIn(
  `select current.stream_key from commands as current
   join commands as newer on newer.stream_key = current.stream_key and newer.status = 'pending'
   where current.status = 'sending'`,
);

/**
 * Pending ones that are due and whose stream nobody is sending to, and those whose sender's lease
 * ran out, unless their stream has a newer wanted state by now. What was claimed was due then, so
 * the bound on `not_before` holds for both; it stands by itself, as only then the index alone
 * decides it.
 */
export const IS_CLAIMABLE = `due.settled_at is null and due.not_before <= :now
  and case due.status
    when 'sending' then due.claim_expires_at <= :now and ${IS_NOT_SUCCEEDED}
    else ${IS_NOT_SENT_TO} end`;
