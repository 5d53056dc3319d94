/** One call on the core API: where it goes and its body, which is closed. */
import * as z from "zod";
import {
  badgeRequest,
  metricKey,
  metricValueRequest,
  pushRequest,
  streamEndRequest,
  streamKey,
  streamRequest,
} from "./contract.ts";

export const wireCall = z.discriminatedUnion("call", [
  z.object({ call: z.literal("push"), body: pushRequest }),
  z.object({ call: z.literal("stream_update"), streamKey, body: streamRequest }),
  z.object({ call: z.literal("stream_end"), streamKey, body: streamEndRequest }),
  z.object({ call: z.literal("metric_value"), metricKey, body: metricValueRequest }),
  z.object({ call: z.literal("badge"), body: badgeRequest }),
]);

export type WireCall = z.infer<typeof wireCall>;
