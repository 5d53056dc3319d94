/** Writes how the sending of a command went, or nothing where the claim was lost. Postgres dialect. */
import { and, eq, sql } from "drizzle-orm";
import type { Settlement, Store } from "../../ports.ts";
import { REASON, UNCLAIMED } from "../records.ts";
import type { Database, Transaction } from "./database.ts";
import { retrying } from "./retry.ts";
import { commandAttempts, commands } from "./schema.ts";
import { writeStream } from "./streams.ts";

export function settleCommandStep(db: Database): Store["settleCommand"] {
  return (settlement) =>
    retrying(() =>
      db.transaction(async (tx) => {
        const { attempt, commandId, stream } = settlement;
        if (!(await writeResult(tx, settlement))) return false;
        if (attempt) await tx.insert(commandAttempts).values({ commandId, ...attempt });
        if (stream) await writeStream(tx, stream);
        return true;
      }),
    );
}

async function writeResult(tx: Transaction, settlement: Settlement): Promise<boolean> {
  const { commandId, claim, result, now } = settlement;
  const held = and(
    eq(commands.id, commandId),
    eq(commands.claim, claim),
    sql`${commands.status} = 'sending'`,
  );
  const update = async (values: Partial<typeof commands.$inferInsert>, condition = held) => {
    const set = { ...values, ...UNCLAIMED };
    const written = await tx.update(commands).set(set).where(condition).returning();
    return written.length > 0;
  };
  if (result.status !== "pending") {
    const reason = result.status === "done" ? null : result.reason;
    return update({ status: result.status, reason, settledAt: now });
  }
  const { notBefore, reason } = result;
  const newer = sql`exists (select 1 from commands as newer
    where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;
  const superseded = { status: "superseded", reason: REASON.newerState, settledAt: now } as const;
  return (
    (await update(superseded, and(held, newer))) ||
    update({ status: "pending", notBefore, reason, ...repeat(result.possibleRepeat) })
  );
}

/** Once a push may have been repeated, no later attempt makes that unsaid. */
function repeat(possibleRepeat: boolean) {
  return possibleRepeat ? { possibleRepeat } : {};
}
