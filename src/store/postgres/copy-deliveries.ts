/** Stores a batch of new deliveries through COPY, which takes bodies as the bytes that they came as. */
import type { Sql } from "postgres";
import { bytesOf, holds, textOf } from "../../bytes.ts";
import type { NewDelivery } from "../../ports.ts";
import { capacityFor, writeBinaryCopy } from "./binary-copy.ts";
import type { CopyField } from "./binary-copy.ts";
import { toStoredText } from "./columns.ts";

const COLUMNS: Readonly<Record<string, (it: NewDelivery) => CopyField>> = {
  id: (it) => it.id,
  endpoint_id: (it) => it.endpointId,
  provider: (it) => it.provider,
  event: (it) => toStoredText(it.event),
  provider_delivery_id: (it) => toStoredText(it.providerDeliveryId),
  received_at: (it) => BigInt(it.receivedAt),
  content_type: (it) => toStoredText(it.contentType),
  body_redacted: (it) => it.bodyRedacted,
  verification: (it) => JSON.stringify(it.verification),
  headers: (it) => JSON.stringify(it.headers),
  body: (it) => storedBody(it.body),
  status: () => "received",
  attempts: () => 0,
  replays: () => 0,
};
const FIELDS = Object.values(COLUMNS);
const COPY = `copy deliveries (${Object.keys(COLUMNS).join(", ")}) from stdin (format binary)`;

const COUNT =
  "select count(*)::int as stored from deliveries where id = any(string_to_array($1, ','))";

/** What is not to be stored as it is, is looked for in the bytes, which costs next to nothing. */
function storedBody(body: Uint8Array): Uint8Array {
  return holds(body, 0) || holds(body, 1) ? bytesOf(toStoredText(textOf(body))) : body;
}

/** Kept between batches, as a new one for each would keep the garbage collector busy. Larger ones are let go. */
const MAX_KEPT_BYTES = 1_048_576;

/**
 * Stores deliveries; resolves to true when all of them are, in one synced transaction, and to false when the server took
 * none, as one of them is a duplicate or not storable, or as the connection broke.
 *
 * @param client has one connection and serves nothing else; one batch at a time
 */
export function copyDeliveriesStep(
  client: Sql,
): (deliveries: readonly NewDelivery[]) => Promise<boolean> {
  let kept: Uint8Array | undefined;
  return async (deliveries) => {
    const rows = deliveries.map((it) => FIELDS.map((field) => field(it)));
    const capacity = capacityFor(rows);
    const bytes = kept && kept.length >= capacity ? kept : new Uint8Array(capacity);
    kept = undefined;
    const ids = deliveries.map(({ id }) => id);
    const isStored = await copy(client, writeBinaryCopy(rows, bytes), ids);
    if (bytes.length <= MAX_KEPT_BYTES) kept = bytes;
    return isStored;
  };
}

/**
 * Postgres.js tells nobody of an error that comes after the last byte, and finishes the stream whenever any statement on the
 * connection completes. So what is stored is asked for: by all ids, as some of them may have been there before.
 */
async function copy(client: Sql, bytes: Uint8Array, ids: readonly string[]): Promise<boolean> {
  const stream = await client.unsafe(COPY).writable();
  stream.on("error", () => undefined);
  await new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
  stream.end();
  const [found] = await client.unsafe<{ stored: number }[]>(COUNT, [ids.join()], { prepare: true });
  return found?.stored === ids.length;
}
