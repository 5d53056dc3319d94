/**
 * ActivitySmith as a destination: pushes, Live Activities, widget values and badges through its
 * core API.
 */
import type { Destination } from "../destination.ts";
import { createCoreClient } from "./client.ts";
import type { CoreClientOptions } from "./client.ts";
import { LIMITS } from "./limits.ts";
import { toWire } from "./to-wire.ts";
import type { WireCall } from "./wire-call.ts";

/**
 * Ending this stream is answered with 404, which proves that the API is there and takes the key. No
 * track has such a key: theirs end in an id.
 */
export const PROBE_STREAM_KEY = "activitysmith-webhooks-probe";

const PROBE: WireCall = { call: "stream_end", streamKey: PROBE_STREAM_KEY, body: {} };

/** Throws where the base URL is none, or the key cannot stand in a header. */
export function createActivitySmith(options: CoreClientOptions): Destination {
  const client = createCoreClient(options);
  return {
    send: (intent, form) => client.send(toWire(intent, form)),
    probe: () => client.send(PROBE),
    limits: LIMITS,
  };
}
