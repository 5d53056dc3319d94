/** Shapes that several resources share: lists and their pages, times, and references in paths. */
import * as z from "zod";

const MAX_PAGE_SIZE = 200;
const DEFAULT_PAGE_SIZE = 50;

export const time = z.iso.datetime().describe("ISO 8601, UTC.");
export const durationMs = z.number().nonnegative();

export const pageQuery = {
  limit: z.coerce.number().int().min(1).max(MAX_PAGE_SIZE).default(DEFAULT_PAGE_SIZE),
  cursor: z.string().min(1).max(500).optional().describe("The `next_cursor` of the page before."),
};

export const pageQueryOnly = z.strictObject(pageQuery);

/** The body of a 204. */
export const nothing = z.undefined();

const reference = z.string().min(1).max(200);

export const idParams = z.strictObject({ id: reference });
export const endpointQuery = { endpoint: reference.optional().describe("Id of an endpoint.") };

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ data: z.array(item), next_cursor: z.string().nullable() });
}

/** A page of the store as a list answer. */
export function listAnswer<Row, View>(
  page: { readonly rows: readonly Row[]; readonly next: string | undefined },
  view: (row: Row) => View,
): { data: View[]; next_cursor: string | null } {
  return { data: page.rows.map(view), next_cursor: page.next ?? null };
}

/** ms since the epoch as ISO 8601. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

export function isoTimeOrNull(ms: number | null | undefined): string | null {
  return ms === null || ms === undefined ? null : isoTime(ms);
}
