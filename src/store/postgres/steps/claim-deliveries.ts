/** Claims deliveries to digest, Postgres dialect. */
import { and, asc, isNull, lte, or, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { arg } from "../../hot-statement.ts";
import { toClaimedDeliveries } from "../../records.ts";
import { compiled } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commitsUnsynced } from "../driver/durability.ts";
import { deliveries } from "../schema.ts";

export function claimDeliveriesStep(db: Database): Store["claimDeliveries"] {
  const claimOldest = compiled(() => {
    const free = or(isNull(deliveries.claimExpiresAt), lte(deliveries.claimExpiresAt, arg("now")));
    const oldest = db
      .select({ id: deliveries.id })
      .from(deliveries)
      // A literal, not a parameter: only then does the planner see that the partial index serves.
      .where(and(sql`${deliveries.status} = 'received'`, free))
      .orderBy(asc(deliveries.receivedAt), asc(deliveries.id))
      .limit(arg("limit"))
      .for("update", { skipLocked: true });
    return (
      db
        .update(deliveries)
        .set({
          claim: arg("claim"),
          claimExpiresAt: arg("claimExpiresAt"),
          attempts: sql`${deliveries.attempts} + 1`,
        })
        // An array is made once; a plain IN may run its subquery again and lock more than the
        // limit.
        .where(sql`${deliveries.id} = any(array(${oldest})) and ${commitsUnsynced}`)
        .returning()
    );
  });
  return async ({ now, limit, leaseMs }) => {
    const claim = crypto.randomUUID();
    const values = { claim, claimExpiresAt: now + leaseMs, now, limit };
    const rows = await claimOldest(db, values);
    return toClaimedDeliveries(rows, claim);
  };
}
