/**
 * How much the stored deliveries take, Postgres dialect. An estimate from a random sample of the
 * table's pages, 8 MB at most; exact below that. Not `pg_total_relation_size`, which stays where it
 * was when rows go, so that trimming by size would never end.
 */
import { sql } from "drizzle-orm";
import type { Store } from "../../port.ts";
import type { Database } from "../driver/database.ts";
import { deliveries } from "../schema.ts";

const SAMPLE_BYTES = 8 * 2 ** 20;
/**
 * What a row takes beside its wide columns, index entries and dead versions included: 1,000 to
 * 3,300 as measured.
 */
const ROW_BYTES = 2_000;

const PERCENT = sql`least(100, 100.0 * ${sql.raw(String(SAMPLE_BYTES))} / greatest(1, pg_relation_size('deliveries')))`;

export function usageStep(db: Database): Store["usage"] {
  return async () => {
    const { body, headers, signals } = deliveries;
    // Sizes as stored, so compressed; told without reading what is stored out of line.
    const bytes = sql`${ROW_BYTES} + pg_column_size(${body}) + pg_column_size(${headers}) + coalesce(pg_column_size(${signals}), 0)`;
    const deliveryBytes = sql<number>`round(coalesce(sum(${bytes}), 0) * 100 / ${PERCENT})::float8`;
    const [usage] = await db
      .select({ deliveryBytes })
      .from(sql`${deliveries} tablesample system (${PERCENT})`);
    return usage ?? { deliveryBytes: 0 };
  };
}
