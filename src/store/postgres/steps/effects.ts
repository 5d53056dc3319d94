/** What became of a page of deliveries, Postgres dialect. */
import { asc, inArray } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { toCommand } from "../../records.ts";
import type { Database } from "../driver/database.ts";
import { commands } from "../schema.ts";

export function effectSteps(db: Database): Pick<Store, "commandsOfDeliveries"> {
  return {
    async commandsOfDeliveries(ids) {
      if (ids.length === 0) return [];
      const found = await db
        .select()
        .from(commands)
        .where(inArray(commands.deliveryId, [...ids]))
        .orderBy(asc(commands.createdAt), asc(commands.id));
      return found.map(toCommand);
    },
  };
}
