/** Claims deliveries to digest, SQLite dialect. */
import { and, asc, inArray, isNull, lte, or, sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { toClaimedDeliveries } from "../../records.ts";
import { arg } from "../../hot-statement.ts";
import { compiled, limitOf } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { deliveries } from "../schema.ts";

export function claimDeliveriesStep(db: Database): Store["claimDeliveries"] {
  const claimOldest = compiled(() => {
    const free = or(isNull(deliveries.claimExpiresAt), lte(deliveries.claimExpiresAt, arg("now")));
    const oldest = db
      .select({ id: sql<string>`${deliveries.id}` })
      // Named, as the planner would take the index by status and sort the whole backlog at every
      // claim.
      .from(sql`${deliveries} indexed by deliveries_to_digest`)
      .where(and(sql`${deliveries.status} = 'received'`, free))
      .orderBy(asc(deliveries.receivedAt), asc(deliveries.id))
      .limit(limitOf(arg("limit")));
    return db
      .update(deliveries)
      .set({
        claim: arg("claim"),
        claimExpiresAt: arg("claimExpiresAt"),
        attempts: sql`${deliveries.attempts} + 1`,
      })
      .where(inArray(deliveries.id, oldest))
      .returning();
  });
  return async ({ now, limit, leaseMs }) => {
    const claim = crypto.randomUUID();
    const [rows] = await db.batch([
      claimOldest({ claim, claimExpiresAt: now + leaseMs, now, limit }),
    ]);
    return toClaimedDeliveries(rows, claim);
  };
}
