/** When the dispatcher has something to do next, Postgres dialect. */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { earliestDue } from "../../rows/records.ts";
import { statement } from "../driver/statement.ts";
import { IS_NOT_SENT_TO } from "./claimable.ts";

const numberOf = (value: unknown): number | null => (value === null ? null : Number(value));

/**
 * The earliest that waits, beside each of those that are being sent and what waits behind it. One
 * statement, so that what is committed meanwhile shows in none of its parts.
 */
const nextDue = statement(
  `select
     (select due.not_before from commands as due
      where due.settled_at is null and due.status = 'pending' and due.not_before > :now and ${IS_NOT_SENT_TO}
      order by due.not_before limit 1),
     leases.lease_end, leases.not_before
   from (select) as one left join (
     select sending.claim_expires_at as lease_end, due.not_before
     from commands as sending
     left join commands as due on due.stream_key = sending.stream_key and due.status = 'pending'
     where sending.status = 'sending' and sending.claim_expires_at > :now
   ) as leases on true`,
  ([earliest, leaseEnd, notBefore]) => ({
    earliest: numberOf(earliest),
    leaseEnd: numberOf(leaseEnd),
    notBefore: numberOf(notBefore),
  }),
);

export function nextCommandDueStep(client: Sql): Store["nextCommandDue"] {
  return async (now) => {
    const rows = await nextDue(client, { now });
    const waiting = rows
      .slice(0, 1)
      .flatMap(({ earliest }) => (earliest === null ? [] : { notBefore: earliest }));
    const held = rows.filter(({ leaseEnd }) => leaseEnd !== null);
    return earliestDue(waiting, held);
  };
}
