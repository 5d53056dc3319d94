/** What operators look up and set going again, SQLite dialect. */
import { and, asc, count, desc, eq, inArray, min, sql } from "drizzle-orm";
import { alias } from "drizzle-orm/sqlite-core";
import type { Store } from "../../port.ts";
import { EMPTY_PAGE, formatPlace, parsePlace, toPage } from "../../page.ts";
import { toAttempt, toCommand, toDelivery, UNCLAIMED, UNDIGESTED } from "../../records.ts";
import type { Database } from "../driver/database.ts";
import { accounts, commandAttempts, commands, deliveries } from "../schema.ts";

/** An account's state without the calls that the dead had under way on its streams. */
const NOBODY_CALLS = sql`json_set(${accounts.state}, '$.slots', (
  select json_group_array(json_remove(slot.value, '$.busyUntil')) from json_each(${accounts.state}, '$.slots') as slot
))`;

export function operatorSteps(
  db: Database,
): Pick<
  Store,
  "findDelivery" | "replayDelivery" | "listCommands" | "retryCommand" | "counts" | "releaseClaims"
> {
  return {
    async findDelivery(id) {
      const itsCommands = db
        .select({ id: commands.id })
        .from(commands)
        .where(eq(commands.deliveryId, id));
      const [[delivery], rows, attempts] = await db.batch([
        db.select().from(deliveries).where(eq(deliveries.id, id)),
        db
          .select()
          .from(commands)
          .where(eq(commands.deliveryId, id))
          .orderBy(asc(commands.createdAt), asc(commands.id)),
        db
          .select()
          .from(commandAttempts)
          .where(inArray(commandAttempts.commandId, itsCommands))
          .orderBy(asc(commandAttempts.id)),
      ]);
      if (!delivery) return undefined;
      const logOf = (commandId: string) =>
        attempts.filter((it) => it.commandId === commandId).map(toAttempt);
      return {
        delivery: toDelivery(delivery),
        commands: rows.map((row) => ({ ...toCommand(row), attemptLog: logOf(row.id) })),
      };
    },

    async replayDelivery(id) {
      const [replayed] = await db.batch([
        db
          .update(deliveries)
          .set({ ...UNDIGESTED, replays: sql`${deliveries.replays} + 1` })
          .where(eq(deliveries.id, id))
          .returning({ id: deliveries.id }),
      ]);
      return replayed.length > 0;
    },

    async listCommands({ limit, cursor, status }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const after =
        place && sql`(${commands.createdAt}, ${commands.id}) < (${place.createdAt}, ${place.id})`;
      const [found] = await db.batch([
        db
          .select()
          .from(commands)
          .where(and(after, status && eq(commands.status, status)))
          .orderBy(desc(commands.createdAt), desc(commands.id))
          .limit(limit + 1),
      ]);
      return toPage(found.map(toCommand), limit, formatPlace);
    },

    // Sending an old state of a stream again would hide the newer one that went out or waits.
    async retryCommand(id, now) {
      const other = alias(commands, "other");
      const later = sql`(${other.createdAt}, ${other.id}) > (${commands.createdAt}, ${commands.id})`;
      const obsolete = db
        .select({ one: sql`1` })
        .from(other)
        .where(
          sql`${other.streamKey} = ${commands.streamKey}
            and (${other.status} in ('pending', 'sending') or (${other.status} = 'done' and ${later}))`,
        );
      const [retried] = await db.batch([
        db
          .update(commands)
          .set({ status: "pending", notBefore: now, attempts: 0, settledAt: null, ...UNCLAIMED })
          .where(
            and(
              eq(commands.id, id),
              inArray(commands.status, ["dead", "skipped"]),
              sql`not exists ${obsolete}`,
            ),
          )
          .returning({ id: commands.id }),
      ]);
      return retried.length > 0;
    },

    // Each a scan of an index by status alone: 65 ms at a million deliveries, so fit for a scrape,
    // not for a request.
    async counts() {
      const [byDelivery, byCommand, [oldest]] = await db.batch([
        db
          .select({ status: deliveries.status, n: count() })
          .from(deliveries)
          .groupBy(deliveries.status),
        db.select({ status: commands.status, n: count() }).from(commands).groupBy(commands.status),
        db
          .select({ at: min(commands.createdAt) })
          .from(commands)
          .where(eq(commands.status, "pending")),
      ]);
      return {
        deliveries: Object.fromEntries(byDelivery.map((it) => [it.status, it.n])),
        commands: Object.fromEntries(byCommand.map((it) => [it.status, it.n])),
        oldestPendingAt: oldest?.at ?? undefined,
      };
    },

    async releaseClaims() {
      await db.batch([
        db
          .update(deliveries)
          .set(UNCLAIMED)
          .where(sql`${deliveries.status} = 'received'`),
        db
          .update(commands)
          .set({ claim: null, claimExpiresAt: 0 })
          .where(sql`${commands.status} = 'sending'`),
        db.update(accounts).set({ state: NOBODY_CALLS, version: sql`${accounts.version} + 1` }),
      ]);
    },
  };
}
