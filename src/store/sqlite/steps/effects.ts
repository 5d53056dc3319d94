/** What became of a page of deliveries, SQLite dialect. */
import { commandIdsOf } from "../../sql/delivery-commands.ts";
import type { DeliveryEffects } from "../../port.ts";
import { toCommand } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { commands } from "../schema.ts";

const COMMAND = rowFormat(commands);

const commandsOf = statement(
  `select ${COMMAND.list} from commands
   where id in (${commandIdsOf("d.value", "json_each(:ids) as d")})
   order by created_at, id`,
  COMMAND.toRow,
);

export function effectSteps(driver: SqliteDriver): DeliveryEffects {
  return {
    async commandsOfDeliveries(ids) {
      if (ids.length === 0) return [];
      return (await runQuery(driver, commandsOf({ ids }))).map(toCommand);
    },
  };
}
