/** What operators look up and set going again, SQLite dialect. */
import type { Store } from "../../port.ts";
import { commandIdsOf } from "../../sql/delivery-commands.ts";
import { COMMAND_WINDOW_TEXT, commandConditions, isCommandSearch } from "../../lists/list-texts.ts";
import type { CommandStatus } from "../../../model/command.ts";
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
import type { SqliteDriver } from "../driver/driver.ts";
import { runBatch, runQuery, statement } from "../driver/statement.ts";
import { commands, deliveries } from "../schema.ts";
import { callsListedBy, withUnlistedCalls } from "./calls.ts";
import { isOpenOn, selectOpen, selectSending } from "./claimable.ts";

const DELIVERY = rowFormat(deliveries);
const COMMAND = rowFormat(commands);

const findDelivery = statement(
  `select ${DELIVERY.list} from deliveries where id = :id`,
  DELIVERY.toRow,
);

const IDS_OF = commandIdsOf(":id");

const commandsOf = statement(
  `select ${COMMAND.list} from commands where id in (${IDS_OF}) order by created_at, id`,
  COMMAND.toRow,
);

const callsOfDelivery = callsListedBy(IDS_OF);

const commandOfId = statement(`select ${COMMAND.list} from commands where id = :id`, COMMAND.toRow);

const commandOfKey = statement(
  `select ${COMMAND.list} from commands where dedupe_key = :dedupeKey`,
  COMMAND.toRow,
);

const callsOfCommand = callsListedBy(":id");

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
     and not ${isOpenOn("commands.stream_key", "true")}
     and not exists (select 1 from streams join commands as done on done.id = done_command_id
       where streams.stream_key = commands.stream_key
         and (done.created_at, done.id) > (commands.created_at, commands.id))
   returning id`,
);

const freeDeliveries = statement(
  `update deliveries set claim = null, claim_expires_at = null where status = 'received'`,
);

const freeCommands = statement(
  `update commands set claim = null, claim_expires_at = 0
   where id in (${selectSending("due.id", "true")})`,
);

/** Without the calls that the dead had under way on an account's streams. */
const freeSlots = statement(
  `update accounts set version = version + 1, state = json_set(state, '$.slots', (
     select json_group_array(json_remove(slot.value, '$.busyUntil'))
     from json_each(accounts.state, '$.slots') as slot))`,
);

const windowEndOf = statement(COMMAND_WINDOW_TEXT, ([id]) => String(id));

/** A status that few have is found by its index, whatever the planner makes of the list's order. */
const FROM: Readonly<Partial<Record<CommandStatus, string>>> = {
  pending: `(${selectOpen("*", "due.status = 'pending'")})`,
  sending: `(${selectSending("*", "true")})`,
  dead: "commands indexed by commands_dead",
};

const commandList = (status: CommandStatus | undefined) =>
  statement(
    `select ${COMMAND.list} from ${(status && FROM[status]) ?? "commands"}
     where ${commandConditions(status)} order by id desc limit :limit + 0`,
    COMMAND.toRow,
  );

// oxlint-disable-next-line max-lines-per-function -- a flat list of steps, each of a few lines
export function operatorSteps(
  driver: SqliteDriver,
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
      const [[delivery], rows, listed] = await runBatch(driver, [
        findDelivery({ id }),
        commandsOf({ id }),
        callsOfDelivery({ id }),
      ]);
      if (!delivery) return undefined;
      return toDetail(delivery, rows, await withUnlistedCalls(driver, rows, listed));
    },

    async replayDelivery(id) {
      return (await runQuery(driver, replay({ id }))).length > 0;
    },

    async listCommands({ limit, cursor, status }) {
      const place = cursor === undefined ? undefined : parsePlace(cursor);
      if (place === "nowhere") return EMPTY_PAGE;
      const before = place?.id ?? LAST_ID;
      const [windowEnd] = isCommandSearch(status)
        ? await runQuery(driver, windowEndOf({ before }))
        : [];
      const list = commandList(status);
      const values = { before, windowEnd: windowEnd ?? "", limit: limit + 1 };
      const found = await runQuery(driver, list(values));
      const next =
        windowEnd === undefined ? undefined : formatPlace({ createdAt: 0, id: windowEnd });
      return widenSearch(toPage(found.map(toCommand), limit, formatPlace), next);
    },

    async findCommand(by) {
      const [row] = await ("id" in by
        ? runQuery(driver, commandOfId({ id: by.id }))
        : runQuery(driver, commandOfKey({ dedupeKey: by.dedupeKey })));
      if (!row) return undefined;
      const listed = await runQuery(driver, callsOfCommand({ id: row.id }));
      return toCommandWithAttempts(row, await withUnlistedCalls(driver, [row], listed));
    },

    async retryCommand(id, now) {
      return (await runQuery(driver, retry({ id, now }))).length > 0;
    },

    async releaseClaims() {
      await driver.batch([freeDeliveries({}), freeCommands({}), freeSlots({})]);
    },
  };
}
