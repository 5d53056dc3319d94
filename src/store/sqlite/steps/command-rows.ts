/** Commands that become pending, for every step that writes one. SQLite dialect. */
import type { NewCommand } from "../../../model/command.ts";
import { REASON, toCommandRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
import { commands } from "../schema.ts";
import { NO_CALLS } from "./call-ids.ts";
import { isOpenOn, onStream } from "./claimable.ts";

const COMMAND = rowFormat(commands);

/** When it is due, where its stream was called a moment ago: it is not claimed in vain. */
const AT_A_DISTANCE = `max(:notBefore, coalesce((select confirmed_at + :spacingMs from streams
  where stream_key = :streamKey and alive), 0))`;

const insertNew = statement(
  `insert into commands (${COMMAND.list})
   values (${COMMAND.parametersWith({ notBefore: AT_A_DISTANCE, callIds: NO_CALLS })})
   on conflict (dedupe_key) where dedupe_key is not null do nothing`,
);

const NOBODY_PENDING = `not ${isOpenOn(":streamKey", "it.status = 'pending'")}`;

/** One that is pending already is of a newer state. */
const insertUnlessPending = statement(
  `insert into commands (${COMMAND.list}) select ${COMMAND.parametersWith({ callIds: NO_CALLS })} where ${NOBODY_PENDING}
   on conflict do nothing`,
);

const SUPERSEDE = `update commands
  set status = 'superseded', reason = '${REASON.newerState}', settled_at = :now
  where id in (select it.id from commands as it ${onStream(":streamKey")}
    and it.status = 'pending')`;

const supersede = statement(SUPERSEDE);

const supersedeIfNew = statement(
  `${SUPERSEDE} and not exists (select 1 from commands as it where it.dedupe_key = :dedupeKey)`,
);

/**
 * Puts a command into the place of the one that is pending on its stream. One whose dedupe key is
 * known already neither goes in nor supersedes another.
 */
export function enqueueQueries(command: NewCommand, now: number): Query<unknown>[] {
  const { streamKey, dedupeKey } = command;
  const inserted = insertNew({ ...toCommandRow(command), spacingMs: command.spacingMs ?? 0 });
  if (streamKey === null) return [inserted];
  return dedupeKey === null
    ? [supersede({ streamKey, now }), inserted]
    : [supersedeIfNew({ streamKey, dedupeKey, now }), inserted];
}

/** Adds a command unless one is pending on its stream. */
export const followUpQuery = (command: NewCommand): Query<unknown> =>
  insertUnlessPending({ ...toCommandRow(command) });
