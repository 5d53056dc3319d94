/** The feed of what happened: where a reader stands, and what it may miss. Pure. */
import type { CallRecord, StoreEvent } from "../../model/call-record.ts";

/** Where a reader stands: the last delivery and the last call that it need not see again. */
export interface FeedPosition {
  readonly deliveryId: string;
  readonly callId: number;
}

/** How long another process may take to commit what has a smaller id, in ms. */
export const SETTLING_MS = 3_000;

export const FEED_START: FeedPosition = { deliveryId: "", callId: 0 };

/** Undefined for a text that is no position of ours. */
export function parsePosition(cursor: string): FeedPosition | undefined {
  const end = cursor.lastIndexOf(".");
  const callId = Number(cursor.slice(end + 1));
  if (end < 0 || !Number.isSafeInteger(callId) || callId < 0) return undefined;
  return { deliveryId: cursor.slice(0, end), callId };
}

export function formatPosition({ deliveryId, callId }: FeedPosition): string {
  return `${deliveryId}.${callId}`;
}

export type DeliveryEvent = Extract<StoreEvent, { kind: "delivery" }>;

/**
 * The events behind a position, and the position of whoever has read them: before all that may
 * still get a neighbour.
 */
export function feedAfter(
  from: FeedPosition,
  deliveries: readonly DeliveryEvent[],
  calls: readonly CallRecord[],
  now: number,
): { readonly events: readonly StoreEvent[]; readonly next: string } {
  const isSettled = ({ at }: { readonly at: number }) => at <= now - SETTLING_MS;
  const next = {
    deliveryId: lastWhile(deliveries, isSettled)?.id ?? from.deliveryId,
    callId: lastWhile(calls, isSettled)?.id ?? from.callId,
  };
  const events: readonly StoreEvent[] = [
    ...deliveries,
    ...calls.map((call) => ({ kind: "call" as const, id: `call_${call.id}`, at: call.at, call })),
  ];
  return { events: events.toSorted((a, b) => a.at - b.at), next: formatPosition(next) };
}

/** The last of the leading rows for which it holds. */
function lastWhile<Row>(rows: readonly Row[], holds: (row: Row) => boolean): Row | undefined {
  const end = rows.findIndex((row) => !holds(row));
  return end < 0 ? rows.at(-1) : rows[end - 1];
}
