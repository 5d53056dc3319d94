/** What was called, and what happened since a moment, SQLite dialect. */
import { deliveryStatus, toCallRecord } from "../../rows/records.ts";
import {
  feedAfter,
  FEED_START,
  formatPosition,
  parsePosition,
  SETTLING_MS,
} from "../../lists/event-feed.ts";
import type { DeliveryEvent, FeedPosition } from "../../lists/event-feed.ts";
import type { EventStore } from "../../port.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver, SqliteRow } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { commandAttempts } from "../schema.ts";
import { callsOfStream } from "./calls.ts";

const CALLS = rowFormat(commandAttempts);
const toCall = (values: SqliteRow) => toCallRecord(CALLS.toRow(values));

const callsAfter = statement(
  `select ${CALLS.list} from command_attempts where id > :callId order by id limit :limit + 0`,
  toCall,
);

const deliveriesAfter = statement(
  `select id, received_at, endpoint_id, provider, event, status from deliveries
   where id > :deliveryId order by id limit :limit + 0`,
  ([id, at, endpointId, provider, event, status]): DeliveryEvent => ({
    kind: "delivery",
    id: String(id),
    at: Number(at),
    endpointId: String(endpointId),
    provider: String(provider),
    event: String(event),
    status: deliveryStatus(status),
  }),
);

const present = statement(
  `select
     (select id from deliveries where received_at <= :settled order by id desc limit 1),
     (select id from command_attempts where "at" <= :settled order by id desc limit 1)`,
  ([deliveryId, callId]): FeedPosition => ({
    deliveryId: deliveryId === null ? "" : String(deliveryId),
    callId: Number(callId),
  }),
);

export function eventSteps(driver: SqliteDriver): EventStore {
  return {
    listCalls: (streamKey, page) => callsOfStream(driver, streamKey, page),

    async eventsAfter(cursor, { limit, now }) {
      const from = cursor === undefined ? undefined : parsePosition(cursor);
      if (!from) {
        const [position = FEED_START] = await runQuery(
          driver,
          present({ settled: now - SETTLING_MS }),
        );
        return { events: [], next: formatPosition(position) };
      }
      const [deliveries, calls] = await Promise.all([
        runQuery(driver, deliveriesAfter({ deliveryId: from.deliveryId, limit })),
        runQuery(driver, callsAfter({ callId: from.callId, limit })),
      ]);
      return feedAfter(from, deliveries, calls, now);
    },
  };
}
