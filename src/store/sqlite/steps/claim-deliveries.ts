/** Claims deliveries to digest, SQLite dialect. */
import type { Store } from "../../port.ts";
import { toClaimedDeliveries } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { deliveries } from "../schema.ts";

const DELIVERY = rowFormat(deliveries);

/** The index is named, as the planner might sort the whole backlog at every claim. */
const claimOldest = statement(
  `update deliveries
   set claim = :claim, claim_expires_at = :claimExpiresAt, attempts = attempts + 1
   where id in (
     select id from deliveries indexed by deliveries_to_digest
     where status = 'received' and (claim_expires_at is null or claim_expires_at <= :now)
     order by received_at, id limit :limit + 0)
   returning ${DELIVERY.list}`,
  DELIVERY.toRow,
);

/**
 * Unsynced: a claim that a power cut undoes is made again, as what it was made for is still there.
 */
export function claimDeliveriesStep(driver: SqliteDriver): Store["claimDeliveries"] {
  return async ({ now, limit, leaseMs }) => {
    const claim = crypto.randomUUID();
    const values = { claim, claimExpiresAt: now + leaseMs, now, limit };
    const rows = await runQuery(driver, claimOldest(values), "unsynced");
    return toClaimedDeliveries(rows, claim);
  };
}
