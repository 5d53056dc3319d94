/** What a new delivery is in its table, in one order for every statement that stores it. Pure. */
import { bytesOf, holds, textOf } from "../../../util/bytes.ts";
import type { NewDelivery } from "../../../model/delivery.ts";
import type { CopyField } from "../driver/binary-copy.ts";
import { toStoredText } from "../driver/columns.ts";

const FIELD_OF: Readonly<Record<string, (it: NewDelivery) => CopyField>> = {
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
const FIELDS = Object.values(FIELD_OF);

export const DELIVERY_COLUMNS: readonly string[] = Object.keys(FIELD_OF);

/** The values of `DELIVERY_COLUMNS`. */
export const deliveryFields = (delivery: NewDelivery): CopyField[] =>
  FIELDS.map((field) => field(delivery));

/** Looked for in the bytes, what is not to be stored as it is costs next to nothing. */
function storedBody(body: Uint8Array): Uint8Array {
  return holds(body, 0) || holds(body, 1) ? bytesOf(toStoredText(textOf(body))) : body;
}
