/** When the dispatcher has something to do next, Postgres dialect. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Store } from "../../port.ts";
import { arg } from "../../hot-statement.ts";
import { earliestDue } from "../../records.ts";
import { due, isNotSentTo } from "./claimable.ts";
import { compiled } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commands } from "../schema.ts";

/** One statement, so that what is committed meanwhile shows in none of its parts. */
export function nextCommandDueStep(db: Database): Store["nextCommandDue"] {
  const statement = compiled(() => {
    const leases = leasesOf(db);
    return db
      .select({
        earliest: sql<number | null>`(${earliestWaiting(db)})`.mapWith(commands.notBefore),
        leaseEnd: leases.leaseEnd,
        notBefore: leases.notBefore,
      })
      .from(sql`(select) as one`)
      .leftJoin(leases, sql`true`);
  });
  return async (now) => {
    const rows = await statement(db, { now });
    const waiting = rows
      .slice(0, 1)
      .flatMap(({ earliest }) => (earliest === null ? [] : { notBefore: earliest }));
    const held = rows.flatMap(({ leaseEnd, notBefore }) =>
      leaseEnd === null ? [] : { leaseEnd, notBefore },
    );
    return earliestDue(waiting, held);
  };
}

function earliestWaiting(db: Database) {
  return db
    .select({ notBefore: due.notBefore })
    .from(due)
    .where(
      and(sql`${due.status} = 'pending'`, gt(due.notBefore, arg("now")), isNotSentTo(arg("now"))),
    )
    .orderBy(asc(due.notBefore))
    .limit(1);
}

function leasesOf(db: Database) {
  const sending = alias(commands, "sending");
  return db
    .select({
      leaseEnd: sql<number>`${sending.claimExpiresAt}`.mapWith(commands.notBefore).as("lease_end"),
      notBefore: due.notBefore,
    })
    .from(sending)
    .leftJoin(due, and(eq(due.streamKey, sending.streamKey), sql`${due.status} = 'pending'`))
    .where(and(sql`${sending.status} = 'sending'`, gt(sending.claimExpiresAt, arg("now"))))
    .as("leases");
}
