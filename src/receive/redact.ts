/**
 * What is taken out of a delivery before it is stored: headers and payload fields that carry
 * credentials. No I/O.
 */
import { bytesOf, holds } from "../util/bytes.ts";

export const REDACTED = "[redacted]";

/**
 * Names that smell of a secret. Signatures too: they are of no use once verified, and some are
 * tokens in disguise.
 */
const SECRET_HEADER = /auth|cookie|credential|key|password|secret|session|signature|token/i;

/** Ids that smell like it but are needed to read a delivery. */
const HARMLESS_HEADER = /^idempotency-key$/i;

type HeaderValue = string | readonly string[] | undefined;

/**
 * Headers by lower-case name, with the values of those replaced that smell of secrets, or that hold
 * one.
 *
 * @param secrets what must not be kept, in no spelling of a URL either
 */
export function redactHeaders(
  headers: Readonly<Record<string, HeaderValue>>,
  secrets: readonly string[] = [],
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const name of Object.keys(headers)) {
    const value = headerValue(headers[name]);
    if (value !== undefined)
      kept[name] = isSecret(name) || holdsSecret(value, secrets) ? REDACTED : value;
  }
  return kept;
}

/** Proxies put a URL into a URL, and escape it again. */
const MAX_ESCAPES = 3;

function holdsSecret(value: string, secrets: readonly string[]): boolean {
  let plain = value;
  for (let escapes = 0; escapes <= MAX_ESCAPES; escapes++) {
    if (secrets.some((secret) => secret !== "" && plain.includes(secret))) return true;
    const before = plain;
    plain = unescaped(before);
    if (plain === before) return false;
  }
  return false;
}

/** Percent escapes of whole characters; what is none stays. */
const unescaped = (text: string): string =>
  text.replaceAll(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** Several values of a header as the one that they are as good as (RFC 9110 section 5.3). */
export function headerValue(value: HeaderValue): string | undefined {
  return typeof value === "object" ? value.join(", ") : value;
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
 * The JSON value with the strings at these paths replaced, or undefined where there is none of
 * them, so that an untouched body is stored byte for byte. The value given is not changed: only
 * what leads to a secret is copied, as a stranger's body may be nested deeper than anything can be
 * copied whole.
 */
export function redactPayload(json: unknown, paths: readonly (readonly string[])[]): unknown {
  const redacted = paths.reduce(redactedAt, json);
  return redacted === json ? undefined : redacted;
}

/** A name as people make them: words, single capitals and short numbers between other signs. */
const WORDS = /^(?:[A-Z]?[a-z]{2,20}(?:[A-Z][a-z]{2,20})*|[A-Za-z]|[A-Z]{2,20}|\d{1,4})?$/;
const MAX_NAME = 40;

/**
 * Whether a secret could as well be the name of something, as `production-deploy` could: wherever
 * that name stands in a payload it need not be the secret. What was made at random is no such name,
 * nor is anything as long as a sentence.
 */
export const readsAsName = (secret: string): boolean =>
  secret.length <= MAX_NAME && secret.split(/[^A-Za-z0-9]+/).every((part) => WORDS.test(part));

/**
 * The JSON value without the strings that hold a secret, or undefined where there is none: a sender
 * that tells its own settings tells the address that it posts to. Throws RangeError where it is
 * nested too deeply to be walked.
 */
export function redactValues(json: unknown, secrets: readonly string[]): unknown {
  const redacted = withoutSecrets(json, secrets);
  return redacted === json ? undefined : redacted;
}

function withoutSecrets(json: unknown, secrets: readonly string[]): unknown {
  if (typeof json === "string") return holdsSecret(json, secrets) ? REDACTED : json;
  if (!isObject(json)) return json;
  let copy = json;
  for (const name of Object.keys(json)) {
    const child = childOf(json, name);
    copy = withChild(copy, name, withoutSecrets(child, secrets));
  }
  return copy;
}

/** False only where the bytes hold none of the secrets, in plain or as a URL or JSON writes them. */
export const mayHold = (bytes: Uint8Array, secrets: readonly string[]): boolean =>
  secrets.some((secret) => spellingsOf(secret).some((text) => holds(bytes, bytesOf(text))));

const PLAIN = /^[\w-]*$/;

function spellingsOf(secret: string): readonly string[] {
  if (secret === "") return [];
  if (PLAIN.test(secret)) return [secret];
  return [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)];
}

/** ASCII letters have no other escape in JSON than `\u00…` (RFC 8259 section 7). */
const ASCII_WORD = /^[A-Za-z_]+$/;

type Paths = readonly (readonly string[])[];
/** What is looked for, and its end, which is found or not in a third of the time. */
interface Needle {
  readonly whole: Uint8Array;
  readonly end: Uint8Array;
}
const needles = new WeakMap<Paths, readonly Needle[]>();

/**
 * False only where the bytes of a JSON text can hold none of these paths: their last names stand
 * nowhere in it, neither as they are nor escaped.
 */
export function mayContain(bytes: Uint8Array, paths: Paths): boolean {
  const known = needles.get(paths);
  const wanted = known ?? needlesOf(paths);
  if (!known) needles.set(paths, wanted);
  return wanted.some(({ whole, end }) => holds(bytes, end) && holds(bytes, whole));
}

/** Of a name with other characters nothing is known: the empty needle is in every body. */
function needlesOf(paths: Paths): readonly Needle[] {
  const names = [...new Set(paths.map((path) => path.at(-1) ?? ""))];
  const texts = names.every((name) => ASCII_WORD.test(name))
    ? [String.raw`\u00`, ...names.map((name) => `"${name}"`)]
    : [""];
  return texts.map((text) => ({ whole: bytesOf(text), end: bytesOf(rareEndOf(text)) }));
}

/** Of JSON in English, the rarest first. */
const LETTERS = String.raw`\zjqxkvwgfybpmhuldcsnroitae_0"`;
/** A longer needle is looked for in another way, to which its first byte means less. */
const NEEDLE_LENGTH = 6;

/**
 * The end of a needle, from a letter on that few words have: the first byte is looked for alone.
 */
function rareEndOf(text: string): string {
  const end = text.slice(-NEEDLE_LENGTH);
  const rank = (letter: string) => LETTERS.indexOf(letter.toLowerCase());
  const [rarest = ""] = end.split("").sort((a, b) => rank(a) - rank(b));
  return end.slice(end.indexOf(rarest));
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
