/** What became of a page of deliveries, Postgres dialect. */
import type { Sql } from "postgres";
import { commandIdsOfEach } from "../../sql/delivery-commands.ts";
import type { DeliveryEffects } from "../../port.ts";
import { toCommand } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import { commands } from "../schema.ts";

const COMMAND = rowFormat(commands);

/** Ids of deliveries hold no comma. */
const commandsOf = statement(
  `select ${COMMAND.list} from commands
   where id in (with d(id) as (select unnest(string_to_array(:ids, ','))) ${commandIdsOfEach()})
   order by created_at, id`,
  COMMAND.toRow,
);

export function effectSteps(client: Sql): DeliveryEffects {
  return {
    async commandsOfDeliveries(ids) {
      if (ids.length === 0) return [];
      return (await commandsOf(client, { ids: ids.join(",") })).map(toCommand);
    },
  };
}
