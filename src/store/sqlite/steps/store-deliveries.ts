/**
 * Stores a batch of deliveries: the hot path, so its statements are built once and keep their text.
 * SQLite dialect.
 */
import type { NewDelivery } from "../../../model/delivery.ts";
import type { Store } from "../../port.ts";
import { distinctDeliveries, storeResults } from "../../rows/delivery-batch.ts";
import type {
  SqliteDriver,
  SqliteRow,
  SqliteParameter,
  SqliteStatement,
} from "../driver/driver.ts";

const COLUMNS = [
  "id",
  "endpoint_id",
  "provider",
  "event",
  "provider_delivery_id",
  "received_at",
  "status",
  "attempts",
  "replays",
  "content_type",
  "body_redacted",
  "verification",
  "headers",
  "body",
];
/** One per `?` of a row; `status`, `attempts` and `replays` are constants. */
const PARAMETERS_PER_ROW = COLUMNS.length - 3;
/** A body comes as bytes, which takes a tenth of the time of a text, and becomes one here. */
const ROW = "(?, ?, ?, ?, ?, ?, 'received', 0, 0, ?, ?, ?, ?, CAST(? AS TEXT))";

const IF_NEW = "ON CONFLICT DO NOTHING";
const COUNT: SqliteStatement = { sql: "SELECT changes()", params: [] };

/**
 * Answers the stored row's id for new and known alike, and opens a duplicate of a failure again.
 */
const OR_KNOWN = `ON CONFLICT (endpoint_id, provider_delivery_id) DO UPDATE SET
  attempts = CASE WHEN status IN ('failed', 'invalid') THEN 0 ELSE attempts END,
  status = CASE WHEN status IN ('failed', 'invalid') THEN 'received' ELSE status END
  RETURNING id, endpoint_id, provider_delivery_id`;

/** Most batches hold no duplicate, and to answer ids costs as much as two of the indexes. */
export function storeDeliveriesStep(driver: SqliteDriver): Store["storeDeliveries"] {
  return async (batch) => {
    if (batch.length === 0) return [];
    const deliveries = distinctDeliveries(batch);
    const inserts = insertStatements(driver, deliveries, IF_NEW).flatMap((it) => [it, COUNT]);
    const counts = (await driver.batch(inserts)).flat(2).map(Number);
    if (counts.reduce((sum, count) => sum + count) === deliveries.length)
      return storeResults(batch, deliveries);
    const rows = await driver.batch(insertStatements(driver, deliveries, OR_KNOWN));
    return storeResults(batch, rows.flat().map(toStoredKey));
  };
}

/** Row counts are powers of two: few texts, so that each is a statement prepared once. */
function insertStatements(
  driver: SqliteDriver,
  deliveries: readonly NewDelivery[],
  onConflict: string,
): SqliteStatement[] {
  const statements: SqliteStatement[] = [];
  const mostRows = Math.floor(driver.maxParameters / PARAMETERS_PER_ROW);
  for (let start = 0; start < deliveries.length;) {
    const count = 2 ** Math.floor(Math.log2(Math.min(mostRows, deliveries.length - start)));
    const rows = deliveries.slice(start, start + count);
    statements.push({ sql: insertOf(count, onConflict), params: rows.flatMap(paramsOf) });
    start += count;
  }
  return statements;
}

const texts = new Map<string, string>();

function insertOf(count: number, onConflict: string): string {
  const key = `${count} ${onConflict}`;
  const known = texts.get(key);
  if (known !== undefined) return known;
  const rows = Array.from({ length: count }, () => ROW).join(", ");
  const text = `INSERT INTO deliveries (${COLUMNS.join(", ")}) VALUES ${rows} ${onConflict}`;
  texts.set(key, text);
  return text;
}

function paramsOf(it: NewDelivery): SqliteParameter[] {
  return [
    it.id,
    it.endpointId,
    it.provider,
    it.event,
    it.providerDeliveryId,
    it.receivedAt,
    it.contentType,
    Number(it.bodyRedacted),
    JSON.stringify(it.verification),
    JSON.stringify(it.headers),
    it.body,
  ];
}

function toStoredKey([id, endpointId, providerDeliveryId]: SqliteRow) {
  return {
    id: String(id),
    endpointId: String(endpointId),
    providerDeliveryId: String(providerDeliveryId),
  };
}
