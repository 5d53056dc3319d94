/** Claims commands to send, SQLite dialect. */
import { and, asc, between, eq, inArray, lte, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { Store } from "../../port.ts";
import { REASON, toClaimedCommands, UNCLAIMED } from "../../records.ts";
import { arg } from "../../hot-statement.ts";
import { claimable, due, FROM_DUE } from "./claimable.ts";
import { compiled, limitOf } from "../driver/database.ts";
import type { Database } from "../driver/database.ts";
import { commands, endpoints, formerApiKeys, streams } from "../schema.ts";

/** Every priority is among these. */
const ANY_PRIORITY = { from: 0, to: 1_000 };

export function claimCommandsStep(db: Database): Store["claimCommands"] {
  const supersede = compiled(() => supersedeAbandoned(db));
  const giveUp = compiled(() => giveUpAbandoned(db));
  const claimDue = compiled(() =>
    db
      .update(commands)
      .set({
        status: "sending",
        claim: arg("claim"),
        claimExpiresAt: arg("claimExpiresAt"),
        attempts: sql`${commands.attempts} + 1`,
        possibleRepeat: sql`${commands.possibleRepeat} or (${commands.status} = 'sending' and ${commands.kind} = 'push')`,
      })
      .where(inArray(commands.id, dueIds(db)))
      .returning(),
  );
  const isClaimed = and(sql`${commands.status} = 'sending'`, eq(commands.claim, arg("claim")));
  const streamsOfClaim = compiled(() => {
    const claimedKeys = db
      .select({ streamKey: commands.streamKey })
      .from(commands)
      .where(isClaimed);
    return db.select().from(streams).where(inArray(streams.streamKey, claimedKeys));
  });
  const left = compiled(() => leftOf(db, isClaimed));
  return async ({ account, now, limit, leaseMs, priorities = ANY_PRIORITY }) => {
    const claim = crypto.randomUUID();
    const values = { account, now, limit, ...priorities, claim, claimExpiresAt: now + leaseMs };
    const [, , rows, knownStreams, leavers] = await db.batch([
      supersede(values),
      giveUp(values),
      claimDue(values),
      streamsOfClaim(values),
      left(values),
    ]);
    return toClaimedCommands(rows, claim, knownStreams, leavers);
  };
}

/** Those whose endpoint is deleted or forwards on another account, with the API key that it had. */
function leftOf(db: Database, isClaimed: SQL | undefined) {
  const { endpointId, account } = commands;
  const ofKey = and(eq(formerApiKeys.endpointId, endpointId), eq(formerApiKeys.account, account));
  return db
    .select({
      commandId: commands.id,
      isDeleted: sql`${endpoints.id} is null`.mapWith(Boolean).as("is_deleted"),
      sealedApiKey: sql<string | null>`${formerApiKeys.sealed}`.as("sealed_api_key"),
    })
    .from(commands)
    .leftJoin(endpoints, eq(endpoints.id, endpointId))
    .leftJoin(formerApiKeys, ofKey)
    .where(and(isClaimed, sql`${endpoints.account} is not ${account}`));
}

/**
 * A sender died and its stream has a newer wanted state by now: sending the old one again would be
 * a lie.
 */
function supersedeAbandoned(db: Database) {
  const newer = sql`exists (select 1 from commands as newer
    where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;
  return db
    .update(commands)
    .set({ status: "superseded", reason: REASON.newerState, settledAt: arg("now"), ...UNCLAIMED })
    .where(
      and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, arg("now")), newer),
    );
}

/** A push whose sender died in its second try may have rung twice by now: there is no third. */
function giveUpAbandoned(db: Database) {
  const secondTry = sql`${commands.kind} = 'push' and ${commands.possibleRepeat}`;
  return db
    .update(commands)
    .set({ status: "dead", reason: REASON.senderDied, settledAt: arg("now"), ...UNCLAIMED })
    .where(
      and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, arg("now")), secondTry),
    );
}

function dueIds(db: Database) {
  return db
    .select({ id: sql<string>`${due.id}` })
    .from(FROM_DUE)
    .where(
      and(
        eq(due.account, arg("account")),
        between(due.priority, arg("from"), arg("to")),
        claimable(arg("now")),
      ),
    )
    .orderBy(asc(due.priority), asc(due.createdAt), asc(due.id))
    .limit(limitOf(arg("limit")));
}
