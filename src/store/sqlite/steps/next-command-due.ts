/** When the dispatcher has something to do next, SQLite dialect. */
import type { Store } from "../../port.ts";
import { earliestDue } from "../../rows/records.ts";
import type { Lease } from "../../rows/records.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { onStream, selectSending, SELECT_WAITING, WAS_DUE } from "./claimable.ts";

const earliestWaiting = statement(
  `select min(not_before) from (${SELECT_WAITING})`,
  ([notBefore]) => (notBefore === null ? [] : [{ notBefore: Number(notBefore) }]),
);

const IS_HELD = `${WAS_DUE} and due.claim_expires_at > :now`;

const leases = statement(
  `select due.claim_expires_at, (select it.not_before from commands as it
     ${onStream("due.stream_key")} and it.status = 'pending')
   from (${selectSending("due.stream_key, due.claim_expires_at", IS_HELD)}) as due`,
  ([leaseEnd, notBefore]): Lease => ({
    leaseEnd: Number(leaseEnd),
    notBefore: notBefore === null || notBefore === undefined ? null : Number(notBefore),
  }),
);

export function nextCommandDueStep(driver: SqliteDriver): Store["nextCommandDue"] {
  return async (now) => {
    const [waiting, held] = await runBatch(driver, [earliestWaiting({ now }), leases({ now })]);
    return earliestDue(waiting.flat(), held);
  };
}
