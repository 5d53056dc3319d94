/**
 * Pages of a list: rows after a cursor, newest first. Pure. A cursor is the sort key of the last
 * row before the page.
 */
import type { Paged } from "../port.ts";

/**
 * How many deliveries one page of a text search looks through: 50 MB of 10 KB bodies, about a tenth
 * of a second.
 */
export const SEARCH_WINDOW = 5_000;

/** The sort key of lists by creation: time in ms, then id, descending. */
export interface Place {
  readonly createdAt: number;
  readonly id: string;
}

/**
 * A place in a list by creation; `nowhere` for a text that is no cursor of ours, after which there
 * are no rows.
 */
export function parsePlace(cursor: string): Place | "nowhere" {
  const end = cursor.indexOf(".");
  const createdAt = Number(cursor.slice(0, end));
  if (end < 1 || !Number.isSafeInteger(createdAt)) return "nowhere";
  return { createdAt, id: cursor.slice(end + 1) };
}

export function formatPlace(place: Place): string {
  return `${place.createdAt}.${place.id}`;
}

/** The page of rows found when one more than its limit was asked for. */
export function toPage<Row>(
  found: readonly Row[],
  limit: number,
  cursorOf: (row: Row) => string,
): Paged<Row> {
  const rows = found.slice(0, limit);
  const last = rows.at(-1);
  return { rows, next: found.length > limit && last ? cursorOf(last) : undefined };
}

/** Behind every id. */
export const LAST_ID = "\u{10ffff}";

export const EMPTY_PAGE = { rows: [], next: undefined } as const;

/**
 * The page of a search that stopped at `windowEnd`: without a next match in the window it goes on
 * behind that.
 */
export function widenSearch<Row>(page: Paged<Row>, windowEnd: string | undefined): Paged<Row> {
  return { rows: page.rows, next: page.next ?? windowEnd };
}
