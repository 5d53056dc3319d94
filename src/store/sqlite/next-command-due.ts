/** When the dispatcher has something to do next, SQLite dialect. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Store } from "../../ports.ts";
import { earliestDue } from "../records.ts";
import { due, isSentTo } from "./claimable.ts";
import type { Database } from "./database.ts";
import { commands } from "./schema.ts";

export function nextCommandDueStep(db: Database): Store["nextCommandDue"] {
  return async (now) => {
    const sending = alias(commands, "sending");
    const [waiting, leases] = await db.batch([
      db
        .select({ notBefore: sql<number>`${due.notBefore}` })
        .from(sql`commands as due indexed by commands_by_due`)
        .where(
          and(sql`${due.status} = 'pending'`, gt(due.notBefore, now), sql`not ${isSentTo(now)}`),
        )
        .orderBy(asc(due.notBefore))
        .limit(1),
      db
        .select({ leaseEnd: sending.claimExpiresAt, notBefore: due.notBefore })
        .from(sending)
        .leftJoin(due, and(eq(due.streamKey, sending.streamKey), sql`${due.status} = 'pending'`))
        .where(and(sql`${sending.status} = 'sending'`, gt(sending.claimExpiresAt, now))),
    ]);
    return earliestDue(waiting, leases);
  };
}
