/**
 * A received delivery as JSON, to wait outside the store: in the spool, in a queue. Its body is a
 * text there.
 */
import * as z from "zod";
import { bytesOf, textOf } from "../util/bytes.ts";
import type { NewDelivery } from "../model/delivery.ts";

export const deliveryJson = z.object({
  id: z.string(),
  endpointId: z.string(),
  provider: z.string(),
  event: z.string(),
  providerDeliveryId: z.string(),
  receivedAt: z.number(),
  contentType: z.string(),
  headers: z.record(z.string(), z.string()),
  body: z.string(),
  bodyRedacted: z.boolean(),
  verification: z.object({ scheme: z.string(), secretId: z.string().nullable() }),
});

export type DeliveryJson = z.infer<typeof deliveryJson>;

export function toJson(delivery: NewDelivery): DeliveryJson {
  return { ...delivery, body: textOf(delivery.body) };
}

export function fromJson(delivery: DeliveryJson): NewDelivery {
  return { ...delivery, body: bytesOf(delivery.body) };
}
