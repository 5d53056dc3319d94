/** What the Worker puts into its queue: a wake-up, or a verified delivery that the store could not take. Sends nothing. */
import * as z from "zod";
import type { NewDelivery } from "../ports.ts";

const delivery = z.object({
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
}) satisfies z.ZodType<NewDelivery>;

export const queueMessage = z.union([
  z.strictObject({ wake: z.enum(["deliveries", "commands"]) }),
  z.strictObject({ delivery }),
]);

export type QueueMessage = z.infer<typeof queueMessage>;

/**
 * What a message may have in bytes: 128 KB, of which Cloudflare's own data takes about 100 bytes.
 * https://developers.cloudflare.com/queues/platform/limits/
 */
const MAX_MESSAGE_BYTES = 127_000;

export function fitsMessage(message: QueueMessage): boolean {
  return new TextEncoder().encode(JSON.stringify(message)).byteLength <= MAX_MESSAGE_BYTES;
}
