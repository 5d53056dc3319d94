/**
 * Receiving one webhook: from a request to a delivery that is stored durably, or to the reason why
 * not. Knows nothing of HTTP answers, of any provider, or of what the payload means.
 */
import type { Adapter, VerifiedPayload } from "../adapter/contract.ts";
import { bytesOf, holds, isUtf8 } from "../util/bytes.ts";
import type { Endpoint } from "../model/endpoint.ts";
import { sha256Hex } from "../util/hash.ts";
import { newId } from "../util/id.ts";
import type { ReceiveResult } from "./result.ts";
import { bodyFormat, identify, lazyPayload } from "../adapter/payload.ts";
import type { BodyFormat, Identity } from "../adapter/payload.ts";
import type { NewDelivery } from "../model/delivery.ts";
import type { Clock, Waker } from "../ports.ts";
import { MAX_DELIVERY_BYTES } from "../util/body/read-body.ts";
import type { Body } from "../util/body/read-body.ts";
import { verify } from "../verify/verify.ts";
import type { VerifiedDelivery } from "../verify/verify.ts";
import {
  headerValue,
  mayContain,
  mayHold,
  redactHeaders,
  redactPayload,
  readsAsName,
  redactValues,
} from "./redact.ts";
import { messageOf } from "../util/error-text.ts";

/**
 * Of providers that say nothing of their own limit: many times what any of them was seen to send.
 */
export const USUAL_BODY_BYTES = 5 * 1024 * 1024;

/** No provider sends longer names and ids, and the store's indexes would not hold them. */
const MAX_NAME_LENGTH = 200;

export interface ReceiveDeps {
  readonly adapters: ReadonlyMap<string, Adapter>;
  readonly findEndpoint: (id: string) => Promise<Endpoint | undefined>;
  /** Sets the pin of an endpoint if it has none; returns the one in force. */
  readonly pinEndpoint: (endpointId: string, pin: string) => Promise<string>;
  /** Durable when it resolves; batches behind the scenes. */
  readonly storeDelivery: (
    delivery: NewDelivery,
  ) => Promise<{ status: "accepted" | "duplicate"; id: string }>;
  readonly waker: Waker;
  readonly clock: Clock;
  /** The most that the store can hold, where that is less than MAX_DELIVERY_BYTES. */
  readonly maxBodyBytes?: number | undefined;
}

/** By lower-case name; a name that came several times may have a list of values. */
export type IncomingHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/** A request as it came in, its body not yet read. */
export interface IncomingRequest {
  readonly endpointId: string;
  /** The path segment after the endpoint's id. */
  readonly urlToken: string | undefined;
  readonly headers: IncomingHeaders;
  /** The sender's address, where it is known. */
  readonly sender?: string | undefined;
  /** The exact bytes, or why there are none. */
  readonly readBody: (maxBytes: number) => Promise<Body>;
}

/** The outcome with what the operator's log needs to know of it. */
export interface Received {
  readonly outcome: ReceiveResult;
  readonly endpoint?: Endpoint | undefined;
  readonly event?: string | undefined;
}

/**
 * find endpoint → check media type → read raw bytes within the limit → verify → decode → identify
 * event and delivery → answer a ping → check the pin → redact → store (duplicate: say so) → wake
 * the digester → accepted
 */
export async function receive(deps: ReceiveDeps, request: IncomingRequest): Promise<Received> {
  const target = await findTarget(deps, request.endpointId);
  if ("outcome" in target) return target;
  const { endpoint, adapter } = target;
  const raw = await readRaw(deps, target, request);
  if ("kind" in raw) return { outcome: raw, endpoint };
  const { header, bytes, format, contentType } = raw;

  const { urlToken } = request;
  const verified = verify(
    adapter.verify,
    { header, body: bytes, urlToken },
    endpoint.secrets,
    deps.clock.now(),
  );
  if (!verified.ok)
    return { outcome: { kind: "verification_failed", failure: verified.failure }, endpoint };

  const secrets = secretsIn(endpoint, urlToken);
  // A weak secret that is a name as well would take that name out of what is to be read.
  const unmistakable = secrets.filter((it) => it === urlToken || !readsAsName(it));
  const read = readPayload(adapter, format, verified.delivery, header, unmistakable);
  if ("detail" in read) return { outcome: unreadable(read.detail), endpoint };
  const { event } = read.identity;
  if (adapter.pings?.includes(event)) return { outcome: { kind: "pong" }, endpoint, event };

  const pinned = await attempt(() => checkPin(deps, adapter, endpoint, read.payload));
  if (!pinned.ok) return { outcome: pinned.outcome, endpoint, event };
  if (pinned.value) return { outcome: pinned.value, endpoint, event };

  const now = deps.clock.now();
  const about = { endpoint, adapter, contentType, request, secrets, read, now };
  const outcome = await store(deps, deliveryOf({ ...about, verified: verified.delivery }));
  return { outcome, endpoint, event };
}

interface Target {
  readonly endpoint: Endpoint;
  readonly adapter: Adapter;
}

/** The endpoint that takes deliveries, with its adapter; else what there is instead. */
async function findTarget(deps: ReceiveDeps, endpointId: string): Promise<Target | Received> {
  const found = await attempt(() => deps.findEndpoint(endpointId));
  if (!found.ok) return { outcome: found.outcome };
  const endpoint = found.value;
  const adapter = endpoint && deps.adapters.get(endpoint.provider);
  if (!endpoint || !adapter) return { outcome: { kind: "endpoint_unknown" } };
  if (!endpoint.enabled) return { outcome: { kind: "endpoint_disabled" }, endpoint };
  return { endpoint, adapter };
}

interface RawDelivery {
  readonly header: (name: string) => string | undefined;
  readonly contentType: string;
  readonly format: BodyFormat;
  readonly bytes: Uint8Array;
}

/** The media type comes first: of what nobody can read not a byte is read. */
async function readRaw(
  deps: ReceiveDeps,
  { endpoint, adapter }: Target,
  request: IncomingRequest,
): Promise<RawDelivery | ReceiveResult> {
  const header = (name: string) => headerValue(request.headers[name.toLowerCase()]);
  const contentType = header("content-type");
  const format = bodyFormat(contentType);
  if (!format || contentType === undefined) return { kind: "unsupported_media_type", contentType };
  const maxBytes = Math.min(
    adapter.maxBodyBytes ?? USUAL_BODY_BYTES,
    endpoint.max_body_bytes ?? MAX_DELIVERY_BYTES,
    deps.maxBodyBytes ?? MAX_DELIVERY_BYTES,
  );
  const bytes = await request.readBody(maxBytes);
  if (bytes === "too_large") return { kind: "body_too_large", maxBytes };
  if (bytes === "no_room") return { kind: "overloaded" };
  if (bytes === "unreadable") return unreadable("the sender broke off");
  return { header, contentType, format, bytes };
}

/** Durable when it resolves to `accepted` or `duplicate`. */
async function store(deps: ReceiveDeps, delivery: NewDelivery): Promise<ReceiveResult> {
  const stored = await attempt(() => deps.storeDelivery(delivery));
  if (!stored.ok) return stored.outcome;
  deps.waker.wake("deliveries");
  return { kind: stored.value.status, deliveryId: stored.value.id };
}

const unreadable = (detail: string): ReceiveResult => ({ kind: "body_unreadable", detail });

interface ReadPayload {
  readonly payload: VerifiedPayload;
  readonly identity: Identity;
  /** The body without its credentials, as JSON; undefined where it has none. */
  readonly redacted: Uint8Array | undefined;
}

/**
 * Identifies and redacts. Decodes and parses only where one of these needs it, as both cost more
 * than verifying. No schema is applied, so a wrong one loses nothing.
 */
function readPayload(
  adapter: Adapter,
  format: BodyFormat,
  { body: bytes }: VerifiedDelivery,
  header: (name: string) => string | undefined,
  secrets: readonly string[],
): ReadPayload | { readonly detail: string } {
  if (!isUtf8(bytes)) return { detail: "not UTF-8" };
  if (holds(bytes, 0)) return { detail: "holds a NUL character, which no JSON text can" };
  if (format === "json" && !looksLikeJson(bytes)) return { detail: "not a JSON object or array" };
  const payload = lazyPayload(format, bytes, header);
  try {
    const identity = identify(adapter, payload);
    if (!identity) return { detail: "does not say which event it is" };
    if (identity.event.length > MAX_NAME_LENGTH) return { detail: "the event's name is too long" };
    if (!isStorable(identity.event)) return { detail: "the event's name is no text" };
    const redacted = redactedPayload(adapter, format, bytes, payload, secrets);
    const body = redacted === undefined ? undefined : bytesOf(JSON.stringify(redacted));
    return { payload, identity, redacted: body };
  } catch (error) {
    if (error instanceof SyntaxError) return { detail: `not JSON: ${error.message}` };
    // What can be parsed cannot always be written again: the engine's stack ends.
    if (error instanceof RangeError) return { detail: `nested too deeply: ${error.message}` };
    throw error;
  }
}

/** Parses only a body that may hold one of the adapter's secrets, or of the endpoint's. */
function redactedPayload(
  { redact }: Adapter,
  format: BodyFormat,
  bytes: Uint8Array,
  payload: VerifiedPayload,
  secrets: readonly string[],
): unknown {
  const mayBeThere = redact && (format !== "json" || mayContain(bytes, redact));
  const byPath = mayBeThere ? redactPayload(payload.json, redact) : undefined;
  const byValue = mayHold(bytes, secrets)
    ? redactValues(byPath ?? payload.json, secrets)
    : undefined;
  return byValue ?? byPath;
}

const OPENING_AND_CLOSING = new Set(["{}", "[]"]);

/**
 * What can be told without parsing: an object or array, maybe with white space around it or a byte
 * order mark before it.
 */
function looksLikeJson(bytes: Uint8Array): boolean {
  const first = bytes.find(isNonBlank) ?? 0;
  const last = bytes.findLast(isNonBlank) ?? 0;
  return OPENING_AND_CLOSING.has(String.fromCharCode(first, last));
}

const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
const isNonBlank = (byte: number): boolean => byte > 0x20 && !BYTE_ORDER_MARK.includes(byte);

/** A second lock where nothing is signed: the first account or project heard stays the only one. */
async function checkPin(
  deps: ReceiveDeps,
  adapter: Adapter,
  endpoint: Endpoint,
  payload: VerifiedPayload,
): Promise<ReceiveResult | undefined> {
  if (!adapter.pin) return undefined;
  const received = adapter.pin(payload);
  if (received === undefined) {
    if (endpoint.pin === null) return undefined;
    return {
      kind: "verification_failed",
      failure: { reason: "pin_missing", pinned: endpoint.pin },
    };
  }
  const pinned = endpoint.pin ?? (await deps.pinEndpoint(endpoint.id, received));
  if (pinned === received) return undefined;
  return { kind: "verification_failed", failure: { reason: "pin_mismatch", pinned, received } };
}

interface DeliveryParts {
  readonly endpoint: Endpoint;
  readonly adapter: Adapter;
  readonly contentType: string;
  readonly request: IncomingRequest;
  readonly secrets: readonly string[];
  readonly verified: VerifiedDelivery;
  readonly read: ReadPayload;
  readonly now: number;
}

function deliveryOf(parts: DeliveryParts): NewDelivery {
  const { endpoint, adapter, contentType, request, secrets, verified, read, now } = parts;
  const { event, deliveryId } = read.identity;
  const { redacted } = read;
  return {
    id: newId("dlv", now),
    endpointId: endpoint.id,
    provider: adapter.name,
    event,
    providerDeliveryId: deliveryKey(deliveryId, event, verified.body),
    receivedAt: now,
    contentType: redacted === undefined ? contentType : "application/json",
    headers: redactHeaders(request.headers, secrets),
    body: redacted ?? verified.body,
    bodyRedacted: redacted !== undefined,
    verification: { scheme: verified.scheme, secretId: verified.secretId },
  };
}

/** What must stand in no body or header either: proxies repeat the URL in theirs. */
const secretsIn = (endpoint: Endpoint, urlToken: string | undefined): readonly string[] => [
  ...endpoint.secrets.map(({ value }) => value),
  ...(urlToken === undefined ? [] : [urlToken]),
];

/** JSON can escape what no store keeps as it is: NUL characters and halves of surrogate pairs. */
const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes("\0");

/**
 * The provider's id; a hash of the delivery where it gives none, or one that cannot be looked up
 * by.
 */
function deliveryKey(id: string | undefined, event: string, body: Uint8Array): string {
  if (id === undefined) return `sha256:${sha256Hex(`${event}\n`, body)}`;
  return id.length <= MAX_NAME_LENGTH && isStorable(id) ? id : `sha256:${sha256Hex(id)}`;
}

type Attempt<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly outcome: ReceiveResult };

/**
 * A step on the store: its rejection means that it is broken or away, and the sender is to come
 * again.
 */
async function attempt<T>(step: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await step() };
  } catch (error) {
    const detail = messageOf(error);
    return { ok: false, outcome: { kind: "store_unavailable", detail } };
  }
}
