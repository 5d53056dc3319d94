/** Writes how the sending of a command went, or nothing where the claim was lost. SQLite dialect. */
import { and, eq, exists, sql } from "drizzle-orm";
import type { Settlement, Store } from "../../ports.ts";
import { REASON, UNCLAIMED } from "../records.ts";
import { refusalOf, refuseUnless } from "./database.ts";
import type { Database, Statement } from "./database.ts";
import { commandAttempts, commands } from "./schema.ts";
import { writeStream } from "./streams.ts";

export function settleCommandStep(db: Database): Store["settleCommand"] {
  return async (settlement) => {
    const { attempt, commandId, stream } = settlement;
    try {
      await db.batch([
        refuseUnless(db, "claim_lost", exists(db.select().from(commands).where(held(settlement)))),
        ...(attempt ? [db.insert(commandAttempts).values({ commandId, ...attempt })] : []),
        ...resultStatements(db, settlement),
        ...(stream ? [writeStream(db, stream)] : []),
      ]);
      return true;
    } catch (error) {
      if (refusalOf(error) === "claim_lost") return false;
      throw error;
    }
  };
}

function held({ commandId, claim }: Settlement) {
  return and(
    eq(commands.id, commandId),
    eq(commands.claim, claim),
    sql`${commands.status} = 'sending'`,
  );
}

function resultStatements(db: Database, settlement: Settlement): Statement[] {
  const { result, now } = settlement;
  const update = (values: Partial<typeof commands.$inferInsert>) =>
    db.update(commands).set({ ...values, ...UNCLAIMED });
  if (result.status !== "pending") {
    const reason = result.status === "done" ? null : result.reason;
    return [update({ status: result.status, reason, settledAt: now }).where(held(settlement))];
  }
  const { notBefore, reason } = result;
  const newer = sql`exists (select 1 from commands as newer
    where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;
  const possibleRepeat = sql<boolean>`${commands.possibleRepeat} or ${Number(result.possibleRepeat)}`;
  const superseded = { status: "superseded", reason: REASON.newerState, settledAt: now } as const;
  return [
    update(superseded).where(and(held(settlement), newer)),
    db
      .update(commands)
      .set({ status: "pending", notBefore, reason, possibleRepeat, ...UNCLAIMED })
      .where(held(settlement)),
  ];
}
