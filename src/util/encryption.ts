/**
 * Encrypts what is secret before it is stored (AES-256-GCM) and opens it again. Never puts a text
 * or a key into an error. A sealed text is `v1.<keyId>.<iv>.<ciphertext>`, the last two in
 * base64url.
 */
import { base64Url, bytesOf, textOf } from "./bytes.ts";
import { ConfigError } from "./config-error.ts";
import { sha256Hex } from "./hash.ts";
import { randomBytes } from "./id.ts";
import { fromBase64Url } from "./decode.ts";

const VERSION = "v1";
const KEY_BYTES = 32;
/** NIST SP 800-38D, section 8.2: 96 bits. At random they serve 2^32 seals under one key. */
const IV_BYTES = 12;
const KEY_ID_CHARACTERS = 8;
const FINGERPRINT_CHARACTERS = 16;
const HOW_TO_MAKE_ONE =
  "ENCRYPTION_KEY must be 32 bytes in base64, or several such keys separated by commas; make one with: openssl rand -base64 32";

export interface Sealer {
  /**
   * Encrypts a text. It opens only with the same `context`, e.g. `secret:<endpointId>`: a row
   * cannot be moved.
   */
  seal(text: string, context: string): Promise<string>;
  /**
   * Throws an Error that names the key id where that key is missing, or the context where the text
   * was changed or moved.
   */
  open(sealed: string, context: string): Promise<string>;
  /** The ids of the keys that open, the one that seals first. */
  keyIds(): Promise<readonly string[]>;
  /**
   * 16 hex characters that tell texts apart and survive a change of keys. Only for texts that
   * cannot be guessed.
   */
  fingerprint(text: string): Promise<string>;
}

interface SealingKey {
  readonly id: string;
  readonly key: CryptoKey;
}

/**
 * @param keys ENCRYPTION_KEY: one key, or several separated by commas. The first seals, all open;
 *   to rotate, put the
 * new key first. Throws an Error that says how to make a key where one is malformed.
 */
export function createSealer(keys: string): Sealer {
  const raw = keys.split(",").map(keyBytes);
  // Imported on first use: Workers allow no cryptography outside of a request.
  let ring: Promise<readonly SealingKey[]> | undefined;
  const loadRing = () => (ring ??= Promise.all(raw.map(importKey)));

  return {
    seal: async (text, context) => {
      const [first] = await loadRing();
      if (!first) throw new ConfigError(HOW_TO_MAKE_ONE);
      const iv = randomBytes(IV_BYTES);
      const sealed = await crypto.subtle.encrypt(gcm(iv, context), first.key, bytesOf(text));
      return [VERSION, first.id, base64Url(iv), base64Url(new Uint8Array(sealed))].join(".");
    },
    open: async (sealed, context) => {
      const { keyId, iv, ciphertext } = partsOf(sealed, context);
      const known = (await loadRing()).find(({ id }) => id === keyId);
      if (!known) {
        throw new Error(
          `ENCRYPTION_KEY lacks the key ${keyId} that sealed ${context}; add it after a comma.`,
        );
      }
      return decrypt(known.key, iv, ciphertext, context);
    },
    keyIds: async () => (await loadRing()).map(({ id }) => id),
    fingerprint: async (text) => sha256Hex(`fingerprint:${text}`).slice(0, FINGERPRINT_CHARACTERS),
  };
}

/** The id of the key that sealed a text, without a look at whether it opens. */
export const keyIdOf = (sealed: string): string => sealed.split(".")[1] ?? "an unknown key";

function keyBytes(text: string): Uint8Array<ArrayBuffer> {
  const base64url = text.trim().replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_");
  const bytes = fromBase64Url(base64url, KEY_BYTES);
  if (!bytes) throw new ConfigError(HOW_TO_MAKE_ONE);
  return new Uint8Array(bytes);
}

async function importKey(bytes: Uint8Array<ArrayBuffer>): Promise<SealingKey> {
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  return { id: sha256Hex(bytes).slice(0, KEY_ID_CHARACTERS), key };
}

interface SealedParts {
  readonly keyId: string;
  readonly iv: Uint8Array<ArrayBuffer>;
  readonly ciphertext: Uint8Array<ArrayBuffer>;
}

function partsOf(sealed: string, context: string): SealedParts {
  const [version, keyId, ivText, ciphertextText, ...rest] = sealed.split(".");
  const iv = fromBase64Url(ivText ?? "", IV_BYTES);
  const ciphertext = fromBase64Url(ciphertextText ?? "");
  if (version !== VERSION || !keyId || !iv || !ciphertext?.length || rest.length > 0) {
    throw new Error(`What is stored for ${context} is not a sealed text.`);
  }
  return { keyId, iv: new Uint8Array(iv), ciphertext: new Uint8Array(ciphertext) };
}

async function decrypt(
  key: CryptoKey,
  iv: Uint8Array<ArrayBuffer>,
  ciphertext: Uint8Array<ArrayBuffer>,
  context: string,
): Promise<string> {
  try {
    const opened = await crypto.subtle.decrypt(gcm(iv, context), key, ciphertext);
    return textOf(new Uint8Array(opened));
  } catch (cause) {
    throw new Error(`What is stored for ${context} was changed or moved and cannot be opened.`, {
      cause,
    });
  }
}

function gcm(iv: Uint8Array<ArrayBuffer>, context: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: bytesOf(context) };
}
