/** Claims commands to send, SQLite dialect. */
import * as z from "zod";
import type { Store } from "../../port.ts";
import { REASON, toClaimedCommands } from "../../rows/records.ts";
import type { LeftRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { commands, streams } from "../schema.ts";
import {
  CLAIMABLE,
  IS_SUCCEEDED,
  SENDING_STREAMED,
  SENDING_UNSTREAMED,
  WAS_DUE,
} from "./claimable.ts";

/** Every priority is among these. */
const ANY_PRIORITY = { from: 0, to: 1_000 };

const COMMAND = rowFormat(commands);
const STREAM = rowFormat(streams);

const IS_ABANDONED = "due.claim_expires_at <= :now";

/**
 * A sender died and its stream has a newer wanted state by now: sending the old one again would be
 * a lie.
 */
const supersedeAbandoned = statement(
  `update commands set status = 'superseded', reason = '${REASON.newerState}', settled_at = :now,
     claim = null, claim_expires_at = null
   where id in (select due.id from ${SENDING_STREAMED} and ${WAS_DUE} and ${IS_ABANDONED} and ${IS_SUCCEEDED})`,
);

/** A push whose sender died in its second try may have rung twice by now: there is no third. */
const giveUpAbandoned = statement(
  `update commands set status = 'dead', reason = '${REASON.senderDied}', settled_at = :now,
     claim = null, claim_expires_at = null
   where id in (select due.id from ${SENDING_UNSTREAMED} and ${IS_ABANDONED}
     and due.kind = 'push' and due.possible_repeat)`,
);

/** The first of each index. */
const FIRST_DUE = Object.values(CLAIMABLE)
  .map(
    (claimable) => `select * from (select due.id, due.priority, due.created_at from ${claimable}
     and due.account = :account and due.priority between :from and :to
     order by due.priority, due.created_at, due.id limit :limit + 0)`,
  )
  .join(" union all ");

/** What is known of its stream, without its long list of calls. */
const STREAM_OF = `(select json_array(${STREAM.listWith({ callIds: "null" })}) from streams
  where streams.stream_key = commands.stream_key)`;

/**
 * Where its endpoint is deleted or forwards on another account: that, and the API key that it had.
 */
const LEFT_OF = `(select json_array(endpoints.id is null, former_api_keys.sealed)
  from (select 1)
  left join endpoints on endpoints.id = commands.endpoint_id
  left join former_api_keys on former_api_keys.endpoint_id = commands.endpoint_id
    and former_api_keys.account = commands.account
  where endpoints.account is not commands.account)`;

const claimDue = statement(
  `update commands set status = 'sending', claim = :claim, claim_expires_at = :claimExpiresAt,
     attempts = attempts + 1,
     possible_repeat = possible_repeat or (status = 'sending' and kind = 'push')
   where id in (
     select id from (${FIRST_DUE}) order by priority, created_at, id limit :limit + 0)
   returning ${STREAM_OF}, ${LEFT_OF}, ${COMMAND.list}`,
  ([stream, left, ...values]) => {
    const command = COMMAND.toRow(values);
    return {
      command,
      streams: typeof stream === "string" ? [STREAM.toRow(listJson.parse(JSON.parse(stream)))] : [],
      left: typeof left === "string" ? [leftOf(command.id, leftJson.parse(JSON.parse(left)))] : [],
    };
  },
);

const listJson = z.array(z.unknown());
const leftJson = z.tuple([z.number(), z.string().nullable()]);

const leftOf = (
  commandId: string,
  [isDeleted, sealedApiKey]: z.infer<typeof leftJson>,
): LeftRow => ({
  commandId,
  isDeleted: isDeleted === 1,
  sealedApiKey,
});

export function claimCommandsStep(driver: SqliteDriver): Store["claimCommands"] {
  return async ({ account, now, limit, leaseMs, priorities = ANY_PRIORITY }) => {
    const claim = crypto.randomUUID();
    const values = { account, now, limit, ...priorities, claim, claimExpiresAt: now + leaseMs };
    const [, , claimed] = await runBatch(driver, [
      supersedeAbandoned(values),
      giveUpAbandoned(values),
      claimDue(values),
    ]);
    return toClaimedCommands(
      claimed.map((it) => it.command),
      claim,
      claimed.flatMap((it) => it.streams),
      claimed.flatMap((it) => it.left),
    );
  };
}
