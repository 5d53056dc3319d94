/** Pushes that wait for long, and one in the place of several. Postgres dialect. */
import type { Sql } from "postgres";
import type { LatePushes } from "../../port.ts";
import { toCommand } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import { inTransaction, Refusal } from "../driver/transaction.ts";
import { commands } from "../schema.ts";
import { enqueue } from "./command-rows.ts";

const COMMAND = rowFormat(commands);

const waitingPushes = statement(
  `select ${COMMAND.list} from commands
   where account = :account and status in ('pending', 'sending') and status = 'pending'
     and kind = 'push' and created_at <= :before
   order by created_at, id limit :limit`,
  COMMAND.toRow,
);

const replace = statement(
  `update commands set status = 'skipped', reason = :reason, settled_at = :now,
     claim = null, claim_expires_at = null
   where id in (select jsonb_array_elements_text(:ids::jsonb)) and (status = 'pending'
     or (id = :commandId and claim = :claim and status = 'sending'))
   returning id`,
);

export function latePushSteps(client: Sql): LatePushes {
  return {
    waitingPushes: async (account, before, limit) => {
      const rows = await waitingPushes(client, { account, before, limit });
      return rows.map(toCommand);
    },
    replacePushes: async ({ commandId, claim, replacements, now }) => {
      try {
        await inTransaction(client, async (tx) => {
          for (const { by, replaced, reason } of replacements) {
            const values = { ids: JSON.stringify(replaced), commandId, claim, reason, now };
            const rows = await replace(tx, values);
            if (rows.length < replaced.length) throw new Refusal("conflict");
            await enqueue(tx, by, now);
          }
        });
        return true;
      } catch (error) {
        if (error instanceof Refusal) return false;
        throw error;
      }
    },
  };
}
