/**
 * Makes ids and tokens from the platform's cryptographic random source. Holds no clock: the time is
 * passed in.
 */
import { base64Url } from "./bytes.ts";

/** Crockford's base32: no I, L, O or U. https://www.crockford.com/base32.html */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 10;
const RANDOM_BYTES = 10;
const ENDPOINT_ID_BYTES = 20;

let last = { now: -1, random: new Uint8Array(RANDOM_BYTES), timeText: "" };

/**
 * A new id `<prefix>_<ULID>`, e.g. `dlv_01K7ZK3V5Q4W8M2N6P9R0S1T2V`. Sorts by `now` (ms since the
 * epoch) and, within the same ms of one process, by the order of making. Unique, but neither secret
 * nor unguessable. https://github.com/ulid/spec
 */
export function newId(prefix: string, now: number): string {
  last =
    now === last.now
      ? { ...last, random: successor(last.random) }
      : { now, random: freshRandom(), timeText: timeText(now) };
  return `${prefix}_${last.timeText}${base32(last.random)}`;
}

/** The latest time that ids of ten characters of time can name, in ms. */
const LAST_MS = 32 ** TIME_CHARACTERS - 1;

/** Sorts before every id `<prefix>_…` that is made at `now` (ms) or later, and after all others. */
export function idFloor(prefix: string, now: number): string {
  return `${prefix}_${timeText(Math.min(Math.max(Math.floor(now), 0), LAST_MS))}`;
}

/** When an id of `newId` or `idFloor` was made, in ms; NaN for any other text. */
export function timeOfId(id: string): number {
  const text = id.split("_")[1]?.slice(0, TIME_CHARACTERS) ?? "";
  let ms = text.length < TIME_CHARACTERS ? Number.NaN : 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    ms = digit === -1 ? Number.NaN : ms * 32 + digit;
  }
  return ms;
}

/** A new endpoint id: `ep_` and 160 random bits in lower-case base32. Unguessable. */
export function newEndpointId(): string {
  return `ep_${base32(randomBytes(ENDPOINT_ID_BYTES)).toLowerCase()}`;
}

/** `bytes` random bytes as base64url without padding: fit for URLs and headers. */
export function randomToken(bytes: number): string {
  return base64Url(randomBytes(bytes));
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** The top bit stays clear, so that counting up within a ms cannot overflow. */
function freshRandom(): Uint8Array<ArrayBuffer> {
  const random = randomBytes(RANDOM_BYTES);
  random[0] = (random[0] ?? 0) & 0x7f;
  return random;
}

/** The next greater number, big-endian. */
function successor(random: Uint8Array): Uint8Array<ArrayBuffer> {
  const next = new Uint8Array(random);
  for (let at = next.length - 1; at >= 0; at--) {
    const digit = ((next[at] ?? 0) + 1) & 0xff;
    next[at] = digit;
    if (digit !== 0) break;
  }
  return next;
}

function timeText(now: number): string {
  let text = "";
  let rest = now;
  for (let place = 0; place < TIME_CHARACTERS; place++) {
    text = ALPHABET.charAt(rest % 32) + text;
    rest = Math.floor(rest / 32);
  }
  return text;
}

/** Five bits a character; `bytes` must be a multiple of five long. */
function base32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ALPHABET.charAt((held >> bits) & 31);
    }
  }
  return text;
}
