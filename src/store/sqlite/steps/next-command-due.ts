/** When the dispatcher has something to do next, SQLite dialect. */
import type { Store } from "../../port.ts";
import { earliestDue } from "../../rows/records.ts";
import type { Lease } from "../../rows/records.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { FROM_DUE, IS_SENT_TO } from "./claimable.ts";

const earliestWaiting = statement(
  `select due.not_before from ${FROM_DUE}
   where due.settled_at is null and due.not_before > :now and due.status = 'pending' and not ${IS_SENT_TO}
   order by due.not_before limit 1`,
  ([notBefore]) => ({ notBefore: Number(notBefore) }),
);

const leases = statement(
  `select sending.claim_expires_at, due.not_before
   from commands as sending
   left join commands as due on due.stream_key = sending.stream_key and due.status = 'pending'
   where sending.status = 'sending' and sending.claim_expires_at > :now`,
  ([leaseEnd, notBefore]): Lease => ({
    leaseEnd: Number(leaseEnd),
    notBefore: notBefore === null || notBefore === undefined ? null : Number(notBefore),
  }),
);

export function nextCommandDueStep(driver: SqliteDriver): Store["nextCommandDue"] {
  return async (now) => {
    const [waiting, held] = await runBatch(driver, [earliestWaiting({ now }), leases({ now })]);
    return earliestDue(waiting, held);
  };
}
