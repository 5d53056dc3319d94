/**
 * Words and lengths: texts cut on grapheme boundaries to what iOS shows, durations and names as a
 * person says them. Pure.
 */
import { cleanText } from "../util/clean-text.ts";

/** Observed room on a lock screen; longer texts are cut by iOS in the middle of a word. */
export const MAX_GRAPHEMES = {
  activityTitle: 40,
  subtitle: 64,
  pushTitle: 64,
  message: 178,
  badge: 16,
  button: 20,
};

const SHORT_COMMIT = 7;
const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * What can be shown of a text, at most `max` graphemes of one line, with an ellipsis where
 * something was cut; never half an emoji.
 */
export function cut(text: string, max: number): string {
  const line = cleanText(text);
  if (line.length <= max) return line;
  const kept = [];
  for (const { segment } of graphemes.segment(line)) {
    kept.push(ofBoundedLength(segment));
    if (kept.length > max)
      return `${kept
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`;
  }
  return kept.join("");
}

/**
 * The longest emoji in use have 15 UTF-16 units; joiners and marks can make one grapheme of any
 * length.
 */
const MAX_GRAPHEME_LENGTH = 40;

const ofBoundedLength = (grapheme: string): string =>
  grapheme.length <= MAX_GRAPHEME_LENGTH
    ? grapheme
    : String.fromCodePoint(grapheme.codePointAt(0) ?? 0);

/** The first line of which something can be seen. */
export const firstLine = (text: string): string =>
  cleanText(
    cleanText(text, "keep")
      .split("\n")
      .find((line) => cleanText(line) !== "") ?? "",
  );

export const shortCommit = (commit: string): string =>
  /^[0-9a-f]{8,}$/i.test(commit) ? commit.slice(0, SHORT_COMMIT) : commit;

export { duration } from "../util/duration.ts";

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const SEPARATOR = " · ";
/** A part that would keep less than this is left out instead of cut. */
const MIN_PART_GRAPHEMES = 12;

const visible = (parts: readonly (string | undefined)[]): string[] =>
  parts.map((part) => cleanText(part ?? "")).filter((part) => part !== "");

/** The parts of which something can be seen, as "a · b · c". */
export const dotted = (...parts: readonly (string | undefined)[]): string =>
  visible(parts).join(SEPARATOR);

/**
 * As `dotted`, in at most `max` graphemes: the last parts are left out whole, as half a commit or
 * half a URL tells nothing. The second of two is cut where enough of it remains to be of use.
 */
export function dottedWithin(max: number, ...parts: readonly (string | undefined)[]): string {
  const said = visible(parts);
  while (said.length > 2 && lengthOf(said.join(SEPARATOR)) > max) said.pop();
  const [first = "", ...rest] = said;
  if (lengthOf(said.join(SEPARATOR)) <= max) return said.join(SEPARATOR);
  const room = max - lengthOf(first + SEPARATOR);
  return room < MIN_PART_GRAPHEMES ? cut(first, max) : cut([first, ...rest].join(SEPARATOR), max);
}

const MAX_MIDDLE_GRAPHEMES = 32;

/**
 * As `dottedWithin`, with a text in the middle that may be long: where it has no room it is cut
 * before the last parts are left out.
 */
export function dottedAround(
  max: number,
  first: string | undefined,
  middle: string | undefined,
  last: readonly (string | undefined)[],
): string {
  const whole = cut(middle ?? "", MAX_MIDDLE_GRAPHEMES);
  if (whole === "") return dottedWithin(max, first, ...last);
  const ends = last.map((_, left) => last.slice(0, last.length - left));
  const roomBeside = (end: readonly (string | undefined)[]) =>
    max - lengthOf(dotted(first, ...end)) - SEPARATOR.length;
  const end =
    ends.find((it) => roomBeside(it) >= lengthOf(whole)) ??
    ends.find((it) => roomBeside(it) >= MIN_PART_GRAPHEMES) ??
    [];
  return dottedWithin(
    max,
    first,
    cut(whole, Math.max(MIN_PART_GRAPHEMES, roomBeside(end))),
    ...end,
  );
}

const lengthOf = (text: string): number => Array.from(graphemes.segment(text)).length;

/** The core API takes no longer one. */
const MAX_URL_LENGTH = 2048;

/**
 * The https URL in a text, in its normal form; undefined for anything else: links we send are https
 * only.
 */
export function httpsUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === "https:" && href.length <= MAX_URL_LENGTH ? href : undefined;
}
