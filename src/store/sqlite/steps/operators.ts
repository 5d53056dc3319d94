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
import { commandAttempts, commands, deliveries } from "../schema.ts";
import { isOpenOn, selectOpen, selectSending } from "./claimable.ts";

const DELIVERY = rowFormat(deliveries);
const COMMAND = rowFormat(commands);
const ATTEMPT = rowFormat(commandAttempts);

const findDelivery = statement(
  `select ${DELIVERY.list} from deliveries where id = :id`,
  DELIVERY.toRow,
);

const IDS_OF = commandIdsOf(":id");

const commandsOf = statement(
  `select ${COMMAND.list} from commands where id in (${IDS_OF}) order by created_at, id`,
  COMMAND.toRow,
);

/** The index knows attempts by their stream, or by their command where that has none. */
const attemptsText = (when: string) =>
  `select ${ATTEMPT.list} from command_attempts indexed by command_attempts_of_subject
   where coalesce(stream_key, command_id) in
       (select coalesce(stream_key, id) from commands where id in (${IDS_OF}))
     and command_id in (${IDS_OF}) ${when}
   order by id`;

/** Longer than any call takes, and than the clocks of two processes differ. */
const SLACK_MS = 10 * 60_000;
/** Of a command that is open: behind every time. */
const OPEN_UNTIL = 9e12;

/**
 * Ids of attempts begin with the time (`settle-command.ts`): what a stream was sent in all its years
 * is not looked through.
 */
const attemptsWithin = statement(
  attemptsText(`
     and id >= (select min(created_at) - ${SLACK_MS} from commands where id in (${IDS_OF})) * 1000
     and id < (select max(coalesce(settled_at, ${OPEN_UNTIL})) + ${SLACK_MS} from commands
       where id in (${IDS_OF})) * 1000`),
  ATTEMPT.toRow,
);

/** For ids that former versions counted. */
const attemptsOfAllTime = statement(attemptsText(""), ATTEMPT.toRow);
const commandOfId = statement(`select ${COMMAND.list} from commands where id = :id`, COMMAND.toRow);

const commandOfKey = statement(
  `select ${COMMAND.list} from commands where dedupe_key = :dedupeKey`,
  COMMAND.toRow,
);

const attemptsOfCommand = statement(
  `select ${ATTEMPT.list} from command_attempts
   where coalesce(stream_key, command_id) = :place and command_id = :id
   order by id`,
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
  const findWith = async (attemptsOf: typeof attemptsWithin, id: string) => {
    const [[delivery], rows, attempts] = await runBatch(driver, [
      findDelivery({ id }),
      commandsOf({ id }),
      attemptsOf({ id }),
    ]);
    return delivery && toDetail(delivery, rows, attempts);
  };
  return {
    async findDelivery(id) {
      const found = await findWith(attemptsWithin, id);
      const lacksAttempt = found?.commands.some(
        ({ status, attemptLog }) => status === "done" && attemptLog.length === 0,
      );
      return lacksAttempt ? findWith(attemptsOfAllTime, id) : found;
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
      const { id, streamKey } = row;
      const attempts = await runQuery(driver, attemptsOfCommand({ place: streamKey ?? id, id }));
      return toCommandWithAttempts(row, attempts);
    },

    async retryCommand(id, now) {
      return (await runQuery(driver, retry({ id, now }))).length > 0;
    },

    async releaseClaims() {
      await driver.batch([freeDeliveries({}), freeCommands({}), freeSlots({})]);
    },
  };
}
