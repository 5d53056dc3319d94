/** Writes how the sending of a command went, or nothing where the claim was lost. Postgres dialect. */
import { and, eq, sql } from "drizzle-orm";
import type { Settlement, Store } from "../../ports.ts";
import { arg, argsOf } from "../hot-statement.ts";
import { REASON, UNCLAIMED } from "../records.ts";
import { compiled } from "./database.ts";
import type { Database, Transaction } from "./database.ts";
import { retrying } from "./retry.ts";
import { commandAttempts, commands } from "./schema.ts";
import { writeStream } from "./streams.ts";

export function settleCommandStep(db: Database): Store["settleCommand"] {
  const to = settleStatements(db);
  return (settlement) =>
    retrying(() =>
      db.transaction(async (tx) => {
        const { attempt, commandId, stream } = settlement;
        if (!(await writeResult(to, tx, settlement))) return false;
        if (attempt) await to.insertAttempt(tx, { commandId, ...attempt });
        if (stream) await writeStream(tx, stream);
        return true;
      }),
    );
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
  const { id: _made, ...attemptValues } = argsOf(commandAttempts);
  const { id } = commands;
  return {
    insertAttempt: compiled(() => db.insert(commandAttempts).values(attemptValues)),
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

/** False where the claim was lost. */
async function writeResult(
  to: SettleStatements,
  tx: Transaction,
  { commandId, claim, result, now }: Settlement,
): Promise<boolean> {
  if (result.status !== "pending") {
    const reason = result.status === "done" ? null : result.reason;
    const concluded = { commandId, claim, status: result.status, reason, now };
    return (await to.conclude(tx, concluded)).length > 0;
  }
  const { notBefore, reason, possibleRepeat: repeat } = result;
  if ((await to.supersede(tx, { commandId, claim, now })).length > 0) return true;
  return (await to.defer(tx, { commandId, claim, notBefore, reason, repeat })).length > 0;
}
