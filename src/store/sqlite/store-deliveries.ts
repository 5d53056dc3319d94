/** Stores a batch of deliveries: the hot path, so its statements are built once and keep their text. SQLite dialect. */
import type { NewDelivery, Store } from "../../ports.ts";
import { distinctDeliveries, storeResults } from "../delivery-batch.ts";
import type { SqliteDriver, SqliteRow, SqliteStatement, SqliteValue } from "./driver.ts";

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
const ROW = "(?, ?, ?, ?, ?, ?, 'received', 0, 0, ?, ?, ?, ?, ?)";

/** Answers the stored row's id for new and duplicate alike, and opens a duplicate of a failure again. */
const ON_CONFLICT = `ON CONFLICT (endpoint_id, provider_delivery_id) DO UPDATE SET
  attempts = CASE WHEN status IN ('failed', 'invalid') THEN 0 ELSE attempts END,
  status = CASE WHEN status IN ('failed', 'invalid') THEN 'received' ELSE status END
  RETURNING id, endpoint_id, provider_delivery_id`;

export function storeDeliveriesStep(driver: SqliteDriver): Store["storeDeliveries"] {
  return async (batch) => {
    if (batch.length === 0) return [];
    const rows = await driver.batch(insertStatements(driver, distinctDeliveries(batch)));
    return storeResults(batch, rows.flat().map(toStoredKey));
  };
}

/** Row counts are powers of two: few texts, so that each is a statement prepared once. */
function insertStatements(
  driver: SqliteDriver,
  deliveries: readonly NewDelivery[],
): SqliteStatement[] {
  const statements: SqliteStatement[] = [];
  const mostRows = Math.floor(driver.maxParameters / PARAMETERS_PER_ROW);
  for (let start = 0; start < deliveries.length;) {
    const count = 2 ** Math.floor(Math.log2(Math.min(mostRows, deliveries.length - start)));
    const rows = deliveries.slice(start, start + count);
    statements.push({ sql: insertOf(count), params: rows.flatMap(paramsOf) });
    start += count;
  }
  return statements;
}

const texts = new Map<number, string>();

function insertOf(count: number): string {
  const known = texts.get(count);
  if (known !== undefined) return known;
  const rows = Array.from({ length: count }, () => ROW).join(", ");
  const text = `INSERT INTO deliveries (${COLUMNS.join(", ")}) VALUES ${rows} ${ON_CONFLICT}`;
  texts.set(count, text);
  return text;
}

function paramsOf(it: NewDelivery): SqliteValue[] {
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
