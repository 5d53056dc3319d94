/** What is known of streams, and how one gives way and comes back, Postgres dialect. */
import type { Sql } from "postgres";
import { waitForAll } from "../../../util/async/wait-for-all.ts";
import type { StreamRecord } from "../../../model/card/stream.ts";
import type { Store } from "../../port.ts";
import { toStream } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import type { Client } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { commands, streams } from "../schema.ts";

const STREAM = rowFormat(streams);
const COMMAND = rowFormat(commands);

const findStream = statement(
  `select ${STREAM.list} from streams where stream_key = :streamKey`,
  STREAM.toRow,
);

const calledStreams = statement(
  `select stream_key from commands
   where status = 'sending' and stream_key is not null and account = :account
     and claim_expires_at > :now`,
  ([streamKey]) => String(streamKey),
);

/** Which of its commands were done last stays as it is where none is told. */
const upsertStream = statement(
  `insert into streams (stream_key, account, alive, confirmed_hash, confirmed_state, confirmed_at,
     done_command_id, shown_command_id)
   values (:streamKey, :account, :alive, :confirmedHash, :confirmedState, :confirmedAt,
     :doneCommandId, (select id from commands where id = :doneCommandId and kind = 'stream_update'))
   on conflict (stream_key) do update set account = excluded.account, alive = excluded.alive,
     confirmed_hash = excluded.confirmed_hash, confirmed_state = excluded.confirmed_state,
     confirmed_at = excluded.confirmed_at,
     done_command_id = coalesce(excluded.done_command_id, streams.done_command_id),
     shown_command_id = coalesce(excluded.shown_command_id, streams.shown_command_id)`,
);

/** A command of a stream was done that told nothing new of it. */
const noteDone = statement(
  `insert into streams (stream_key, account, alive, done_command_id, shown_command_id)
   select stream_key, account, false, id, case when kind = 'stream_update' then id end
   from commands where id = :doneCommandId and stream_key is not null
   on conflict (stream_key) do update set done_command_id = excluded.done_command_id,
     shown_command_id = coalesce(excluded.shown_command_id, streams.shown_command_id)`,
);

/** What is known of a stream now, and which of its commands was done, if one was. */
export async function writeStream(
  tx: Client,
  stream: StreamRecord,
  doneCommandId: string | null,
): Promise<void> {
  await upsertStream(tx, { ...stream, doneCommandId });
}

export async function noteDoneCommand(tx: Client, doneCommandId: string): Promise<void> {
  await noteDone(tx, { doneCommandId });
}

/**
 * Holds what it copies until the copy is there: a trim at the same moment then sees that the
 * delivery is owed again.
 */
const insertResume = statement(
  `insert into commands (${COMMAND.list})
   select ${COMMAND.listWith({
     id: ":id",
     dedupeKey: "null",
     notBefore: ":notBefore::bigint",
     createdAt: ":createdAt::bigint",
     status: "'pending'",
     attempts: "0",
     reason: ":reason",
     possibleRepeat: "false",
     settledAt: "null",
     callIds: "null",
   })}
   from commands
   where id = (select shown_command_id from streams where stream_key = :streamKey)
     and status = 'done'
     and not exists (select 1 from commands as it
       where it.stream_key = :streamKey and it.status = 'pending')
     and not exists (select 1 from commands as it
       where it.stream_key = :streamKey and it.status = 'sending')
   for share`,
);

const wake = statement(
  `update commands set not_before = :now
   where status = 'pending' and account = :account and reason = :reason and not_before > :now`,
);

const endWaits = statement(
  `update commands set not_before = :now
   where status = 'pending' and attempts > 0 and not_before > :latest`,
);

export function streamSteps(
  client: Sql,
): Pick<
  Store,
  "findStream" | "calledStreams" | "displaceStream" | "wakeCommands" | "endWaitsBeyond"
> {
  return {
    async findStream(streamKey) {
      const [stream] = await findStream(client, { streamKey });
      return stream && toStream(stream);
    },

    calledStreams: (account, now) => calledStreams(client, { account, now }),

    displaceStream: (stream, resume) =>
      inTransaction(client, (tx) =>
        waitForAll([
          writeStream(tx, stream, null),
          insertResume(tx, { ...resume, streamKey: stream.streamKey }),
        ]),
      ),

    async wakeCommands(account, reason, now) {
      await wake(client, { account, reason, now });
    },

    async endWaitsBeyond(latest, now) {
      await endWaits(client, { latest, now });
    },
  };
}
