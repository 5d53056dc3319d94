/** Tags as the core API takes them: labels of pushes and activities for its history. Pure. */
import { sha256Hex } from "../../util/hash.ts";
import { cleanText } from "../../util/clean-text.ts";

/** The API's own pattern; the text of its refusal says lower case, so that is what we send. */
export const TAG = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;
export const MAX_TAGS = 20;

const MAX_TAG_LENGTH = 64;
const DIGEST_LENGTH = 8;
/** Latin letters that Unicode does not take apart into a plain one and a mark. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: "ss",
  æ: "ae",
  œ: "oe",
  ø: "o",
  đ: "d",
  ð: "d",
  þ: "th",
  ł: "l",
  ı: "i",
};

/** The texts as tags, at most 20, each once; those of which nothing can be seen are left out. */
export const tagsFrom = (texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap((text) => tagFrom(text) ?? []))].slice(0, MAX_TAGS);

/**
 * "Preview – web-shop" → `preview-web-shop`. Where letters or digits of the name are lost on the
 * way, a digest of it follows, so that names of other scripts stay apart, and the same from one
 * time to the next.
 */
function tagFrom(text: string): string | undefined {
  const name = cleanText(text).toLowerCase();
  if (name === "") return undefined;
  const plain = name
    .normalize("NFKD")
    .replace(/\p{Mark}+/gu, "")
    .replace(/[ßæœøđðþłı]/g, (letter) => PLAIN[letter] ?? letter);
  const slug = plain.replace(/[^a-z0-9._:-]+/g, "-").replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "");
  const isWhole = slug !== "" && !/(?![a-z0-9])[\p{L}\p{N}]/u.test(plain);
  if (isWhole && slug.length <= MAX_TAG_LENGTH) return slug;
  const digest = sha256Hex(name.normalize("NFC")).slice(0, DIGEST_LENGTH);
  const start = slug.slice(0, MAX_TAG_LENGTH - DIGEST_LENGTH - 1).replace(/[^a-z0-9]+$/, "");
  return start === "" ? `name-${digest}` : `${start}-${digest}`;
}
