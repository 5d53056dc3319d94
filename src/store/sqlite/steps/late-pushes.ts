/** Pushes that wait for long, and one in the place of several. SQLite dialect. */
import type { LatePushes } from "../../port.ts";
import { toCommand } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { refusalOf, refuseUnless, runQuery, statement } from "../driver/statement.ts";
import { commands } from "../schema.ts";
import { UNSTREAMED } from "./claimable.ts";
import { enqueueQueries } from "./command-rows.ts";

const COMMAND = rowFormat(commands);

const waitingPushes = statement(
  `select ${COMMAND.list} from ${UNSTREAMED} and due.account = :account
     and due.created_at <= :before and due.status = 'pending' and due.kind = 'push'
   order by due.created_at, due.id limit :limit`,
  COMMAND.toRow,
);

const IS_OURS = `id in (select value from json_each(:ids)) and (status = 'pending'
  or (id = :commandId and claim = :claim and status = 'sending'))`;

const refuseUnlessOurs = refuseUnless(
  "conflict",
  `(select count(*) from commands where ${IS_OURS}) = json_array_length(:ids)`,
);

const replace = statement(
  `update commands set status = 'skipped', reason = :reason, settled_at = :now,
     claim = null, claim_expires_at = null
   where ${IS_OURS}`,
);

export function latePushSteps(driver: SqliteDriver): LatePushes {
  return {
    waitingPushes: async (account, before, limit) => {
      const rows = await runQuery(driver, waitingPushes({ account, before, limit }));
      return rows.map(toCommand);
    },
    replacePushes: async ({ commandId, claim, replacements, now }) => {
      const queries = replacements.flatMap(({ by, replaced, reason }) => {
        const values = { ids: replaced, commandId, claim, reason, now };
        return [refuseUnlessOurs(values), replace(values), ...enqueueQueries(by, now)];
      });
      try {
        await driver.batch(queries);
        return true;
      } catch (error) {
        if (refusalOf(error) === "conflict") return false;
        throw error;
      }
    },
  };
}
