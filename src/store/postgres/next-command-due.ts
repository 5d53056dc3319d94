/** When the dispatcher has something to do next, Postgres dialect. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Store } from "../../ports.ts";
import { arg } from "../hot-statement.ts";
import { earliestDue } from "../records.ts";
import { due, isNotSentTo } from "./claimable.ts";
import { compiled, snapshot } from "./database.ts";
import type { Database } from "./database.ts";
import { commands } from "./schema.ts";

export function nextCommandDueStep(db: Database): Store["nextCommandDue"] {
  const sending = alias(commands, "sending");
  const earliestWaiting = compiled(() =>
    db
      .select({ notBefore: due.notBefore })
      .from(due)
      .where(
        and(sql`${due.status} = 'pending'`, gt(due.notBefore, arg("now")), isNotSentTo(arg("now"))),
      )
      .orderBy(asc(due.notBefore))
      .limit(1),
  );
  const leasesOf = compiled(() =>
    db
      .select({ leaseEnd: sending.claimExpiresAt, notBefore: due.notBefore })
      .from(sending)
      .leftJoin(due, and(eq(due.streamKey, sending.streamKey), sql`${due.status} = 'pending'`))
      .where(and(sql`${sending.status} = 'sending'`, gt(sending.claimExpiresAt, arg("now")))),
  );
  return (now) =>
    snapshot(db, async (tx) =>
      earliestDue(...(await Promise.all([earliestWaiting(tx, { now }), leasesOf(tx, { now })]))),
    );
}
