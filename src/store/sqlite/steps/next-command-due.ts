/** When the dispatcher has something to do next, SQLite dialect. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Store } from "../../port.ts";
import { earliestDue } from "../../records.ts";
import { arg } from "../../hot-statement.ts";
import { due, isSentTo } from "./claimable.ts";
import { compiled, limitOf } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commands } from "../schema.ts";

export function nextCommandDueStep(db: Database): Store["nextCommandDue"] {
  const sending = alias(commands, "sending");
  const earliestWaiting = compiled(() =>
    db
      .select({ notBefore: sql<number>`${due.notBefore}` })
      .from(sql`commands as due indexed by commands_by_due`)
      .where(
        and(
          sql`${due.status} = 'pending'`,
          gt(due.notBefore, arg("now")),
          sql`not ${isSentTo(arg("now"))}`,
        ),
      )
      .orderBy(asc(due.notBefore))
      .limit(limitOf(1)),
  );
  const leasesOf = compiled(() =>
    db
      .select({ leaseEnd: sending.claimExpiresAt, notBefore: due.notBefore })
      .from(sending)
      .leftJoin(due, and(eq(due.streamKey, sending.streamKey), sql`${due.status} = 'pending'`))
      .where(and(sql`${sending.status} = 'sending'`, gt(sending.claimExpiresAt, arg("now")))),
  );
  return async (now) => {
    const [waiting, leases] = await db.batch([earliestWaiting({ now }), leasesOf({ now })]);
    return earliestDue(waiting, leases);
  };
}
