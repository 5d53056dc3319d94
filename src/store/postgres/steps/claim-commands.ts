/** Claims commands to send, Postgres dialect. */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { REASON, toClaimedCommands } from "../../rows/records.ts";
import type { CommandRow, LeftRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { isWorthRepeating } from "../driver/retry.ts";
import { statement } from "../driver/statement.ts";
import { commands, formerApiKeys, streams } from "../schema.ts";
import { IS_CLAIMABLE } from "./claimable.ts";

/** Every priority is among these. */
const ANY_PRIORITY = { from: 0, to: 1_000 };

const COMMAND = rowFormat(commands, "claimed");
const STREAM = rowFormat(streams, "streams");
const COMMAND_COLUMNS = Object.keys(COMMAND.columns).length;
const FORMER_KEY = rowFormat(formerApiKeys);

const IS_ABANDONED = `status = 'sending' and claim_expires_at <= :now`;
const HAS_NEWER = `exists (select 1 from commands as newer
  where newer.stream_key = commands.stream_key and newer.status = 'pending')`;

/**
 * A sender died and its stream has a newer wanted state by now: sending the old one again would be
 * a lie. And a push whose sender died in its second try may have rung twice by now: there is no
 * third. Right by itself, whether a claim follows or not. Its two parts see the table as it was, and
 * no row matches both.
 */
const settleAbandoned = statement(
  `with superseded as (
     update commands set status = 'superseded', reason = '${REASON.newerState}',
       settled_at = :now, claim = null, claim_expires_at = null
     where ${IS_ABANDONED} and ${HAS_NEWER} returning id)
   update commands set status = 'dead', reason = '${REASON.senderDied}',
     settled_at = :now, claim = null, claim_expires_at = null
   where ${IS_ABANDONED} and kind = 'push' and possible_repeat and not ${HAS_NEWER}`,
);

/**
 * Where two processes claim for one stream at the same moment, `commands_one_sending_per_stream`
 * refuses one. An array is made once; a plain IN may run its subquery again and lock more than the
 * limit.
 */
const claimDue = statement(
  `with claimed as (
     update commands set status = 'sending', claim = :claim, claim_expires_at = :claimExpiresAt,
       attempts = attempts + 1,
       possible_repeat = possible_repeat or (status = 'sending' and kind = 'push')
     where id = any(array(
       select due.id from commands as due
       where due.account = :account and due.priority between :from and :to and ${IS_CLAIMABLE}
       order by due.priority, due.created_at, due.id limit :limit for update skip locked))
     returning *)
   select ${COMMAND.list}, ${STREAM.list}
   from claimed left join streams on streams.stream_key = claimed.stream_key`,
  (values) => ({
    command: COMMAND.toRow(values.slice(0, COMMAND_COLUMNS)),
    streams: values[COMMAND_COLUMNS] === null ? [] : [STREAM.toRow(values.slice(COMMAND_COLUMNS))],
  }),
);

/**
 * Asked when the claim is there for all to see, and waiting for an endpoint that is leaving: either
 * its leaving sees the claim, or this sees it gone.
 */
const endpointsOf = statement(
  `select id, account from endpoints where id = any(string_to_array(:ids, ',')) for key share`,
  ([id, account]) => [String(id), String(account)] as const,
);

const formerKeysOf = statement(
  `select ${FORMER_KEY.list} from former_api_keys
   where endpoint_id = any(string_to_array(:ids, ','))`,
  FORMER_KEY.toRow,
);

export function claimCommandsStep(client: Sql): Store["claimCommands"] {
  return async ({ account, now, limit, leaseMs, priorities = ANY_PRIORITY }) => {
    const claim = crypto.randomUUID();
    const values = { account, now, limit, ...priorities, claim, claimExpiresAt: now + leaseMs };
    await settleAbandoned(client, { now });
    const claimed = await claimDue(client, values);
    const rows = claimed.map((it) => it.command);
    const known = claimed.flatMap((it) => it.streams);
    return toClaimedCommands(rows, claim, known, await twice(() => leftOf(client, rows)));
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
 * Those whose endpoint is deleted or forwards on another account, with the API key that it had.
 */
async function leftOf(client: Sql, rows: readonly CommandRow[]): Promise<LeftRow[]> {
  if (rows.length === 0) return [];
  // Ids of endpoints hold no comma.
  const ids = [...new Set(rows.map((row) => row.endpointId))].join(",");
  const accounts = new Map(await endpointsOf(client, { ids }));
  const left = rows.filter((row) => accounts.get(row.endpointId) !== row.account);
  if (left.length === 0) return [];
  const keys = await formerKeysOf(client, { ids });
  return left.map((row) => {
    const key = keys.find((it) => it.endpointId === row.endpointId && it.account === row.account);
    return {
      commandId: row.id,
      isDeleted: !accounts.has(row.endpointId),
      sealedApiKey: key?.sealed ?? null,
    };
  });
}
