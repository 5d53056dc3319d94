/**
 * The clients of the core API that a gateway needs: one an API key. Endpoints without a key use the
 * gateway's, or the preview core where it has none.
 */
import * as z from "zod";
import type { Destination, Destinations, KeyCheck, SendResult } from "../destination.ts";
import { createActivitySmith } from "./activitysmith.ts";
import { LIMITS } from "./limits.ts";

export interface ClientsOptions {
  readonly baseUrl: string;
  /** The gateway's own; undefined where it forwards to the preview core. */
  readonly apiKey: string | undefined;
  readonly fetch: typeof fetch;
  /** ms since the epoch. */
  readonly now: () => number;
  readonly preview: { readonly apiKey: string; readonly fetch: typeof fetch };
}

/** Nobody resolves it: the preview core is called within the process. */
const PREVIEW_URL = "http://preview.invalid/api";

const TEST_PUSH = {
  kind: "push",
  title: "Your gateway can reach this iPhone",
  message: "A test push from your ActivitySmith webhook gateway.",
  tags: [],
} as const;

export function createActivitySmithClients(options: ClientsOptions): Destinations {
  const { baseUrl, fetch, now, preview } = options;
  const clients = new Map<string, Destination>();
  const clientOf = (apiKey: string): Destination => {
    const known = clients.get(apiKey);
    if (known) return known;
    const client = createActivitySmith({ baseUrl, apiKey, fetch, now });
    clients.set(apiKey, client);
    return client;
  };
  const previewClient = createActivitySmith({ baseUrl: PREVIEW_URL, now, ...preview });
  return {
    limits: LIMITS,
    of: ({ apiKey = options.apiKey }) => (apiKey === undefined ? previewClient : clientOf(apiKey)),
    tryKey: async (apiKey) => {
      if (!/^[\x21-\x7e]+$/.test(apiKey)) return { kind: "refused" };
      const client = createActivitySmith({ baseUrl, apiKey, fetch, now });
      return checkOf(await client.send(TEST_PUSH, "untagged"));
    },
    refusedKey: async () => {
      const { apiKey } = options;
      if (apiKey === undefined) return undefined;
      const { kind } = await createActivitySmith({ baseUrl, apiKey, fetch, now }).probe();
      if (kind !== "unauthorized") return undefined;
      return "ActivitySmith refuses ACTIVITYSMITH_API_KEY: nothing reaches a phone until it is set to a key that is valid; copy one from the app.";
    },
  };
}

/** In the answer to a push: openapi.json, PushNotificationResponse. */
const reached = z.object({ devices_notified: z.number().int().min(0).optional() });

/** The statuses that say that the key is right and nobody has a device. */
const NOBODY = [404, 422];

function checkOf(result: SendResult): KeyCheck {
  switch (result.kind) {
    case "ok": {
      const devices = devicesIn(result.text);
      return devices === 0 ? { kind: "nobody" } : { kind: "works", devices };
    }
    case "refused":
      return { kind: NOBODY.includes(result.status) ? "nobody" : "refused" };
    case "unauthorized":
    case "rejected":
      return { kind: "refused" };
    case "payment_required":
      return { kind: "unpaid" };
    case "rate_limited":
      return { kind: "limited" };
    case "activity_limit":
    case "gone":
    case "no_answer":
    case "not_sent":
    case "unavailable":
      return { kind: "unreachable" };
  }
}

function devicesIn(text: string): number | undefined {
  try {
    return reached.safeParse(JSON.parse(text)).data?.devices_notified;
  } catch {
    return undefined;
  }
}
