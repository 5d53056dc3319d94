/** What is known of streams, and how one gives way and comes back, SQLite dialect. */
import type { StreamRecord } from "../../../model/card/stream.ts";
import type { Store } from "../../port.ts";
import { toStream } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
import { commands, streams } from "../schema.ts";
import { isOpenOn, selectOpen, SENDING_STREAMED, WAS_DUE } from "./claimable.ts";

const STREAM = rowFormat(streams);
const COMMAND = rowFormat(commands);

const findStream = statement(
  `select ${STREAM.list} from streams where stream_key = :streamKey`,
  STREAM.toRow,
);

const calledStreams = statement(
  `select due.stream_key from ${SENDING_STREAMED} and ${WAS_DUE} and due.account = :account
     and due.claim_expires_at > :now`,
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
   select stream_key, account, 0, id, case when kind = 'stream_update' then id end
   from commands where id = :doneCommandId and stream_key is not null
   on conflict (stream_key) do update set done_command_id = excluded.done_command_id,
     shown_command_id = coalesce(excluded.shown_command_id, streams.shown_command_id)`,
);

/** What is known of a stream now, and which of its commands was done, if one was. */
export const writeStream = (stream: StreamRecord, doneCommandId: string | null): Query<unknown> =>
  upsertStream({ ...stream, doneCommandId });

export const noteDoneQuery = (doneCommandId: string): Query<unknown> => noteDone({ doneCommandId });

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
   where id = (select shown_command_id from streams where stream_key = :streamKey)
     and status = 'done'
     and not ${isOpenOn(":streamKey", "true")}`,
);

const wake = statement(
  `update commands set not_before = :now where id in (${selectOpen(
    "due.id",
    `due.account = :account and due.not_before > :now and due.status = 'pending'
       and due.reason = :reason`,
  )})`,
);

const endWaits = statement(
  `update commands set not_before = :now where id in (${selectOpen(
    "due.id",
    "due.not_before > :latest and due.status = 'pending' and due.attempts > 0",
  )})`,
);

export function streamSteps(
  driver: SqliteDriver,
): Pick<
  Store,
  "findStream" | "calledStreams" | "displaceStream" | "wakeCommands" | "endWaitsBeyond"
> {
  return {
    async findStream(streamKey) {
      const [stream] = await runQuery(driver, findStream({ streamKey }));
      return stream && toStream(stream);
    },

    calledStreams: (account, now) => runQuery(driver, calledStreams({ account, now })),

    async displaceStream(stream, resume) {
      const { streamKey } = stream;
      await driver.batch([writeStream(stream, null), insertResume({ ...resume, streamKey })]);
    },

    async wakeCommands(account, reason, now) {
      await driver.batch([wake({ account, reason, now })]);
    },

    async endWaitsBeyond(latest, now) {
      await driver.batch([endWaits({ latest, now })]);
    },
  };
}
