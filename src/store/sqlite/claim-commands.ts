/** Claims commands to send, SQLite dialect. */
import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { Store } from "../../ports.ts";
import { REASON, toClaimedCommands, UNCLAIMED } from "../records.ts";
import { claimable, due, FROM_DUE } from "./claimable.ts";
import type { Database } from "./database.ts";
import { commands, endpoints, formerApiKeys, streams } from "./schema.ts";

type Options = Parameters<Store["claimCommands"]>[0];

export function claimCommandsStep(db: Database): Store["claimCommands"] {
  return async (options) => {
    const { now, leaseMs } = options;
    const claim = crypto.randomUUID();
    const isClaimed = and(sql`${commands.status} = 'sending'`, eq(commands.claim, claim));
    const claimedKeys = db
      .select({ streamKey: commands.streamKey })
      .from(commands)
      .where(isClaimed);
    const [, , rows, knownStreams, left] = await db.batch([
      supersedeAbandoned(db, now),
      giveUpAbandoned(db, now),
      db
        .update(commands)
        .set({
          status: "sending",
          claim,
          claimExpiresAt: now + leaseMs,
          attempts: sql`${commands.attempts} + 1`,
          possibleRepeat: sql`${commands.possibleRepeat} or (${commands.status} = 'sending' and ${commands.kind} = 'push')`,
        })
        .where(inArray(commands.id, dueIds(db, options)))
        .returning(),
      db.select().from(streams).where(inArray(streams.streamKey, claimedKeys)),
      leftOf(db, isClaimed),
    ]);
    return toClaimedCommands(rows, claim, knownStreams, left);
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

/** A sender died and its stream has a newer wanted state by now: sending the old one again would be a lie. */
function supersedeAbandoned(db: Database, now: number) {
  const newer = sql`exists (select 1 from commands as newer
    where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;
  return db
    .update(commands)
    .set({ status: "superseded", reason: REASON.newerState, settledAt: now, ...UNCLAIMED })
    .where(and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, now), newer));
}

/** A push whose sender died in its second try may have rung twice by now: there is no third. */
function giveUpAbandoned(db: Database, now: number) {
  const secondTry = sql`${commands.kind} = 'push' and ${commands.possibleRepeat}`;
  return db
    .update(commands)
    .set({ status: "dead", reason: REASON.senderDied, settledAt: now, ...UNCLAIMED })
    .where(and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, now), secondTry));
}

function dueIds(db: Database, { account, maxPriority, now, limit }: Options) {
  const urgent = maxPriority === undefined ? undefined : lte(due.priority, maxPriority);
  return db
    .select({ id: sql<string>`${due.id}` })
    .from(FROM_DUE)
    .where(and(eq(due.account, account), urgent, claimable(now)))
    .orderBy(asc(due.priority), asc(due.createdAt), asc(due.id))
    .limit(limit);
}
