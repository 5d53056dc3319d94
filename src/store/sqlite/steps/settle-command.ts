/**
 * Writes how the sending of a command went, or nothing where the claim was lost. SQLite dialect.
 */
import type { CommandAttempt, Settlement } from "../../../model/command.ts";
import type { Store } from "../../port.ts";
import { REASON } from "../../rows/records.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { refusalOf, refuseUnless, statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
import { withLastCall } from "./call-ids.ts";
import { isOpenOn } from "./claimable.ts";
import { followUpQuery } from "./command-rows.ts";
import { noteCallQuery, noteDoneQuery, writeStream } from "./streams.ts";

const IS_HELD = `id = :commandId and claim = :claim and status = 'sending'`;

const refuseUnlessHeld = refuseUnless(
  "claim_lost",
  `exists (select 1 from commands where ${IS_HELD})`,
);

/**
 * Ids go up and none is ever given twice, though rows go: they begin with the time. To count them
 * besides (AUTOINCREMENT) would be a row more for each call.
 */
const insertAttempt = statement(
  `insert into command_attempts
     (id, command_id, "at", duration_ms, status, outcome, answer, account, stream_key, delivery_id, sent)
   select (select max(:at * 1000, coalesce(max(it.id), 0) + 1) from command_attempts as it),
     id, :at, :durationMs, :status, :outcome, :answer, account, stream_key, delivery_id, :sent
   from commands where id = :commandId`,
);

const CALLS_NOTED = `call_ids = case when :isCalled then ${withLastCall("call_ids")} else call_ids end`;

const conclude = statement(
  `update commands set status = :status, reason = :reason, settled_at = :now,
     claim = null, claim_expires_at = null, ${CALLS_NOTED}
   where ${IS_HELD}`,
);

const supersede = statement(
  `update commands set status = 'superseded', reason = '${REASON.newerState}', settled_at = :now,
     claim = null, claim_expires_at = null, ${CALLS_NOTED}
   where ${IS_HELD}
     and ${isOpenOn("commands.stream_key", "it.status = 'pending'")}`,
);

/** Once a push may have been repeated, no later attempt makes that unsaid. */
const defer = statement(
  `update commands set status = 'pending', not_before = :notBefore, reason = :reason,
     possible_repeat = possible_repeat or :repeat, claim = null, claim_expires_at = null,
     ${CALLS_NOTED}
   where ${IS_HELD}`,
);

export function settleCommandStep(driver: SqliteDriver): Store["settleCommand"] {
  return async (settlement) => {
    try {
      await driver.batch(settleQueries(settlement));
      return true;
    } catch (error) {
      if (refusalOf(error) === "claim_lost") return false;
      throw error;
    }
  };
}

function settleQueries(settlement: Settlement): Query<unknown>[] {
  const { attempt, commandId, claim, next } = settlement;
  return [
    refuseUnlessHeld({ commandId, claim }),
    ...(attempt ? [insertAttempt(attemptValues(commandId, attempt))] : []),
    ...resultQueries(settlement),
    ...streamQueries(settlement),
    ...(next ? [followUpQuery(next)] : []),
  ];
}

function streamQueries({ stream, result, commandId, attempt }: Settlement): Query<unknown>[] {
  const isDone = result.status === "done";
  const isCalled = attempt !== null;
  if (stream) return [writeStream(stream, { doneCommandId: isDone ? commandId : null, isCalled })];
  if (isDone) return [noteDoneQuery(commandId, isCalled)];
  return isCalled ? [noteCallQuery(commandId)] : [];
}

function attemptValues(commandId: string, { sent, ...attempt }: CommandAttempt) {
  return { commandId, ...attempt, sent: sent === undefined ? null : JSON.stringify(sent) };
}

/** What a newer wanted state has superseded is not there any more to be deferred. */
function resultQueries(settlement: Settlement): Query<unknown>[] {
  const { commandId, claim, result, now } = settlement;
  const held = { commandId, claim, isCalled: settlement.attempt !== null };
  if (result.status !== "pending") {
    const reason = result.status === "done" ? null : result.reason;
    return [conclude({ ...held, status: result.status, reason, now })];
  }
  const { notBefore, reason, possibleRepeat: repeat } = result;
  return [supersede({ ...held, now }), defer({ ...held, notBefore, reason, repeat })];
}
