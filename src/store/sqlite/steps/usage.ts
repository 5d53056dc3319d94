/**
 * How much the stored deliveries take, SQLite dialect. An estimate from a sample; exact for a small
 * store. Not `page_count`, which D1 refuses, nor a running total, which every insert would pay for.
 */
import type { Store } from "../../port.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { SAMPLED_DELIVERIES, SLICE_ROWS } from "./sample.ts";

/**
 * What a row takes beside its wide columns, index entries and half-filled pages included: 850 to
 * 2,500 as measured.
 */
const ROW_BYTES = 1_500;

/** `octet_length` knows a text's size without reading it. */
const usage = statement(
  `select coalesce(sum(step * (${ROW_BYTES} + octet_length(body) + octet_length(headers)
     + coalesce(octet_length(signals), 0))) / ${SLICE_ROWS}, 0)
   from ${SAMPLED_DELIVERIES}`,
  ([bytes]) => Number(bytes),
);

export function usageStep(driver: SqliteDriver): Store["usage"] {
  return async () => {
    const [deliveryBytes = 0] = await runQuery(driver, usage({}));
    return { deliveryBytes };
  };
}
