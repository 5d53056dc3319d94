/** Lists deliveries, newest first, Postgres dialect. */
import type { Sql } from "postgres";
import type { Store } from "../../port.ts";
import { deliveryConditions, isSearch, windowText } from "../../lists/list-texts.ts";
import type { DeliveryFilter } from "../../lists/list-texts.ts";
import { LAST_ID, toPage, widenSearch } from "../../lists/page.ts";
import { toDelivery } from "../../rows/records.ts";
import { rowFormat } from "../../sql/statement.ts";
import { statement } from "../driver/statement.ts";
import { deliveries } from "../schema.ts";

const DELIVERY = rowFormat(deliveries);

/** Not LIKE: its wildcards would need escaping. ASCII letters match in any case. */
const HOLDS = `(strpos(lower(event), lower(:q)) > 0 or strpos(lower(provider_delivery_id), lower(:q)) > 0
  or strpos(lower(body), lower(:q)) > 0)`;

/** Ids of endpoints hold no comma. */
const lastOfEach = statement(
  `select e.id, newest.id from unnest(string_to_array(:endpointIds, ',')) as e(id)
   cross join lateral
     (select id from deliveries where endpoint_id = e.id order by id desc limit 1) as newest`,
  ([endpointId, id]) => [String(endpointId), String(id)] as const,
);

export const lastDeliveriesStep =
  (client: Sql): Store["lastDeliveries"] =>
  async (endpointIds) =>
    new Map(await lastOfEach(client, { endpointIds: endpointIds.join(",") }));

export function listDeliveriesStep(client: Sql): Store["listDeliveries"] {
  return async (filter) => {
    const { limit, cursor: before = LAST_ID, endpointId = "", event = "", q = "" } = filter;
    const { from = "" } = filter;
    const values = { before, from, endpointId, event, q, limit: limit + 1 };
    const windowEnd = isSearch(filter) ? await findWindowEnd(client, filter, values) : undefined;
    const list = listStatement(filter);
    const found = await list(client, { ...values, windowEnd: windowEnd ?? "" });
    return widenSearch(
      toPage(found.map(toDelivery), limit, (it) => it.id),
      windowEnd,
    );
  };
}

function listStatement(filter: DeliveryFilter) {
  return statement(
    `select ${DELIVERY.list} from deliveries where ${deliveryConditions(filter, HOLDS)}
     order by id desc limit :limit`,
    DELIVERY.toRow,
  );
}

/** The last id that a search looks at, undefined where fewer rows than a window are left. */
async function findWindowEnd(
  client: Sql,
  filter: DeliveryFilter,
  values: { readonly before: string; readonly from: string; readonly endpointId: string },
): Promise<string | undefined> {
  const windowEnd = statement(windowText(filter), ([id]) => String(id));
  const [last] = await windowEnd(client, values);
  return last;
}
