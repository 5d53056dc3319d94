/** Lists deliveries, newest first, SQLite dialect. */
import type { Store } from "../../port.ts";
import { deliveryConditions, indexOfStatus, isSearch, windowText } from "../../lists/list-texts.ts";
import type { DeliveryFilter } from "../../lists/list-texts.ts";
import { LAST_ID, toPage, widenSearch } from "../../lists/page.ts";
import { toDelivery } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import type { SqliteDriver } from "../driver/driver.ts";
import { runQuery, statement } from "../driver/statement.ts";
import { deliveries } from "../schema.ts";

const DELIVERY = rowFormat(deliveries);

/**
 * Not LIKE: its wildcards would need escaping, and D1 limits its patterns to 50 bytes. ASCII letters
 * match in any case.
 */
const HOLDS = `(instr(lower(event), lower(:q)) > 0 or instr(lower(provider_delivery_id), lower(:q)) > 0
  or instr(lower(body), lower(:q)) > 0)`;

const lastOfEach = statement(
  `select value, (select max(id) from deliveries where endpoint_id = value)
   from json_each(:endpointIds)`,
  ([endpointId, id]) => [String(endpointId), id] as const,
);

export const lastDeliveriesStep =
  (driver: SqliteDriver): Store["lastDeliveries"] =>
  async (endpointIds) => {
    const rows = await runQuery(driver, lastOfEach({ endpointIds }));
    return new Map(rows.flatMap(([endpoint, id]) => (id === null ? [] : [[endpoint, String(id)]])));
  };

export function listDeliveriesStep(driver: SqliteDriver): Store["listDeliveries"] {
  return async (filter) => {
    const { limit, cursor: before = LAST_ID, endpointId = "", event = "", q = "" } = filter;
    const { from = "" } = filter;
    const values = { before, from, endpointId, event, q, limit: limit + 1 };
    const windowEnd = isSearch(filter) ? await findWindowEnd(driver, filter, values) : undefined;
    const list = listStatement(filter);
    const found = await runQuery(driver, list({ ...values, windowEnd: windowEnd ?? "" }));
    return widenSearch(
      toPage(found.map(toDelivery), limit, (it) => it.id),
      windowEnd,
    );
  };
}

/**
 * The index of a status is named, as the planner may walk the whole table in the order of the list.
 */
function listStatement(filter: DeliveryFilter) {
  const index = indexOfStatus(filter);
  const from = index === undefined ? "deliveries" : `deliveries indexed by ${index}`;
  return statement(
    `select ${DELIVERY.list} from ${from} where ${deliveryConditions(filter, HOLDS)}
     order by id desc limit :limit + 0`,
    DELIVERY.toRow,
  );
}

/** The last id that a search looks at, undefined where fewer rows than a window are left. */
async function findWindowEnd(
  driver: SqliteDriver,
  filter: DeliveryFilter,
  values: { readonly before: string; readonly from: string; readonly endpointId: string },
): Promise<string | undefined> {
  const windowEnd = statement(windowText(filter), ([id]) => String(id));
  const [last] = await runQuery(driver, windowEnd(values));
  return last;
}
