/** Claims commands to send, SQLite dialect. */
import type { Store } from "../../port.ts";
import { REASON, toClaimedCommands } from "../../rows/records.ts";
import type { LeftRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver, SqliteRow } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import { commands, streams } from "../schema.ts";
import { FROM_DUE, IS_CLAIMABLE } from "./claimable.ts";

/** Every priority is among these. */
const ANY_PRIORITY = { from: 0, to: 1_000 };

const COMMAND = rowFormat(commands);
const STREAM = rowFormat(streams);

/**
 * A sender died and its stream has a newer wanted state by now: sending the old one again would be
 * a lie.
 */
const supersedeAbandoned = statement(
  `update commands set status = 'superseded', reason = '${REASON.newerState}', settled_at = :now,
     claim = null, claim_expires_at = null
   where status = 'sending' and claim_expires_at <= :now
     and exists (select 1 from commands as newer
       where newer.stream_key = commands.stream_key and newer.status = 'pending')`,
);

/** A push whose sender died in its second try may have rung twice by now: there is no third. */
const giveUpAbandoned = statement(
  `update commands set status = 'dead', reason = '${REASON.senderDied}', settled_at = :now,
     claim = null, claim_expires_at = null
   where status = 'sending' and claim_expires_at <= :now and kind = 'push' and possible_repeat`,
);

const claimDue = statement(
  `update commands set status = 'sending', claim = :claim, claim_expires_at = :claimExpiresAt,
     attempts = attempts + 1,
     possible_repeat = possible_repeat or (status = 'sending' and kind = 'push')
   where id in (
     select due.id from ${FROM_DUE}
     where due.account = :account and due.priority between :from and :to and ${IS_CLAIMABLE}
     order by due.priority, due.created_at, due.id limit :limit + 0)
   returning ${COMMAND.list}`,
  COMMAND.toRow,
);

const streamsOfClaim = statement(
  `select ${STREAM.list} from streams where stream_key in
     (select stream_key from commands where status = 'sending' and claim = :claim)`,
  STREAM.toRow,
);

/**
 * Those whose endpoint is deleted or forwards on another account, with the API key that it had.
 */
const leftOfClaim = statement(
  `select commands.id, endpoints.id is null, former_api_keys.sealed
   from commands
   left join endpoints on endpoints.id = commands.endpoint_id
   left join former_api_keys on former_api_keys.endpoint_id = commands.endpoint_id
     and former_api_keys.account = commands.account
   where commands.status = 'sending' and commands.claim = :claim
     and endpoints.account is not commands.account`,
  toLeft,
);

function toLeft([commandId, isDeleted, sealed]: SqliteRow): LeftRow {
  return {
    commandId: String(commandId),
    isDeleted: isDeleted === 1,
    sealedApiKey: typeof sealed === "string" ? sealed : null,
  };
}

export function claimCommandsStep(driver: SqliteDriver): Store["claimCommands"] {
  return async ({ account, now, limit, leaseMs, priorities = ANY_PRIORITY }) => {
    const claim = crypto.randomUUID();
    const values = { account, now, limit, ...priorities, claim, claimExpiresAt: now + leaseMs };
    const [, , rows, knownStreams, leavers] = await runBatch(driver, [
      supersedeAbandoned(values),
      giveUpAbandoned(values),
      claimDue(values),
      streamsOfClaim(values),
      leftOfClaim(values),
    ]);
    return toClaimedCommands(rows, claim, knownStreams, leavers);
  };
}
