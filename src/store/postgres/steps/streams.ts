/** What is known of streams, and how one gives way and comes back, Postgres dialect. */
import type { Sql } from "postgres";
import { waitForAll } from "../../../util/wait-for-all.ts";
import type { Store } from "../../port.ts";
import { toStream } from "../../records.ts";
import { rowFormat } from "../../statement.ts";
import { statement } from "../driver/statement.ts";
import { inTransaction } from "../driver/transaction.ts";
import { commands, streams } from "../schema.ts";

const STREAM = rowFormat(streams);
const COMMAND = rowFormat(commands);

const findStream = statement(
  `select ${STREAM.list} from streams where stream_key = :streamKey`,
  STREAM.toRow,
);

export const writeStream = statement(
  `insert into streams (${STREAM.list}) values (${STREAM.parameters})
   on conflict (stream_key) do update set ${STREAM.brought(["streamKey"])}`,
);

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
   })}
   from commands
   where stream_key = :streamKey and status = 'done' and kind = 'stream_update'
     and not exists (select 1 from commands as it
       where it.stream_key = :streamKey and it.status = 'pending')
     and not exists (select 1 from commands as it
       where it.stream_key = :streamKey and it.status = 'sending')
   order by commands.created_at desc, commands.id desc limit 1 for share`,
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
): Pick<Store, "findStream" | "displaceStream" | "wakeCommands" | "endWaitsBeyond"> {
  return {
    async findStream(streamKey) {
      const [stream] = await findStream(client, { streamKey });
      return stream && toStream(stream);
    },

    displaceStream: (stream, resume) =>
      inTransaction(client, (tx) =>
        waitForAll([
          writeStream(tx, { ...stream }),
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
