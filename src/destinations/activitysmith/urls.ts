/**
 * Which URLs the core API takes where. The patterns are those of its document. The document does
 * not list which schemes are "internal and executable": here are the ones that the official CLI
 * refuses, and others of the same kind.
 */
import * as z from "zod";

export const MAX_REDIRECTION_LENGTH = 2048;

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
/** A browser would drop tabs and line breaks, so `java\nscript:` is read without them. */
const CONTROL_OR_SPACE = /[\s\p{Cc}]/u;
const BLOCKED_SCHEMES: ReadonlySet<string> = new Set([
  "about",
  "activitysmith",
  "blob",
  "data",
  "file",
  "javascript",
  "vbscript",
]);

/** In lower case, as in `https`; undefined where the text is no URL that may be sent. */
function schemeOf(text: string): string | undefined {
  const [, scheme] = SCHEME.exec(text) ?? [];
  if (scheme === undefined || CONTROL_OR_SPACE.test(text) || !URL.canParse(text)) return undefined;
  return scheme.toLowerCase();
}

const isHttps = (text: string): boolean => schemeOf(text) === "https";

/**
 * What the tap on a push or one of its buttons may open: any installed app's scheme, but no
 * internal or executable one.
 */
export function opensFromPush(text: string): boolean {
  const scheme = schemeOf(text);
  return scheme !== undefined && !BLOCKED_SCHEMES.has(scheme);
}

/** What a button of a Live Activity may open. */
export function opensFromActivity(text: string): boolean {
  const scheme = schemeOf(text);
  return scheme === "http" || scheme === "https" || scheme === "shortcuts";
}

/** What the API's backend calls or loads. */
export const httpsUrl = z.string().refine(isHttps, { error: "must be an https:// URL" });

/** An image: whoever may look at the push could read a password in its address. */
export const iconUrl = httpsUrl.refine(
  (text) => {
    const { username, password } = URL.parse(text) ?? {};
    return !username && !password;
  },
  { error: "must not have a user name or password in it" },
);

export const redirectionUrl = z
  .string()
  .max(MAX_REDIRECTION_LENGTH, `must have at most ${MAX_REDIRECTION_LENGTH} characters`)
  .refine(opensFromPush, {
    error:
      "must be an http, https, shortcuts or app URL; internal and executable schemes are blocked",
  });
