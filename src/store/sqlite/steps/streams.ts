/** What is known of streams, and how one gives way and comes back, SQLite dialect. */
import type { StreamRecord } from "../../../model/card/stream.ts";
import type { Store } from "../../port.ts";
import { toStream } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
import { commands, streams } from "../schema.ts";
import { FIRST_CALL, NO_CALLS, withLastCall } from "./call-ids.ts";
import { isOpenOn, selectOpen, SENDING_STREAMED, WAS_DUE } from "./claimable.ts";

const STREAM = rowFormat(streams);
const COMMAND = rowFormat(commands);

const findStream = statement(
  `select ${STREAM.listWith({ callIds: "null" })} from streams where stream_key = :streamKey`,
  STREAM.toRow,
);

const calledStreams = statement(
  `select due.stream_key from ${SENDING_STREAMED} and ${WAS_DUE} and due.account = :account
     and due.claim_expires_at > :now`,
  ([streamKey]) => String(streamKey),
);

/** Its list of calls, in an insert and in an update. */
const CALLS = {
  begun: `case when :isCalled then ${FIRST_CALL} else ${NO_CALLS} end`,
  noted: `case when :isCalled then ${withLastCall("streams.call_ids")} else streams.call_ids end`,
} as const;

/** Which of its commands were done last stays as it is where none is told. */
const upsertStream = statement(
  `insert into streams (stream_key, account, alive, confirmed_hash, confirmed_state, confirmed_at,
     done_command_id, shown_command_id, call_ids)
   values (:streamKey, :account, :alive, :confirmedHash, :confirmedState, :confirmedAt,
     :doneCommandId, (select id from commands where id = :doneCommandId and kind = 'stream_update'),
     ${CALLS.begun})
   on conflict (stream_key) do update set account = excluded.account, alive = excluded.alive,
     confirmed_hash = excluded.confirmed_hash, confirmed_state = excluded.confirmed_state,
     confirmed_at = excluded.confirmed_at,
     done_command_id = coalesce(excluded.done_command_id, streams.done_command_id),
     shown_command_id = coalesce(excluded.shown_command_id, streams.shown_command_id),
     call_ids = ${CALLS.noted}`,
);

/** A command of a stream was done that told nothing new of it. */
const noteDone = statement(
  `insert into streams (stream_key, account, alive, done_command_id, shown_command_id, call_ids)
   select stream_key, account, 0, id, case when kind = 'stream_update' then id end, ${CALLS.begun}
   from commands where id = :doneCommandId and stream_key is not null
   on conflict (stream_key) do update set done_command_id = excluded.done_command_id,
     shown_command_id = coalesce(excluded.shown_command_id, streams.shown_command_id),
     call_ids = ${CALLS.noted}`,
);

/** A call on a stream told nothing of it. */
const noteCall = statement(
  `insert into streams (stream_key, account, alive, call_ids)
   select stream_key, account, 0, ${FIRST_CALL}
   from commands where id = :commandId and stream_key is not null
   on conflict (stream_key) do update set call_ids = ${withLastCall("streams.call_ids")}`,
);

interface OfCommand {
  /** The command that was done, if one was. */
  readonly doneCommandId: string | null;
  /** The batch has stored a call on the stream before this. */
  readonly isCalled: boolean;
}

/** What is known of a stream now, and by what. */
export const writeStream = (stream: StreamRecord, by: OfCommand): Query<unknown> =>
  upsertStream({ ...stream, ...by });

export const noteDoneQuery = (doneCommandId: string, isCalled: boolean): Query<unknown> =>
  noteDone({ doneCommandId, isCalled });

export const noteCallQuery = (commandId: string): Query<unknown> => noteCall({ commandId });

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
     callIds: NO_CALLS,
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

/** The call that took it off the screen is of the stream that it made room for. */
const NOT_CALLED: OfCommand = { doneCommandId: null, isCalled: false };

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
      await driver.batch([writeStream(stream, NOT_CALLED), insertResume({ ...resume, streamKey })]);
    },

    async wakeCommands(account, reason, now) {
      await driver.batch([wake({ account, reason, now })]);
    },

    async endWaitsBeyond(latest, now) {
      await driver.batch([endWaits({ latest, now })]);
    },
  };
}
