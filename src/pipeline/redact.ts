/** What is taken out of a delivery before it is stored: headers and payload fields that carry credentials. No I/O. */

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
    const lowerCase = name.toLowerCase();
    return [lowerCase, isSecret(lowerCase) ? REDACTED : value] as const;
  });
  return Object.fromEntries(kept);
}

/** What was found of the names seen so far: senders use the same few again and again. */
const secretNames = new Map<string, boolean>();
const MAX_NAMES = 500;

function isSecret(name: string): boolean {
  const found = secretNames.get(name);
  if (found !== undefined) return found;
  const secret = SECRET_HEADER.test(name) && !HARMLESS_HEADER.test(name);
  if (secretNames.size < MAX_NAMES) secretNames.set(name, secret);
  return secret;
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

/** ASCII letters have no other escape in JSON than `\u00…` (RFC 8259 section 7). */
const ASCII_WORD = /^[A-Za-z_]+$/;

type Paths = readonly (readonly string[])[];
const patterns = new WeakMap<Paths, RegExp>();

/** False only where a JSON text can hold none of these paths: its last name stands nowhere in it, neither as it is nor escaped. */
export function mayHold(text: string, paths: Paths): boolean {
  const known = patterns.get(paths);
  const pattern = known ?? patternOf(paths);
  if (!known) patterns.set(paths, pattern);
  return pattern.test(text);
}

/** One expression is several times as fast as `includes` with names in quotes, of which a JSON text is full. */
function patternOf(paths: Paths): RegExp {
  const names = [...new Set(paths.map((path) => path.at(-1) ?? ""))];
  const isPlain = names.every((name) => ASCII_WORD.test(name));
  return isPlain ? new RegExp(String.raw`"(?:${names.join("|")})"|\\u00`) : /(?:)/;
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
