/**
 * How much the stored deliveries take, SQLite dialect. An estimate from evenly spread slices of the
 * table, 2,000 rows at most; exact below that. Not `page_count`, which D1 refuses, nor a running
 * total, which every insert would pay for.
 */
import { sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import type { Database } from "../driver/database.ts";

const SLICES = 200;
const SLICE_ROWS = 10;
/**
 * What a row takes beside its wide columns, index entries and half-filled pages included: 850 to
 * 2,500 as measured.
 */
const ROW_BYTES = 1_500;

/**
 * Row numbers grow with every insert and leave gaps where rows went, so that slices of equal width
 * tell how full the table is. `octet_length` knows a text's size without reading it.
 */
const SAMPLE = sql`(with recursive bounds(low, high) as (
  select (select min(rowid) from deliveries), (select max(rowid) from deliveries)
), slices(start, step, high) as (
  select low, max(${SLICE_ROWS}, (high - low) / ${SLICES} + 1), high from bounds where low is not null
  union all
  select start + step, step, high from slices where start + step <= high
) select step, ${ROW_BYTES} + octet_length(body) + octet_length(headers) + coalesce(octet_length(signals), 0) as bytes
  from slices cross join deliveries on deliveries.rowid between start and start + ${SLICE_ROWS - 1}) as sample`;

export function usageStep(db: Database): Store["usage"] {
  return async () => {
    const deliveryBytes = sql<number>`coalesce(sum(bytes * step) / ${SLICE_ROWS}, 0)`;
    const [[usage]] = await db.batch([db.select({ deliveryBytes }).from(SAMPLE)]);
    return usage ?? { deliveryBytes: 0 };
  };
}
