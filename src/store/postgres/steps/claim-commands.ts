/** Claims commands to send, Postgres dialect. */
import { and, asc, between, eq, inArray, lte, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { arg } from "../../hot-statement.ts";
import { REASON, toClaimedCommands, UNCLAIMED } from "../../records.ts";
import type { CommandRow, LeftRow } from "../../records.ts";
import { claimable, due } from "./claimable.ts";
import { compiled, prepared } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { isWorthRepeating } from "../driver/retry.ts";
import { commands, endpoints, formerApiKeys, streams } from "../schema.ts";

/** Every priority is among these. */
const ANY_PRIORITY = { from: 0, to: 1_000 };

export function claimCommandsStep(db: Database): Store["claimCommands"] {
  const settleAbandoned = compiled(() => abandonedStatement(db));
  const claimDue = compiled(() => claimStatement(db));
  const left = leftStep(db);
  return async ({ account, now, limit, leaseMs, priorities = ANY_PRIORITY }) => {
    const claim = crypto.randomUUID();
    const values = { account, now, limit, ...priorities, claim, claimExpiresAt: now + leaseMs };
    await settleAbandoned(db, { now });
    const claimed = await claimDue(db, values);
    const rows = claimed.map((it) => it.claimed);
    const known = claimed.flatMap((it) => it.streams ?? []);
    return toClaimedCommands(rows, claim, known, await twice(() => left(rows)));
  };
}

/** What is claimed already is not to be left alone for a lease only because a connection broke. */
async function twice<Result>(read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    if (!isWorthRepeating(error)) throw error;
    return read();
  }
}

/**
 * Right by itself, whether a claim follows or not. Its two parts see the table as it was, and no
 * command is the matter of both.
 */
function abandonedStatement(db: Database) {
  const superseded = db.$with("superseded").as(supersedeAbandoned(db));
  const givenUp = db.$with("given_up").as(giveUpAbandoned(db));
  return db.with(superseded, givenUp).select({ id: superseded.id }).from(superseded);
}

function claimStatement(db: Database) {
  const claimed = db.$with("claimed").as(claimDueOnes(db));
  return db
    .with(claimed)
    .select()
    .from(claimed)
    .leftJoin(streams, eq(streams.streamKey, claimed.streamKey));
}

/**
 * Those whose endpoint is deleted or forwards on another account, with the API key that it had.
 * Asked when the claim is there for all to see, and waiting for an endpoint that is leaving: either
 * its leaving sees the claim, or this sees it gone.
 */
function leftStep(db: Database): (rows: readonly CommandRow[]) => Promise<LeftRow[]> {
  const { id, account } = endpoints;
  const held = (condition: SQL) =>
    db.select({ id, account }).from(endpoints).where(condition).for("key share");
  const findOne = compiled(() => held(eq(id, arg("id"))));
  const find = ([first = "", ...rest]: readonly string[]) =>
    rest.length === 0 ? findOne(db, { id: first }) : prepared(held(inArray(id, [first, ...rest])));
  return async (rows) => {
    if (rows.length === 0) return [];
    const ids = [...new Set(rows.map((row) => row.endpointId))];
    const found = await find(ids);
    const accounts = new Map(found.map((it) => [it.id, it.account]));
    const left = rows.filter((row) => accounts.get(row.endpointId) !== row.account);
    if (left.length === 0) return [];
    const keys = await db
      .select()
      .from(formerApiKeys)
      .where(inArray(formerApiKeys.endpointId, ids));
    return left.map((row) => {
      const key = keys.find((it) => it.endpointId === row.endpointId && it.account === row.account);
      return {
        commandId: row.id,
        isDeleted: !accounts.has(row.endpointId),
        sealedApiKey: key?.sealed ?? null,
      };
    });
  };
}

const newer = sql`exists (select 1 from commands as newer
  where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;

/**
 * A sender died and its stream has a newer wanted state by now: sending the old one again would be
 * a lie.
 */
function supersedeAbandoned(db: Database) {
  return db
    .update(commands)
    .set({ status: "superseded", reason: REASON.newerState, settledAt: arg("now"), ...UNCLAIMED })
    .where(
      and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, arg("now")), newer),
    )
    .returning({ id: commands.id });
}

/** A push whose sender died in its second try may have rung twice by now: there is no third. */
function giveUpAbandoned(db: Database) {
  const secondTry = sql`${commands.kind} = 'push' and ${commands.possibleRepeat}`;
  return db
    .update(commands)
    .set({ status: "dead", reason: REASON.senderDied, settledAt: arg("now"), ...UNCLAIMED })
    .where(
      and(
        sql`${commands.status} = 'sending'`,
        lte(commands.claimExpiresAt, arg("now")),
        secondTry,
        // Superseded where both hold: a row is written once in a statement.
        sql`not ${newer}`,
      ),
    )
    .returning({ id: commands.id });
}

/**
 * Where two processes claim for one stream at the same moment, `commands_one_sending_per_stream`
 * refuses one.
 */
function claimDueOnes(db: Database) {
  const dueIds = db
    .select({ id: due.id })
    .from(due)
    .where(
      and(
        eq(due.account, arg("account")),
        between(due.priority, arg("from"), arg("to")),
        claimable(arg("now")),
      ),
    )
    .orderBy(asc(due.priority), asc(due.createdAt), asc(due.id))
    .limit(arg("limit"))
    .for("update", { skipLocked: true });
  return (
    db
      .update(commands)
      .set({
        status: "sending",
        claim: arg("claim"),
        claimExpiresAt: arg("claimExpiresAt"),
        attempts: sql`${commands.attempts} + 1`,
        possibleRepeat: sql`${commands.possibleRepeat} or (${commands.status} = 'sending' and ${commands.kind} = 'push')`,
      })
      // An array is made once; a plain IN may run its subquery again and lock more than the limit.
      .where(sql`${commands.id} = any(array(${dueIds}))`)
      .returning()
  );
}
