/**
 * What the Worker puts into its queue: a wake-up, or a verified delivery that the store could not
 * take. Sends nothing.
 */
import * as z from "zod";
import { deliveryJson } from "../delivery-json.ts";

export const queueMessage = z.union([
  z.strictObject({ wake: z.enum(["deliveries", "commands"]) }),
  z.strictObject({ delivery: deliveryJson }),
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
