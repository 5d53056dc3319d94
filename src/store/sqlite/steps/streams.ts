/** What is known of streams, and how one gives way and comes back, SQLite dialect. */
import type { Store } from "../../port.ts";
import { toStream } from "../../records.ts";
import { rowFormat } from "../../statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
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

const insertResume = statement(
  `insert into commands (${COMMAND.list})
   select ${COMMAND.listWith({
     id: ":id",
     dedupeKey: "null",
     notBefore: ":notBefore",
     createdAt: ":createdAt",
     status: "'pending'",
     attempts: "0",
     reason: ":reason",
     possibleRepeat: "0",
     settledAt: "null",
   })}
   from commands
   where stream_key = :streamKey and status = 'done' and kind = 'stream_update'
     and not exists (select 1 from commands as it
       where it.stream_key = :streamKey and it.status = 'pending')
     and not exists (select 1 from commands as it
       where it.stream_key = :streamKey and it.status = 'sending')
   order by created_at desc, id desc limit 1`,
);

const wake = statement(
  `update commands set not_before = :now
   where status = 'pending' and account = :account and reason = :reason and not_before > :now`,
);

const endWaits = statement(
  `update commands set not_before = :now
   where status = 'pending' and attempts > 0 and not_before > :latest`,
);

export const streamStatements = [findStream, writeStream, insertResume, wake, endWaits];

export function streamSteps(
  driver: SqliteDriver,
): Pick<Store, "findStream" | "displaceStream" | "wakeCommands" | "endWaitsBeyond"> {
  return {
    async findStream(streamKey) {
      const [stream] = await runQuery(driver, findStream({ streamKey }));
      return stream && toStream(stream);
    },

    async displaceStream(stream, resume) {
      const { streamKey } = stream;
      await driver.batch([writeStream({ ...stream }), insertResume({ ...resume, streamKey })]);
    },

    async wakeCommands(account, reason, now) {
      await driver.batch([wake({ account, reason, now })]);
    },

    async endWaitsBeyond(latest, now) {
      await driver.batch([endWaits({ latest, now })]);
    },
  };
}
