/** From a request's bytes to the payload an adapter reads, and what identifies a delivery. Pure. */
import type { Adapter, Located, VerifiedPayload } from "./contract.ts";
import { textOf } from "../util/bytes.ts";

export type BodyFormat = "json" | "form";

const JSON_TYPE = /^application\/(?:[\w.+-]+\+)?json$|^text\/json$/;

/** `json` for any JSON media type, `form` for URL-encoded forms, undefined for everything else. */
export function bodyFormat(contentType: string | undefined): BodyFormat | undefined {
  const essence = contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  if (JSON_TYPE.test(essence)) return "json";
  return essence === "application/x-www-form-urlencoded" ? "form" : undefined;
}

/**
 * The JSON value in a body: the body itself, or of a form the JSON in its field `payload`, else its
 * fields as an object. Throws SyntaxError where there is none.
 */
export function parseBody(format: BodyFormat, body: string): unknown {
  if (format === "json") return parseJson(body);
  const form = new URLSearchParams(body);
  const payload = form.get("payload");
  return payload === null ? Object.fromEntries(form) : parseJson(payload);
}

/** Some senders put a byte order mark first, which parsers may leave out (RFC 8259 section 8.1). */
const parseJson = (text: string): unknown => JSON.parse(text.replace(/^\uFEFF/, ""));

/**
 * A payload that decodes and parses its body (bytes in UTF-8) the first time somebody asks: headers
 * alone identify many deliveries.
 */
export function lazyPayload(
  format: BodyFormat,
  body: string | Uint8Array,
  header: (name: string) => string | undefined,
): VerifiedPayload {
  return new LazyPayload(format, body, header);
}

/** A class, as an object with a getter takes several times as long to make. */
class LazyPayload implements VerifiedPayload {
  readonly header: (name: string) => string | undefined;
  readonly #format: BodyFormat;
  readonly #body: string | Uint8Array;
  #parsed: { readonly json: unknown } | undefined;

  constructor(
    format: BodyFormat,
    body: string | Uint8Array,
    header: (name: string) => string | undefined,
  ) {
    this.header = header;
    this.#format = format;
    this.#body = body;
  }

  get json(): unknown {
    const body = this.#body;
    this.#parsed ??= {
      json: parseBody(this.#format, typeof body === "string" ? body : textOf(body)),
    };
    return this.#parsed.json;
  }
}

export interface Identity {
  readonly event: string;
  /** The provider's id of the delivery; undefined where it gives none. */
  readonly deliveryId: string | undefined;
}

/**
 * The event's name and the provider's delivery id; undefined where the body does not tell the
 * event. Throws SyntaxError.
 */
export function identify(adapter: Adapter, payload: VerifiedPayload): Identity | undefined {
  const event = locate(adapter.identify.event, payload);
  if (event === undefined) return undefined;
  const { delivery } = adapter.identify;
  return { event, deliveryId: delivery && locate(delivery, payload) };
}

/** The provider's id of a delivery can be changed by whoever has seen the delivery. */
export const hasUnsignedId = ({ identify, verify }: Adapter): boolean =>
  verify.kind === "hmac" && identify.delivery !== undefined && "header" in identify.delivery;

function locate(located: Located, payload: VerifiedPayload): string | undefined {
  if ("header" in located) return payload.header(located.header) || undefined;
  if ("compute" in located) return located.compute(payload) || undefined;
  return textAt(payload.json, located.json);
}

/** The non-empty string or number at a path of a JSON value, as text. */
export function textAt(json: unknown, path: readonly string[]): string | undefined {
  let value: unknown = json;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}
