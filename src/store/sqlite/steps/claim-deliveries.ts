/** Claims deliveries to digest, SQLite dialect. */
import type { DeliveryQueue } from "../../port.ts";
import { toClaimedDeliveries } from "../../rows/records.ts";
import { HOLD } from "../../sql/held-delivery.ts";
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
/** Columns of a delivery, its claim among them. */
const HELD = DELIVERY.listWith({ claim: HOLD, attempts: "attempts + 1" });

const freeOldest = statement(
  `select ${HELD} from deliveries indexed by deliveries_to_digest
   where status = 'received' and (claim_expires_at is null or claim_expires_at <= :now)
   order by received_at, id limit :limit + 0`,
  DELIVERY.toRow,
);

const putOff = statement(
  `update deliveries set attempts = :attempts, claim = :nobody, claim_expires_at = :until
   where id = :id and status = 'received' and ${HOLD} = :claim`,
);

export function claimDeliveriesSteps(driver: SqliteDriver): DeliveryQueue {
  return {
    async claimDeliveries({ now, limit, leaseMs }) {
      const claim = crypto.randomUUID();
      const values = { claim, claimExpiresAt: now + leaseMs, now, limit };
      return toClaimedDeliveries(await runQuery(driver, claimOldest(values), "unsynced"));
    },

    async unclaimedDeliveries({ now, limit }) {
      return toClaimedDeliveries(await runQuery(driver, freeOldest({ now, limit })));
    },

    async putOffDelivery({ id, claim, attempts }, until) {
      const nobody = crypto.randomUUID();
      await runQuery(driver, putOff({ id, claim, attempts, nobody, until }), "unsynced");
    },
  };
}
