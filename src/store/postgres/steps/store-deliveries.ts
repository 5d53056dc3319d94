/**
 * Stores a batch of deliveries: the hot path, so its statements are built once and keep their text.
 * Postgres dialect.
 */
import type { ParameterOrJSON, Sql } from "postgres";
import { textOf } from "../../../util/bytes.ts";
import type { NewDelivery } from "../../../model/delivery.ts";
import type { Store } from "../../port.ts";
import { distinctDeliveries, storeResults } from "../../rows/delivery-batch.ts";
import type { StoredKey } from "../../rows/delivery-batch.ts";
import type { DeliveryCopier } from "./copy-deliveries.ts";
import { fromStoredText } from "../driver/columns.ts";
import { DELIVERY_COLUMNS, deliveryFields } from "./delivery-fields.ts";

const IF_NEW = "on conflict do nothing";

/**
 * Answers the stored row's id for new and known alike, and opens a duplicate of a failure again.
 */
const OR_KNOWN = `on conflict (endpoint_id, provider_delivery_id) do update set
  attempts = case when it.status in ('failed', 'invalid') then 0 else it.attempts end,
  status = case when it.status in ('failed', 'invalid') then 'received' else it.status end
  returning id, endpoint_id as "endpointId", provider_delivery_id as "providerDeliveryId"`;

/**
 * Up to this many rows a statement is prepared once per connection; larger ones would only fill its
 * memory.
 */
const MAX_PREPARED_ROWS = 64;

/** So many are copied, where there is a copier: a round trip more, and half the work. */
export const COPIED_FROM = 8;

/**
 * Small batches are one statement of multi-row VALUES, which is one transaction and one round trip:
 * with 10 KB bodies nearly three times as fast as arrays through `unnest`; large ones are copied.
 * Most hold no duplicate and need nothing more.
 * `stored` is called when new work is there.
 */
export function storeDeliveriesStep(
  client: Sql,
  stored: () => void,
  copier?: DeliveryCopier,
): Store["storeDeliveries"] {
  const insert = (deliveries: readonly NewDelivery[], onConflict: string) =>
    client.unsafe<StoredKey[]>(
      insertOf(deliveries.length, onConflict),
      deliveries.flatMap(paramsOf),
      { prepare: deliveries.length <= MAX_PREPARED_ROWS },
    );
  /** True where all of them are new, and stored. */
  const storeNew = async (deliveries: readonly NewDelivery[]) =>
    copier && (copier.isOpen || deliveries.length >= COPIED_FROM)
      ? copier.copy(deliveries)
      : (await insert(deliveries, IF_NEW)).count === deliveries.length;
  return async (batch) => {
    if (batch.length === 0) return [];
    const deliveries = distinctDeliveries(batch);
    const keys = (await storeNew(deliveries))
      ? deliveries
      : (await insert(deliveries, OR_KNOWN)).map(toKey);
    stored();
    return storeResults(batch, keys);
  };
}

const texts = new Map<string, string>();

function insertOf(count: number, onConflict: string): string {
  const key = `${count} ${onConflict}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const rows = Array.from({ length: count }, (_, row) => {
    const places = DELIVERY_COLUMNS.map((_, at) => `$${row * DELIVERY_COLUMNS.length + at + 1}`);
    return `(${places.join(", ")})`;
  });
  const text = `insert into deliveries as it (${DELIVERY_COLUMNS.join(", ")})
    values ${rows.join(", ")} ${onConflict}`;
  texts.set(key, text);
  return text;
}

/** As postgres.js takes them: it has no bytes for a text. */
function paramsOf(it: NewDelivery): ParameterOrJSON<never>[] {
  return deliveryFields(it).map((field) => {
    if (typeof field === "bigint") return String(field);
    return field instanceof Uint8Array ? textOf(field) : field;
  });
}

function toKey(row: StoredKey): StoredKey {
  return { ...row, providerDeliveryId: fromStoredText(row.providerDeliveryId) };
}
