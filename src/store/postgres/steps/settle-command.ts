/**
 * Writes how the sending of a command went, or nothing where the claim was lost. Postgres dialect.
 */
import type { Sql, TransactionSql } from "postgres";
import { waitForAll } from "../../../util/async/wait-for-all.ts";
import type { CommandAttempt, Settlement } from "../../../model/command.ts";
import type { Store } from "../../port.ts";
import { REASON } from "../../rows/records.ts";
import { statement } from "../driver/statement.ts";
import { inTransaction, Refusal } from "../driver/transaction.ts";
import { followUp } from "./command-rows.ts";
import { noteDoneCommand, writeStream } from "./streams.ts";

const IS_HELD = `id = :commandId and claim = :claim and status = 'sending'`;

const insertAttempt = statement(
  `insert into command_attempts
     (command_id, "at", duration_ms, status, outcome, answer, account, stream_key, delivery_id, sent)
   select id, :at::bigint, :durationMs::integer, :status::integer, :outcome, :answer, account, stream_key, delivery_id, :sent
   from commands where id = :commandId`,
);

const conclude = statement(
  `update commands set status = :status, reason = :reason, settled_at = :now,
     claim = null, claim_expires_at = null
   where ${IS_HELD} returning id`,
);

const supersede = statement(
  `update commands set status = 'superseded', reason = '${REASON.newerState}', settled_at = :now,
     claim = null, claim_expires_at = null
   where ${IS_HELD} and exists (select 1 from commands as newer
     where newer.stream_key = commands.stream_key and newer.status = 'pending')
   returning id`,
);

/** Once a push may have been repeated, no later attempt makes that unsaid. */
const defer = statement(
  `update commands set status = 'pending', not_before = :notBefore, reason = :reason,
     possible_repeat = possible_repeat or :repeat::boolean, claim = null, claim_expires_at = null
   where ${IS_HELD} returning id`,
);

export function settleCommandStep(client: Sql): Store["settleCommand"] {
  return async (settlement) => {
    const { attempt, commandId, next } = settlement;
    try {
      await inTransaction(client, (tx) =>
        waitForAll([
          writeResult(tx, settlement),
          attempt && insertAttempt(tx, attemptValues(commandId, attempt)),
          noteStream(tx, settlement),
          next && followUp(tx, next),
        ]),
      );
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
      throw error;
    }
  };
}

async function noteStream(
  tx: TransactionSql,
  { stream, result, commandId }: Settlement,
): Promise<void> {
  const isDone = result.status === "done";
  if (stream) await writeStream(tx, stream, isDone ? commandId : null);
  else if (isDone) await noteDoneCommand(tx, commandId);
}

function attemptValues(commandId: string, { sent, ...attempt }: CommandAttempt) {
  return { commandId, ...attempt, sent: sent === undefined ? null : JSON.stringify(sent) };
}

/** What a newer wanted state has superseded is not there any more to be deferred. */
async function writeResult(
  tx: TransactionSql,
  { commandId, claim, result, now }: Settlement,
): Promise<void> {
  const held = { commandId, claim };
  const written = await Promise.all(
    result.status === "pending"
      ? [supersede(tx, { ...held, now }), defer(tx, { ...held, ...waitOf(result) })]
      : [conclude(tx, { ...held, status: result.status, reason: reasonOf(result), now })],
  );
  if (written.every((rows) => rows.length === 0)) throw new Refusal("claim_lost");
}

const waitOf = (result: Extract<Settlement["result"], { status: "pending" }>) => ({
  notBefore: result.notBefore,
  reason: result.reason,
  repeat: result.possibleRepeat,
});

const reasonOf = (result: Settlement["result"]): string | null =>
  result.status === "done" ? null : result.reason;
