/** Claims deliveries to digest, Postgres dialect. */
import type { Sql } from "postgres";
import type { DeliveryQueue } from "../../port.ts";
import { toClaimedDeliveries } from "../../rows/records.ts";
import { HOLD } from "../../sql/held-delivery.ts";
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

/** Columns of a delivery, its claim among them. */
const HELD = DELIVERY.listWith({ claim: HOLD, attempts: "attempts + 1" });

const freeOldest = statement(
  `select ${HELD} from deliveries
   where status = 'received' and (claim_expires_at is null or claim_expires_at <= :now)
   order by received_at, id limit :limit`,
  DELIVERY.toRow,
);

const putOff = statement(
  `update deliveries set attempts = :attempts, claim = :nobody, claim_expires_at = :until
   where id = :id and status = 'received' and ${HOLD} = :claim and ${COMMITS_UNSYNCED}`,
);

export function claimDeliveriesSteps(client: Sql): DeliveryQueue {
  return {
    async claimDeliveries({ now, limit, leaseMs }) {
      const claim = crypto.randomUUID();
      const values = { claim, claimExpiresAt: now + leaseMs, now, limit };
      return toClaimedDeliveries(await claimOldest(client, values));
    },

    async unclaimedDeliveries({ now, limit }) {
      return toClaimedDeliveries(await freeOldest(client, { now, limit }));
    },

    async putOffDelivery({ id, claim, attempts }, until) {
      await putOff(client, { id, claim, attempts, nobody: crypto.randomUUID(), until });
    },
  };
}
