/** What was called, and what happened since a moment, Postgres dialect. */
import type { Sql } from "postgres";
import { deliveryStatus, toCallRecord } from "../../rows/records.ts";
import {
  feedAfter,
  FEED_START,
  formatPosition,
  parsePosition,
  SETTLING_MS,
} from "../../lists/event-feed.ts";
import type { DeliveryEvent, FeedPosition } from "../../lists/event-feed.ts";
import { toPage } from "../../lists/page.ts";
import type { EventStore } from "../../port.ts";
import { rowFormat } from "../../sql/statement.ts";
import { fromStoredText } from "../driver/columns.ts";
import { statement } from "../driver/statement.ts";
import { commandAttempts } from "../schema.ts";

const textOf = (value: unknown): string => fromStoredText(String(value));

const CALLS = rowFormat(commandAttempts);
const toCall = (values: readonly unknown[]) => toCallRecord(CALLS.toRow(values));

const callsOfStream = statement(
  `select ${CALLS.list} from command_attempts
   where coalesce(stream_key, command_id) = :streamKey and stream_key = :streamKey
     and id < :before and "at" >= :since and "at" < :until order by id desc limit :limit`,
  toCall,
);

const callsAfter = statement(
  `select ${CALLS.list} from command_attempts where id > :callId order by id limit :limit`,
  toCall,
);

const deliveriesAfter = statement(
  `select id, received_at, endpoint_id, provider, event, status from deliveries
   where id > :deliveryId order by id limit :limit`,
  ([id, at, endpointId, provider, event, status]): DeliveryEvent => ({
    kind: "delivery",
    id: textOf(id),
    at: Number(at),
    endpointId: textOf(endpointId),
    provider: textOf(provider),
    event: textOf(event),
    status: deliveryStatus(status),
  }),
);

const present = statement(
  `select
     (select id from deliveries where received_at <= :settled order by id desc limit 1),
     (select id from command_attempts where "at" <= :settled order by id desc limit 1)`,
  ([deliveryId, callId]): FeedPosition => ({
    deliveryId: deliveryId === null ? "" : textOf(deliveryId),
    callId: Number(callId),
  }),
);

export function eventSteps(client: Sql): EventStore {
  return {
    async listCalls(streamKey, { limit, cursor, since = 0, until = Number.MAX_SAFE_INTEGER }) {
      const before = cursor === undefined ? Number.MAX_SAFE_INTEGER : Number(cursor) || 0;
      const asked = { streamKey, before, since, until, limit: limit + 1 };
      const rows = await callsOfStream(client, asked);
      return toPage(rows, limit, ({ id }) => String(id));
    },

    async eventsAfter(cursor, { limit, now }) {
      const from = cursor === undefined ? undefined : parsePosition(cursor);
      if (!from) {
        const [position = FEED_START] = await present(client, { settled: now - SETTLING_MS });
        return { events: [], next: formatPosition(position) };
      }
      const [deliveries, calls] = await Promise.all([
        deliveriesAfter(client, { deliveryId: from.deliveryId, limit }),
        callsAfter(client, { callId: from.callId, limit }),
      ]);
      return feedAfter(from, deliveries, calls, now);
    },
  };
}
