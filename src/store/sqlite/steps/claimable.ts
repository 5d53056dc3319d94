/**
 * Which commands are open, and which can be claimed now: the one definition of it, SQLite dialect.
 * Parts of statements. Each open command is in one of two indexes, which are named, as the planner
 * might walk through all that is settled; `due` is the command in question.
 */

/** Of no stream: by account, in the order in which they go out. */
export const UNSTREAMED = `commands as due indexed by commands_to_claim
  where due.settled_at is null and due.stream_key is null`;

/** Of streams: by account and stream. */
export const STREAMED = `commands as due indexed by commands_open_on_streams
  where due.settled_at is null and due.stream_key is not null`;

export const SENDING_UNSTREAMED = `commands as due indexed by commands_sending
  where due.status = 'sending' and due.stream_key is null`;

export const SENDING_STREAMED = `${STREAMED} and due.status = 'sending'`;

/** What was claimed was due then, which its index tells without a look at its row. */
export const WAS_DUE = "due.not_before <= :now";

const selectFrom = (sources: readonly string[], columns: string, condition: string): string =>
  sources.map((it) => `select ${columns} from ${it} and ${condition}`).join("\nunion all ");

/** A SELECT of all open commands for which a condition holds. */
export const selectOpen = (columns: string, condition: string): string =>
  selectFrom([UNSTREAMED, STREAMED], columns, condition);

/** A SELECT of all that are being sent and for which a condition holds. */
export const selectSending = (columns: string, condition: string): string =>
  selectFrom([SENDING_UNSTREAMED, SENDING_STREAMED], columns, condition);

/** The accounts of one of the indexes: jumps from one to the next, where DISTINCT would walk it. */
const accountsOf = (open: string): string => `select account from (
  with recursive names(account) as (
    select min(due.account) from ${open}
    union all
    select (select min(due.account) from ${open} and due.account > names.account)
    from names where names.account is not null
  ) select account from names where account is not null)`;

/** A SELECT of the accounts that have open commands. */
export const OPEN_ACCOUNTS = `${accountsOf(UNSTREAMED)} union ${accountsOf(STREAMED)}`;

/**
 * A command is open on a stream, of whatever account: its endpoint's may have changed.
 *
 * @param streamKey an expression
 * @param condition on the command `it`
 */
export const isOpenOn = (streamKey: string, condition: string): string =>
  `exists (select 1 from commands as it ${onStream(streamKey)} and ${condition})`;

/** The open commands `it` of a stream, of whatever account. */
export const onStream = (streamKey: string): string =>
  `indexed by commands_open_on_streams where it.settled_at is null
     and it.account in (${accountsOf(STREAMED)}) and it.stream_key = ${streamKey}`;

/** A live process is sending to the stream of `due`. */
const IS_SENT_TO = `exists (select 1 from commands as it
  indexed by commands_open_on_streams where it.settled_at is null and it.account = due.account
    and it.stream_key = due.stream_key and it.status = 'sending' and it.claim_expires_at > :now)`;

/** The stream of `due` has a newer wanted state. */
export const IS_SUCCEEDED = isOpenOn("due.stream_key", "it.status = 'pending'");

/**
 * Pending ones that are due and whose stream nobody is sending to, and those whose sender's lease
 * ran out, unless their stream has a newer wanted state by now. What was claimed was due then, so
 * the bound on `not_before` holds for both; it stands by itself, as only then the index alone
 * decides it.
 */
export const CLAIMABLE = {
  unstreamed: `${UNSTREAMED} and due.not_before <= :now
  and (due.status = 'pending' or due.claim_expires_at <= :now)`,
  streamed: `${STREAMED} and due.not_before <= :now and case due.status
    when 'sending' then due.claim_expires_at <= :now and not ${IS_SUCCEEDED}
    else not ${IS_SENT_TO} end`,
} as const;

/** A SELECT of when what is pending is due, after `:now` and when nobody is sending to its stream. */
export const SELECT_WAITING = `select due.not_before from ${UNSTREAMED}
    and due.not_before > :now and due.status = 'pending'
  union all select due.not_before from ${STREAMED}
    and due.not_before > :now and due.status = 'pending' and not ${IS_SENT_TO}`;
