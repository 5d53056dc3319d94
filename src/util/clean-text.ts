/** What of a text can be shown and sent: the one place that says which characters leave. Pure. */

const ESCAPE = "\u001b";
/**
 * Colours, cursor moves, links and titles of terminals (ECMA-48): without its first character such
 * a sequence would be read as text. One that has no end is left, as it would take the text along.
 */
const TERMINAL_SEQUENCE = new RegExp(
  [
    `(?:${ESCAPE}\\[[0-?]*|\u009b[0-?]+)[ -/]*[@-~]`,
    `(?:${ESCAPE}[\\]PX^_]|[\u009d\u0090\u0098\u009e\u009f])[^\u0007\u009c${ESCAPE}]*(?:[\u0007\u009c]|${ESCAPE}\\\\)`,
    `${ESCAPE}[ -/]+[0-~]`,
  ].join("|"),
  "gu",
);
const LINE_BREAK = /\r\n?|[\n\v\f\u0085\u2028\u2029]/gu;
/**
 * Controls (NUL, C0, C1), lone surrogates, noncharacters, and the bidi embeddings, overrides and
 * isolates: a text that is cut would leave them open, and an override can make it read as another.
 * `\p{Cs}` matches only surrogates without partner.
 */
const UNSENDABLE = /(?!\n)[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu;
/**
 * Tag characters: nobody sees them, machines read them, so that texts can be hidden in them. Flags
 * alone are made of them, behind U+1F3F4.
 */
const HIDDEN_TAGS = /(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]*)[\u{e0000}-\u{e007f}]+/gu;
/**
 * Nobody sees these; U+2800 is the blank of Braille, the last three are marks around annotations.
 */
const ONLY_INVISIBLE = /^[\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}\u2800\ufff9-\ufffb]*$/u;
/**
 * No script needs more marks on one letter; a pile of them is one grapheme that runs over the whole
 * screen.
 */
const PILED_MARKS = /(\p{Mn}{8})\p{Mn}+/gu;

/**
 * The text without what cannot be shown or sent; "" where nothing of it can be seen. The answer is
 * well-formed UTF-16.
 * @param lines `keep`: line breaks stay, as `\n`; `join`: all is one line, with single blanks
 */
export function cleanText(text: string, lines: "keep" | "join" = "join"): string {
  const sendable = text
    .replace(TERMINAL_SEQUENCE, "")
    .replace(LINE_BREAK, "\n")
    .replaceAll("\t", " ")
    .replace(UNSENDABLE, "")
    .replace(HIDDEN_TAGS, "")
    .replace(PILED_MARKS, "$1");
  if (ONLY_INVISIBLE.test(sendable)) return "";
  return lines === "keep" ? sendable.trim() : sendable.replace(/\s+/gu, " ").trim();
}
