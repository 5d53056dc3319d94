/**
 * How much the stored deliveries take, Postgres dialect. An estimate from a sample; exact for a small
 * store. Not `pg_total_relation_size`, which stays where it was when rows go, so that trimming by
 * size would never end.
 */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { statement } from "../driver/statement.ts";
import { percentOf, sampleOf } from "./sample.ts";

/**
 * What a row takes beside its wide columns, index entries and dead versions included: 1,000 to
 * 3,300 as measured.
 */
const ROW_BYTES = 2_000;

/** Sizes as stored, so compressed; told without reading what is stored out of line. */
const usage = statement(
  `select round(coalesce(sum(${ROW_BYTES} + pg_column_size(body) + pg_column_size(headers)
     + coalesce(pg_column_size(signals), 0)), 0) * 100 / ${percentOf("deliveries")})::float8
   from ${sampleOf("deliveries")}`,
  ([bytes]) => Number(bytes),
);

export function usageStep(client: Sql): Store["usage"] {
  return async () => {
    const [deliveryBytes = 0] = await usage(client, {});
    return { deliveryBytes };
  };
}
