/** What a roll-up counts, and whose client may show it, SQLite dialect. */
import { and, asc, desc, eq, sql } from "drizzle-orm";
import type { RollUpReads } from "../../port.ts";
import { toCommand } from "../../rows/records.ts";
import type { Database } from "../driver/database.ts";
import { commands, endpoints } from "../schema.ts";

export function rollUpSteps(db: Database): RollUpReads {
  return {
    async openStreamCommands(account, limit) {
      const open = sql`${commands.settledAt} is null and ${commands.streamKey} is not null`;
      const [rows] = await db.batch([
        db
          .select()
          .from(commands)
          .where(and(eq(commands.account, account), open))
          .orderBy(asc(commands.createdAt), asc(commands.id))
          .limit(limit),
      ]);
      return rows.map(toCommand);
    },

    async newestEndpointOf(account) {
      const [[newest]] = await db.batch([
        db
          .select({ id: endpoints.id })
          .from(endpoints)
          .where(eq(endpoints.account, account))
          .orderBy(desc(endpoints.createdAt), desc(endpoints.id))
          .limit(1),
      ]);
      return newest?.id;
    },
  };
}
