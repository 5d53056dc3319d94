/** Claims deliveries to digest, Postgres dialect. */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { toClaimedDeliveries } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { COMMITS_UNSYNCED } from "../driver/durability.ts";
import { statement } from "../driver/statement.ts";
import { deliveries } from "../schema.ts";

const DELIVERY = rowFormat(deliveries);

/** An array is made once; a plain IN may run its subquery again and lock more than the limit. */
const claimOldest = statement(
  `update deliveries
   set claim = :claim, claim_expires_at = :claimExpiresAt, attempts = attempts + 1
   where id = any(array(
     select id from deliveries
     where status = 'received' and (claim_expires_at is null or claim_expires_at <= :now)
     order by received_at, id limit :limit for update skip locked)) and ${COMMITS_UNSYNCED}
   returning ${DELIVERY.list}`,
  DELIVERY.toRow,
);

export function claimDeliveriesStep(client: Sql): Store["claimDeliveries"] {
  return async ({ now, limit, leaseMs }) => {
    const claim = crypto.randomUUID();
    const values = { claim, claimExpiresAt: now + leaseMs, now, limit };
    return toClaimedDeliveries(await claimOldest(client, values), claim);
  };
}
