/**
 * Writes how the sending of a command went, or nothing where the claim was lost. SQLite dialect.
 */
import { and, eq, exists, sql } from "drizzle-orm";
import type { CommandAttempt, Settlement } from "../../../model/command.ts";
import type { Store } from "../../port.ts";
import { REASON, toCommandRow, UNCLAIMED } from "../../records.ts";
import { arg, argsOf } from "../../hot-statement.ts";
import { asStatement, compiled, refusalOf, refuseUnless } from "../driver/database.ts";
import type { Database, Statement } from "../driver/database.ts";
import { statement } from "../driver/statement.ts";
import { commands, streams } from "../schema.ts";
import { writeStream } from "./streams.ts";

const insertAttempt = statement(
  `insert into command_attempts
     (command_id, "at", duration_ms, status, outcome, answer, account, stream_key, delivery_id, sent)
   select id, :at, :durationMs, :status, :outcome, :answer, account, stream_key, delivery_id, :sent
   from commands where id = :commandId`,
);

function attemptValues(commandId: string, { sent, ...attempt }: CommandAttempt) {
  return { commandId, ...attempt, sent: sent === undefined ? null : JSON.stringify(sent) };
}

export function settleCommandStep(db: Database): Store["settleCommand"] {
  const to = settleStatements(db);
  return async (settlement) => {
    const { attempt, commandId, claim, stream, next } = settlement;
    try {
      await db.batch([
        to.refuseUnlessHeld({ commandId, claim }),
        ...(attempt ? [asStatement(insertAttempt(attemptValues(commandId, attempt)))] : []),
        ...resultStatements(to, settlement),
        ...(stream ? [to.writeStream({ ...stream })] : []),
        ...(next ? [to.insertNext({ ...toCommandRow(next) })] : []),
      ]);
      return true;
    } catch (error) {
      if (refusalOf(error) === "claim_lost") return false;
      throw error;
    }
  };
}

type SettleStatements = ReturnType<typeof settleStatements>;

function settleStatements(db: Database) {
  const held = () =>
    and(
      eq(commands.id, arg("commandId")),
      eq(commands.claim, arg("claim")),
      sql`${commands.status} = 'sending'`,
    );
  const newer = sql`exists (select 1 from commands as newer
    where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;
  const possibleRepeat = sql<boolean>`${commands.possibleRepeat} or ${arg("repeat")}`;
  return {
    refuseUnlessHeld: compiled(() =>
      refuseUnless(db, "claim_lost", exists(db.select().from(commands).where(held()))),
    ),
    conclude: compiled(() =>
      db
        .update(commands)
        .set({
          status: arg("status"),
          reason: arg("reason"),
          settledAt: arg("now"),
          ...UNCLAIMED,
        })
        .where(held()),
    ),
    supersede: compiled(() =>
      db
        .update(commands)
        .set({
          status: "superseded",
          reason: REASON.newerState,
          settledAt: arg("now"),
          ...UNCLAIMED,
        })
        .where(and(held(), newer)),
    ),
    defer: compiled(() =>
      db
        .update(commands)
        .set({
          status: "pending",
          notBefore: arg("notBefore"),
          reason: arg("reason"),
          possibleRepeat,
          ...UNCLAIMED,
        })
        .where(held()),
    ),
    /** One that is pending already is of a newer state. */
    insertNext: compiled(() => db.insert(commands).values(argsOf(commands)).onConflictDoNothing()),
    writeStream: compiled(() => writeStream(db, argsOf(streams))),
  };
}

function resultStatements(
  to: SettleStatements,
  { commandId, claim, result, now }: Settlement,
): Statement[] {
  if (result.status !== "pending") {
    const reason = result.status === "done" ? null : result.reason;
    return [to.conclude({ commandId, claim, status: result.status, reason, now })];
  }
  const { notBefore, reason } = result;
  const repeat = Number(result.possibleRepeat);
  return [
    to.supersede({ commandId, claim, now }),
    to.defer({ commandId, claim, notBefore, reason, repeat }),
  ];
}
