/** What is taken out of a delivery before it is stored: headers and payload fields that carry credentials. Pure. */

export const REDACTED = "[redacted]";

/** Names that smell of a secret. Signatures too: they are of no use once verified, and some are tokens in disguise. */
const SECRET_HEADER = /auth|cookie|credential|key|password|secret|session|signature|token/i;

/** Ids that smell like it but are needed to read a delivery. */
const HARMLESS_HEADER = /^idempotency-key$/i;

/** Headers by lower-case name, with the values of those that smell of secrets replaced. */
export function redactHeaders(
  headers: Iterable<readonly [string, string]>,
): Record<string, string> {
  const kept = Array.from(headers, ([name, value]) => {
    const secret = SECRET_HEADER.test(name) && !HARMLESS_HEADER.test(name);
    return [name.toLowerCase(), secret ? REDACTED : value] as const;
  });
  return Object.fromEntries(kept);
}

/**
 * The JSON value with the strings at these paths replaced, or undefined where there is none of them, so that an
 * untouched body is stored byte for byte. The value given is not changed: only what leads to a secret is copied, as a
 * stranger's body may be nested deeper than anything can be copied whole.
 */
export function redactPayload(json: unknown, paths: readonly (readonly string[])[]): unknown {
  const redacted = paths.reduce(redactedAt, json);
  return redacted === json ? undefined : redacted;
}

/** ASCII letters have no other escape in JSON than this one (RFC 8259 section 7). */
const ESCAPED_LETTER = "\\u00";
const ASCII_WORD = /^[A-Za-z_]+$/;

/** False only where a JSON text can hold none of these paths: its last name stands nowhere in it, neither as it is nor escaped. */
export function mayHold(text: string, paths: readonly (readonly string[])[]): boolean {
  if (text.includes(ESCAPED_LETTER)) return true;
  const names = new Set(paths.map((path) => path.at(-1) ?? ""));
  return [...names].some((name) => !ASCII_WORD.test(name) || text.includes(`"${name}"`));
}

function redactedAt(json: unknown, [name, ...rest]: readonly string[]): unknown {
  if (name === undefined || !isObject(json)) return json;
  const child = childOf(json, name);
  if (rest.length > 0) return withChild(json, name, redactedAt(child, rest));
  return typeof child === "string" ? withChild(json, name, REDACTED) : json;
}

function withChild(parent: object, name: string, child: unknown): object {
  if (child === childOf(parent, name)) return parent;
  const copy: object = Array.isArray(parent) ? [...parent] : { ...parent };
  const property = { value: child, enumerable: true, configurable: true, writable: true };
  return Object.defineProperty(copy, name, property);
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;

const childOf = (parent: unknown, name: string): unknown =>
  isObject(parent) && Object.hasOwn(parent, name) ? Reflect.get(parent, name) : undefined;
