/**
 * From a stored delivery to what its adapter reads out of it, and what that makes of the delivery.
 * Pure.
 */
import * as z from "zod";
import type { Adapter, ReadResult } from "../adapter/contract.ts";
import { passesEvent } from "../compose/filter.ts";
import type { Filters } from "../model/endpoint.ts";
import { bodyFormat, lazyPayload } from "../adapter/payload.ts";
import type { Delivery, DeliveryStatus } from "../model/delivery.ts";
import { signal as signalSchema } from "../model/signal.ts";
import type { Signal } from "../model/signal.ts";
import { withPlausibleTimes } from "../tracking/plausible.ts";
import { trackKey } from "../tracking/track.ts";

export interface DeliveryReading {
  readonly status: DeliveryStatus;
  /** Why it has this status, for the operator. */
  readonly detail: string | null;
  /** Null where there is nothing to follow up. */
  readonly signals: readonly Signal[] | null;
}

/**
 * No provider sends longer ids, and the stores' indexes would not hold them: Postgres takes 2704
 * bytes an entry.
 */
const MAX_TRACK_KEY_BYTES = 2_000;
const MAX_RUN_ID_LENGTH = 255;

const SAYS_NOTHING = "the event tells of no run, notice or alert";

type ReadDelivery = Pick<Delivery, "event" | "contentType" | "headers" | "body" | "receivedAt">;

/**
 * What the adapter reads, after the filter that needs no run. Never throws on what a provider sent.
 */
export function readDelivery(
  adapter: Adapter,
  filters: Filters,
  delivery: ReadDelivery,
): DeliveryReading {
  const format = bodyFormat(delivery.contentType) ?? "json";
  const payload = lazyPayload(format, delivery.body, (name) => delivery.headers[name]);
  const { event, receivedAt } = delivery;
  const reading = readingOf(
    parsing(() => adapter.read(payload, { event, receivedAt })),
    receivedAt,
  );
  if (!reading.signals || passesEvent(filters, event)) return reading;
  return { status: "filtered", detail: "events", signals: null };
}

/** JSON is parsed here for the first time where headers alone identified the delivery. */
function parsing(read: () => ReadResult): ReadResult {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { kind: "payload_invalid", issues: [`body: ${error.message}`] };
  }
}

function isKeepable(signal: Signal): boolean {
  if (signal.kind !== "progress") return true;
  const keyBytes = new TextEncoder().encode(trackKey(signal)).byteLength;
  return keyBytes <= MAX_TRACK_KEY_BYTES && signal.run.id.length <= MAX_RUN_ID_LENGTH;
}

/**
 * What an adapter says is checked against the schema, as the payload's numbers and texts went into
 * it.
 */
function checked(told: readonly Signal[], receivedAt: number): DeliveryReading {
  const plausible = told.map((it) => withPlausibleTimes(it, receivedAt));
  const parsed = z.array(signalSchema).safeParse(plausible);
  if (!parsed.success) {
    const detail = parsed.error.issues
      .map(({ path, message }) => `${path.slice(1).join(".") || "signal"}: ${message}`)
      .join("; ");
    return { status: "invalid", detail, signals: null };
  }
  if (!parsed.data.every(isKeepable))
    return { status: "invalid", detail: "an id is too long to be kept", signals: null };
  if (parsed.data.length === 0) return { status: "ignored", detail: SAYS_NOTHING, signals: null };
  return { status: "processed", detail: null, signals: parsed.data };
}

function readingOf(result: ReadResult, receivedAt: number): DeliveryReading {
  switch (result.kind) {
    case "signals":
      return checked(result.signals, receivedAt);
    case "event_ignored":
      return { status: "ignored", detail: result.because, signals: null };
    case "event_unknown":
      return { status: "unknown", detail: "the adapter does not know this event", signals: null };
    case "payload_invalid":
      return { status: "invalid", detail: result.issues.join("; "), signals: null };
  }
}
