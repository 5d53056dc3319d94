/**
 * Writes how the sending of a command went, or nothing where the claim was lost. Postgres dialect.
 */
import { and, eq, sql } from "drizzle-orm";
import { waitForAll } from "../../../util/wait-for-all.ts";
import type { CommandAttempt, Settlement } from "../../../model/command.ts";
import type { Store } from "../../port.ts";
import { arg, argsOf } from "../../hot-statement.ts";
import { REASON, toCommandRow, UNCLAIMED } from "../../records.ts";
import { clientOf, compiled, Refusal } from "../driver/database.ts";
import type { Database, Transaction } from "../driver/database.ts";
import { statement } from "../driver/statement.ts";
import { commands } from "../schema.ts";
import { writeStream } from "./streams.ts";

const insertAttempt = statement(
  `insert into command_attempts
     (command_id, "at", duration_ms, status, outcome, answer, account, stream_key, delivery_id, sent)
   select id, :at::bigint, :durationMs::integer, :status::integer, :outcome, :answer, account, stream_key, delivery_id, :sent
   from commands where id = :commandId`,
);

function attemptValues(commandId: string, { sent, ...attempt }: CommandAttempt) {
  return { commandId, ...attempt, sent: sent === undefined ? null : JSON.stringify(sent) };
}

export function settleCommandStep(db: Database): Store["settleCommand"] {
  const to = settleStatements(db);
  return async (settlement) => {
    const { attempt, commandId, stream, next } = settlement;
    try {
      await db.transaction((tx) =>
        waitForAll([
          writeResult(to, tx, settlement),
          attempt && insertAttempt(clientOf(tx), attemptValues(commandId, attempt)),
          stream && writeStream(tx, stream),
          next && to.insertNext(tx, { ...toCommandRow(next) }),
        ]),
      );
      return true;
    } catch (error) {
      if (error instanceof Refusal) return false;
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
  /** Once a push may have been repeated, no later attempt makes that unsaid. */
  const possibleRepeat = sql<boolean>`${commands.possibleRepeat} or ${arg("repeat")}::boolean`;
  const { id } = commands;
  return {
    /** One that is pending already is of a newer state. */
    insertNext: compiled(() => db.insert(commands).values(argsOf(commands)).onConflictDoNothing()),
    conclude: compiled(() =>
      db
        .update(commands)
        .set({
          status: arg("status"),
          reason: arg("reason"),
          settledAt: arg("now"),
          ...UNCLAIMED,
        })
        .where(held())
        .returning({ id }),
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
        .where(and(held(), newer))
        .returning({ id }),
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
        .where(held())
        .returning({ id }),
    ),
  };
}

/** What a newer wanted state has superseded is not there any more to be deferred. */
async function writeResult(
  to: SettleStatements,
  tx: Transaction,
  { commandId, claim, result, now }: Settlement,
): Promise<void> {
  const held = { commandId, claim };
  const written = await Promise.all(
    result.status === "pending"
      ? [
          to.supersede(tx, { ...held, now }),
          to.defer(tx, {
            ...held,
            notBefore: result.notBefore,
            reason: result.reason,
            repeat: result.possibleRepeat,
          }),
        ]
      : [to.conclude(tx, { ...held, status: result.status, reason: reasonOf(result), now })],
  );
  if (written.every((rows) => rows.length === 0)) throw new Refusal("claim_lost");
}

const reasonOf = (result: Settlement["result"]): string | null =>
  result.status === "done" ? null : result.reason;
