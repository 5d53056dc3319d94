/** What operators look up and set going again, Postgres dialect. */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { commandIdsOf } from "../../sql/delivery-commands.ts";
import { COMMAND_WINDOW_TEXT, commandConditions, isCommandSearch } from "../../lists/list-texts.ts";
import {
  EMPTY_PAGE,
  formatPlace,
  LAST_ID,
  parsePlace,
  toPage,
  widenSearch,
} from "../../lists/page.ts";
import { toCommand, toCommandWithAttempts, toDetail } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { commandAttempts, commands, deliveries } from "../schema.ts";

const DELIVERY = rowFormat(deliveries);
const COMMAND = rowFormat(commands);
const ATTEMPT = rowFormat(commandAttempts);

const findDelivery = statement(
  `select ${DELIVERY.list} from deliveries where id = :id`,
  DELIVERY.toRow,
);

const IDS_OF = commandIdsOf(":id::text");

const commandsOf = statement(
  `select ${COMMAND.list} from commands where id in (${IDS_OF}) order by created_at, id`,
  COMMAND.toRow,
);

/** An array, not a join: Postgres would read the whole table for that. */
const attemptsOf = statement(
  `select ${ATTEMPT.list} from command_attempts where command_id = any(array(${IDS_OF})) order by id`,
  ATTEMPT.toRow,
);

const commandOfId = statement(`select ${COMMAND.list} from commands where id = :id`, COMMAND.toRow);

const commandOfKey = statement(
  `select ${COMMAND.list} from commands where dedupe_key = :dedupeKey`,
  COMMAND.toRow,
);

const attemptsOfCommand = statement(
  `select ${ATTEMPT.list} from command_attempts
   where command_id = :id order by id`,
  ATTEMPT.toRow,
);

const replay = statement(
  `update deliveries set status = 'received', detail = null, signals = null, digested_at = null,
     attempts = 0, claim = null, claim_expires_at = null, replays = replays + 1
   where id = :id returning id`,
);

/** Sending an old state of a stream again would hide the newer one that went out or waits. */
const retry = statement(
  `update commands set status = 'pending', not_before = :now, attempts = 0, settled_at = null,
     claim = null, claim_expires_at = null
   where id = :id and status in ('dead', 'skipped')
     and not exists (select 1 from commands as other
       where other.stream_key = commands.stream_key and other.status = 'pending')
     and not exists (select 1 from commands as other
       where other.stream_key = commands.stream_key and other.status = 'sending')
     and not exists (select 1 from streams join commands as done on done.id = done_command_id
       where streams.stream_key = commands.stream_key
         and (done.created_at, done.id) > (commands.created_at, commands.id))
   returning id`,
);

const windowEndOf = statement(COMMAND_WINDOW_TEXT, ([id]) => String(id));

// oxlint-disable-next-line max-lines-per-function -- a flat list of steps, each of a few lines
export function operatorSteps(
  client: Sql,
): Pick<
  Store,
  | "findDelivery"
  | "replayDelivery"
  | "listCommands"
  | "findCommand"
  | "retryCommand"
  | "releaseClaims"
> {
  return {
    async findDelivery(id) {
      let found: Awaited<ReturnType<Store["findDelivery"]>>;
      await inTransaction(client, async (tx) => {
        await tx`set transaction isolation level repeatable read read only`;
        const [delivery] = await findDelivery(tx, { id });
        const [rows, attempts] = [await commandsOf(tx, { id }), await attemptsOf(tx, { id })];
        found = delivery && toDetail(delivery, rows, attempts);
      });
      return found;
    },

    async replayDelivery(id) {
      return (await replay(client, { id })).length > 0;
    },

    async listCommands({ limit, cursor, status }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const before = place?.id ?? LAST_ID;
      const [windowEnd] = isCommandSearch(status) ? await windowEndOf(client, { before }) : [];
      const list = statement(
        `select ${COMMAND.list} from commands where ${commandConditions(status)}
         order by id desc limit :limit`,
        COMMAND.toRow,
      );
      const values = { before, windowEnd: windowEnd ?? "", limit: limit + 1 };
      const found = await list(client, values);
      const next =
        windowEnd === undefined ? undefined : formatPlace({ createdAt: 0, id: windowEnd });
      return widenSearch(toPage(found.map(toCommand), limit, formatPlace), next);
    },

    async findCommand(by) {
      const [row] = await ("id" in by
        ? commandOfId(client, { id: by.id })
        : commandOfKey(client, { dedupeKey: by.dedupeKey }));
      if (!row) return undefined;
      const attempts = await attemptsOfCommand(client, { id: row.id });
      return toCommandWithAttempts(row, attempts);
    },

    async retryCommand(id, now) {
      return (await retry(client, { id, now })).length > 0;
    },

    // Several processes share a Postgres, and none can know that another is gone: there leases run
    // out by themselves.
    releaseClaims: () => Promise.resolve(),
  };
}
