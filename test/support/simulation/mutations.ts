/**
 * Changes to recorded deliveries, of the kinds that senders, proxies and attackers make:
 * structure-aware, from plain numbers. Pure.
 */
import type { HttpFixture } from "../fixtures.ts";

/**
 * `where` and `what` choose among the places and the values there are, so that any number is some
 * mutation.
 */
export interface Mutation {
  readonly kind: (typeof MUTATION_KINDS)[number];
  readonly where: number;
  readonly what: number;
}

export const MUTATION_KINDS = [
  "drop",
  "replace",
  "retype",
  "duplicate",
  "nest",
  "add_key",
  "swap_texts",
  "drop_header",
  "replace_header",
  "content_type",
  "truncate",
  "raw_bytes",
] as const;

export interface Mutant {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const DEPTH = 20_000;
const encoder = new TextEncoder();

/**
 * What stands in the place of a value: other types, other enums, bounds, and texts that break
 * things.
 */
const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER + 2,
  "",
  " ",
  "0",
  "null",
  "unheard_of",
  "x".repeat(300_000),
  "\ud800",
  "\u0000",
  "‮​👩‍👩‍👧‍👦".repeat(50),
  "__proto__",
  "constructor",
  "1970-01-01",
  "not a date",
  "+275760-09-13T00:00:00.001Z",
  "javascript:alert(1)",
  "https://user:pass@shop.example:99999/%ff",
  "{{status}}${7*7}",
  "' or 1=1 --",
  [],
  {},
  [[[[]]]],
  [null],
  { id: null, name: {} },
];
const KEYS = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "id",
  "x".repeat(5_000),
  "hasOwnProperty",
];
const HEADER_VALUES = [
  "",
  " ",
  "unheard_of",
  "x".repeat(9_000),
  "__proto__",
  "0",
  "null",
  "\xff\xfe",
];
const CONTENT_TYPES = [
  "application/json; charset=utf-16",
  "application/vnd.github+json",
  "APPLICATION/JSON",
  "application/x-www-form-urlencoded",
  "text/plain",
  "multipart/form-data; boundary=x",
  "",
  ";",
];
const RAW: readonly (readonly number[])[] = [
  [0xef, 0xbb, 0xbf],
  [0xff, 0xfe],
  [0xc3, 0x28],
  [0x00],
  [0x20, 0x0a],
  [0x5b],
  [0x22],
  [...encoder.encode(',"__proto__":{"polluted":1},')],
];

/** The recorded delivery with all mutations, one after another. */
export function mutate(fixture: HttpFixture, mutations: readonly Mutation[]): Mutant {
  const headers = { ...fixture.headers };
  let json = parsed(fixture.body);
  for (const mutation of mutations) {
    mutateHeaders(headers, mutation);
    if (json !== undefined) json = mutateJson(json, mutation);
  }
  const text = json === undefined ? fixture.body : stringified(json);
  const nested = mutations.some(({ kind }) => kind === "nest") ? deepened(text, mutations) : text;
  const body = mutations.reduce(mutateBytes, encoder.encode(nested));
  return { headers, body };
}

/**
 * The place in `json` where a marker for deep nesting goes: too deep for any stringifier, so it is
 * put into the text.
 */
const DEEP = "@@deep@@";

function deepened(text: string, mutations: readonly Mutation[]): string {
  const { what = 0 } = mutations.find(({ kind }) => kind === "nest") ?? {};
  const [open, close] = what % 2 === 0 ? ["[", "]"] : ['{"a":', "}"];
  const deep = `${open.repeat(DEPTH)}1${close.repeat(DEPTH)}`;
  return text.replace(`"${DEEP}"`, () => deep);
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    // A form: only its headers and bytes are changed.
    return undefined;
  }
}

const stringified = (json: unknown): string => JSON.stringify(json) ?? "null";

interface Place {
  readonly holder: object;
  readonly key: string;
}

/** Every place in the tree that holds a value. */
function places(json: unknown): Place[] {
  if (typeof json !== "object" || json === null) return [];
  return Object.entries(json).flatMap(([key, value]) => [{ holder: json, key }, ...places(value)]);
}

const pick = <T>(from: readonly T[], at: number): T | undefined =>
  from[at % Math.max(1, from.length)];
const put = (holder: object, key: string, value: unknown): void =>
  void Object.defineProperty(holder, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });

function mutateJson(json: unknown, { kind, where, what }: Mutation): unknown {
  const all = places(json);
  const place = pick(all, where);
  if (!place) return kind === "replace" ? pick(VALUES, what) : json;
  const { holder, key } = place;
  const value: unknown = Reflect.get(holder, key);
  switch (kind) {
    case "drop":
      Reflect.deleteProperty(holder, key);
      break;
    case "replace":
      put(holder, key, structuredClone(pick(VALUES, what)));
      break;
    case "retype":
      put(holder, key, retyped(value, what));
      break;
    case "duplicate":
      if (Array.isArray(holder)) holder.push(structuredClone(value));
      else put(holder, `${key}${what}`, structuredClone(value));
      break;
    case "nest":
      put(holder, key, DEEP);
      break;
    case "add_key":
      put(holder, pick(KEYS, what) ?? "", { polluted: true, id: value });
      break;
    case "swap_texts": {
      const other = pick(all, what);
      if (other) put(holder, key, structuredClone(Reflect.get(other.holder, other.key)));
      break;
    }
    case "drop_header":
    case "replace_header":
    case "content_type":
    case "truncate":
    case "raw_bytes":
      break;
  }
  return json;
}

function retyped(value: unknown, what: number): unknown {
  switch (what % 4) {
    case 0:
      return typeof value === "number" ? String(value) : Number.parseFloat(stringified(value));
    case 1:
      return [value];
    case 2:
      return { value };
    default:
      return stringified(value);
  }
}

function mutateHeaders(headers: Record<string, string>, { kind, where, what }: Mutation): void {
  const name = pick(Object.keys(headers), where);
  if (kind === "content_type") headers["content-type"] = pick(CONTENT_TYPES, what) ?? "";
  if (name === undefined) return;
  if (kind === "drop_header") Reflect.deleteProperty(headers, name);
  if (kind === "replace_header") headers[name] = pick(HEADER_VALUES, what) ?? "";
}

function mutateBytes(
  body: Uint8Array<ArrayBuffer>,
  { kind, where, what }: Mutation,
): Uint8Array<ArrayBuffer> {
  const at = body.length === 0 ? 0 : where % body.length;
  if (kind === "truncate") return body.slice(0, at);
  if (kind !== "raw_bytes") return body;
  const inserted = pick(RAW, what) ?? [];
  return new Uint8Array([...body.subarray(0, at), ...inserted, ...body.subarray(at)]);
}
