/**
 * The SQL of lists that both dialects spell alike: newest first by id, which sorts by time. What no
 * index tells is looked for in a window of the newest rows per page, so that what is nowhere does not
 * read the whole table: such a page may be short and still have a next one. Pure.
 */
import type { CommandStatus } from "../../model/command.ts";
import type { DeliveryStatus } from "../../model/delivery.ts";
import type { Store } from "../port.ts";
import { SEARCH_WINDOW } from "./page.ts";

export type DeliveryFilter = Parameters<Store["listDeliveries"]>[0];

const FAILED = "deliveries_failed";
/** In the words of that index, without which SQLite does not see that it serves. */
const IS_FAILED = "status in ('failed', 'invalid')";

/** Statuses that few rows have, each with its index. */
const INDEX_OF: Readonly<Partial<Record<DeliveryStatus, string>>> = {
  received: "deliveries_to_digest",
  failed: FAILED,
  invalid: FAILED,
};

/** The index that tells the filter's status; undefined where none does. */
export const indexOfStatus = ({ status }: DeliveryFilter): string | undefined =>
  status && INDEX_OF[status];

/** True where rows have to be looked at to know whether they are meant. */
export const isSearch = (filter: DeliveryFilter): boolean =>
  Boolean(filter.q) ||
  filter.event !== undefined ||
  (filter.status !== undefined && indexOfStatus(filter) === undefined);

const within = ({ endpointId, from }: DeliveryFilter): string =>
  [
    "id < :before",
    ...(from === undefined ? [] : ["id >= :from"]),
    ...(endpointId === undefined ? [] : ["endpoint_id = :endpointId"]),
  ].join(" and ");

/** The last id that a page looks at; no row where fewer than a window are left. */
export const windowText = (filter: DeliveryFilter): string =>
  `select id from deliveries where ${within(filter)}
   order by id desc limit 1 offset ${SEARCH_WINDOW - 1}`;

/** @param holds the condition of a text search, in the dialect's words, on the parameter `q` */
export function deliveryConditions(filter: DeliveryFilter, holds: string): string {
  const { status, event, q } = filter;
  return [
    within(filter),
    ...(isSearch(filter) ? ["id >= :windowEnd"] : []),
    // A literal, not a parameter: only then does a planner see that a partial index serves.
    ...(status === undefined ? [] : [`status = '${status}'`]),
    ...(indexOfStatus(filter) === FAILED ? [IS_FAILED] : []),
    ...(event === undefined ? [] : ["event = :event"]),
    ...(q ? [holds] : []),
  ].join(" and ");
}

/** Statuses that few commands have, so that indexes tell them. */
const RARE: readonly (CommandStatus | undefined)[] = ["pending", "sending", "dead"];

export const isCommandSearch = (status: CommandStatus | undefined): boolean =>
  status !== undefined && !RARE.includes(status);

export const COMMAND_WINDOW_TEXT = `select id from commands where id < :before
  order by id desc limit 1 offset ${SEARCH_WINDOW - 1}`;

export function commandConditions(status: CommandStatus | undefined): string {
  return [
    "id < :before",
    ...(isCommandSearch(status) ? ["id >= :windowEnd"] : []),
    ...(status === undefined ? [] : [`status = '${status}'`]),
  ].join(" and ");
}
