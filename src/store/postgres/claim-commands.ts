/** Claims commands to send, Postgres dialect. */
import { and, asc, eq, inArray, lte, sql } from "drizzle-orm";
import type { Store } from "../../ports.ts";
import { REASON, toClaimedCommands, UNCLAIMED } from "../records.ts";
import type { CommandRow, LeftRow } from "../records.ts";
import { claimable, due } from "./claimable.ts";
import type { Database, Transaction } from "./database.ts";
import { retrying } from "./retry.ts";
import { commands, endpoints, formerApiKeys, streams } from "./schema.ts";

type Options = Parameters<Store["claimCommands"]>[0];

export function claimCommandsStep(db: Database): Store["claimCommands"] {
  return async (options) => {
    const claimed = await retrying(() =>
      db.transaction(async (tx) => {
        const { now, leaseMs } = options;
        await supersedeAbandoned(tx, now);
        await giveUpAbandoned(tx, now);
        const claim = crypto.randomUUID();
        const rows = await tx
          .update(commands)
          .set({
            status: "sending",
            claim,
            claimExpiresAt: now + leaseMs,
            attempts: sql`${commands.attempts} + 1`,
            possibleRepeat: sql`${commands.possibleRepeat} or (${commands.status} = 'sending' and ${commands.kind} = 'push')`,
          })
          // An array is made once; a plain IN may run its subquery again and lock more than the limit.
          .where(sql`${commands.id} = any(array(${dueIds(tx, options)}))`)
          .returning();
        const keys = rows.flatMap((row) => row.streamKey ?? []);
        const known = await tx.select().from(streams).where(inArray(streams.streamKey, keys));
        return { rows, claim, known };
      }),
    );
    const { rows, claim, known } = claimed;
    return toClaimedCommands(rows, claim, known, await leftOf(db, rows));
  };
}

/**
 * Those whose endpoint is deleted or forwards on another account, with the API key that it had. Asked when the claim is
 * there for all to see, and waiting for an endpoint that is leaving: either its leaving sees the claim, or this sees it gone.
 */
async function leftOf(db: Database, rows: readonly CommandRow[]): Promise<LeftRow[]> {
  if (rows.length === 0) return [];
  const ids = [...new Set(rows.map((row) => row.endpointId))];
  const { id, account } = endpoints;
  const found = await retrying(() =>
    db.select({ id, account }).from(endpoints).where(inArray(id, ids)).for("key share"),
  );
  const accounts = new Map(found.map((it) => [it.id, it.account]));
  const left = rows.filter((row) => accounts.get(row.endpointId) !== row.account);
  if (left.length === 0) return [];
  const keys = await retrying(() =>
    db.select().from(formerApiKeys).where(inArray(formerApiKeys.endpointId, ids)),
  );
  return left.map((row) => {
    const key = keys.find((it) => it.endpointId === row.endpointId && it.account === row.account);
    return {
      commandId: row.id,
      isDeleted: !accounts.has(row.endpointId),
      sealedApiKey: key?.sealed ?? null,
    };
  });
}

/** A sender died and its stream has a newer wanted state by now: sending the old one again would be a lie. */
async function supersedeAbandoned(tx: Transaction, now: number): Promise<void> {
  const newer = sql`exists (select 1 from commands as newer
    where newer.stream_key = ${commands.streamKey} and newer.status = 'pending')`;
  await tx
    .update(commands)
    .set({ status: "superseded", reason: REASON.newerState, settledAt: now, ...UNCLAIMED })
    .where(and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, now), newer));
}

/** A push whose sender died in its second try may have rung twice by now: there is no third. */
async function giveUpAbandoned(tx: Transaction, now: number): Promise<void> {
  const secondTry = sql`${commands.kind} = 'push' and ${commands.possibleRepeat}`;
  await tx
    .update(commands)
    .set({ status: "dead", reason: REASON.senderDied, settledAt: now, ...UNCLAIMED })
    .where(and(sql`${commands.status} = 'sending'`, lte(commands.claimExpiresAt, now), secondTry));
}

/** Where two processes claim for one stream at the same moment, `commands_one_sending_per_stream` refuses one. */
function dueIds(tx: Transaction, { account, maxPriority, now, limit }: Options) {
  const urgent = maxPriority === undefined ? undefined : lte(due.priority, maxPriority);
  return tx
    .select({ id: due.id })
    .from(due)
    .where(and(eq(due.account, account), urgent, claimable(now)))
    .orderBy(asc(due.priority), asc(due.createdAt), asc(due.id))
    .limit(limit)
    .for("update", { skipLocked: true });
}
