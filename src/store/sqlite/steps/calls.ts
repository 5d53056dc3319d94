/**
 * Which calls were made for commands and for a stream, SQLite dialect. They are found by the ids in
 * the rows of these (`call-ids.ts`). What is not among them is looked for in the order of time: what
 * a row that is cut off, or of a former version, has led to.
 */
import type { CallRecord } from "../../../model/call-record.ts";
import { SEARCH_WINDOW, toPage, widenSearch } from "../../lists/page.ts";
import type { EventStore, Paged } from "../../port.ts";
import { toCallRecord } from "../../rows/records.ts";
import type { AttemptRow, CommandRow } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver, SqliteRow } from "../driver/driver.ts";
import { runBatch, statement } from "../driver/statement.ts";
import type { Query } from "../driver/statement.ts";
import { commandAttempts, streams } from "../schema.ts";
import { isCutOff, oldestOf } from "./call-ids.ts";

const CALL = rowFormat(commandAttempts);
const STREAM = rowFormat(streams);

/** Ids begin with the time (`settle-command.ts`), but for those that former versions counted. */
const MOST_COUNTED = 1e12;
const idAt = (time: number): number => time * 1_000;
/** Longer than any call takes, and than the clocks of two processes differ. */
const SLACK_MS = 10 * 60_000;
/** Of a command that is open: behind every time. */
const OPEN_UNTIL = 9e12;

/** @param commandIds a SELECT of them */
const listed = (commandIds: string): string =>
  `select ${CALL.list} from command_attempts where id in (
     select ids.value from commands, json_each(commands.call_ids) as ids
     where commands.id in (${commandIds}))
   order by id`;

/** The calls that the rows of these commands name, oldest first. */
export const callsListedBy = (
  commandIds: string,
): ((values: { id: string }) => Query<AttemptRow>) => statement(listed(commandIds), CALL.toRow);

const OF_COMMANDS = "command_id in (select value from json_each(:ids))";

const ofCommandsWithin = statement(
  `select ${CALL.list} from (select * from command_attempts
     where id >= :from and id < :to order by id desc limit ${SEARCH_WINDOW})
   where ${OF_COMMANDS}`,
  CALL.toRow,
);

const ofCommandsCounted = statement(
  `select ${CALL.list} from command_attempts where id < ${MOST_COUNTED} and ${OF_COMMANDS}`,
  CALL.toRow,
);

/** A former version that ran at the same time has noted no call. */
const lacksCalls = ({ callIds, status }: CommandRow): boolean =>
  isCutOff(callIds) || (status === "done" && callIds?.length === 0);

/** All calls of commands, oldest first: those that were found by their rows, and the others. */
export async function withUnlistedCalls(
  driver: SqliteDriver,
  commands: readonly CommandRow[],
  listedCalls: readonly AttemptRow[],
): Promise<readonly AttemptRow[]> {
  const lacking = commands.filter(lacksCalls);
  if (lacking.length === 0) return listedCalls;
  const values = {
    ids: lacking.map(({ id }) => id),
    from: idAt(Math.min(...lacking.map((it) => it.createdAt)) - SLACK_MS),
    to: idAt(Math.max(...lacking.map((it) => it.settledAt ?? OPEN_UNTIL)) + SLACK_MS),
  };
  const found = await runBatch(driver, [ofCommandsWithin(values), ofCommandsCounted(values)]);
  const byId = new Map([...listedCalls, ...found.flat()].map((it) => [it.id, it]));
  return [...byId.values()].toSorted((a, b) => a.id - b.id);
}

const toCall = (values: SqliteRow): CallRecord => toCallRecord(CALL.toRow(values));

const streamOf = statement(
  `select ${STREAM.list} from streams where stream_key = :streamKey`,
  STREAM.toRow,
);

const IS_ASKED = `stream_key = :streamKey and "at" >= :since and "at" < :until`;
const NEWEST = "order by id desc limit :limit + 0";

const ofStreamListed = statement(
  `select ${CALL.list} from command_attempts where id in (
     select ids.value from streams, json_each(streams.call_ids) as ids
     where streams.stream_key = :streamKey)
   and id < :before and ${IS_ASKED} ${NEWEST}`,
  toCall,
);

const WINDOW = "where id >= :from and id < :to order by id desc";

const ofStreamWithin = statement(
  `select ${CALL.list} from (select * from command_attempts ${WINDOW} limit ${SEARCH_WINDOW})
   where ${IS_ASKED} ${NEWEST}`,
  toCall,
);

const windowEnd = statement(
  `select id from command_attempts ${WINDOW} limit 1 offset ${SEARCH_WINDOW - 1}`,
  ([id]) => String(id),
);

const ofStreamCounted = statement(
  `select ${CALL.list} from command_attempts where id < min(:to, ${MOST_COUNTED}) and ${IS_ASKED}
   ${NEWEST}`,
  toCall,
);

interface Asked {
  readonly streamKey: string;
  readonly limit: number;
  readonly before: number;
  readonly since: number;
  readonly until: number;
}

/**
 * A page of a stream's calls. One that goes behind the list in the stream's row looks through so
 * many calls of all streams, may be short, and has a next one that goes on behind them.
 */
export async function callsOfStream(
  driver: SqliteDriver,
  streamKey: string,
  { limit, cursor, since = 0, until = OPEN_UNTIL }: Parameters<EventStore["listCalls"]>[1],
): Promise<Paged<CallRecord>> {
  const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor) || 0;
  const asked = { streamKey, limit: limit + 1, before, since, until };
  const [[stream], rows] = await runBatch(driver, [
    streamOf({ streamKey }),
    ofStreamListed({ ...asked }),
  ]);
  const oldest = oldestOf(stream?.callIds ?? null) ?? Number.MAX_SAFE_INTEGER;
  const isAllOfIt = !stream || !isCutOff(stream.callIds) || oldest < idAt(since);
  if (isAllOfIt || rows.length > limit) return pageOf(rows, limit);
  return searched(driver, asked, rows, Math.min(before, oldest));
}

const pageOf = (rows: readonly CallRecord[], limit: number): Paged<CallRecord> =>
  toPage(rows, limit, ({ id }) => String(id));

async function searched(
  driver: SqliteDriver,
  asked: Asked,
  newer: readonly CallRecord[],
  before: number,
): Promise<Paged<CallRecord>> {
  const { since, until, limit } = asked;
  const values = {
    ...asked,
    from: Math.max(idAt(since), MOST_COUNTED),
    to: Math.min(before, idAt(until + SLACK_MS)),
  };
  const [within, [end], counted] = await runBatch(driver, [
    ofStreamWithin(values),
    windowEnd(values),
    ofStreamCounted(values),
  ]);
  const rows = [...newer, ...within, ...(end === undefined ? counted : [])];
  return widenSearch(pageOf(rows, limit - 1), end);
}
