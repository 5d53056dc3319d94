/** Words and lengths: texts cut on grapheme boundaries to what iOS shows, durations and names as a person says them. Pure. */

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

/** At most `max` graphemes of one line, with an ellipsis where something was cut; never half an emoji. */
export function cut(text: string, max: number): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (line.length <= max) return line;
  const kept = [];
  for (const { segment } of graphemes.segment(line)) {
    kept.push(segment);
    if (kept.length > max)
      return `${kept
        .slice(0, max - 1)
        .join("")
        .trimEnd()}…`;
  }
  return line;
}

export const firstLine = (text: string): string => text.trimStart().split(/\r?\n/, 1)[0] ?? "";

export const shortCommit = (commit: string): string =>
  /^[0-9a-f]{8,}$/i.test(commit) ? commit.slice(0, SHORT_COMMIT) : commit;

/** "850 ms" → "1 s", "38 s", "2 min 5 s", "1 h 20 min", "3 d 4 h". */
export function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return twoUnits(minutes, "min", seconds % 60, "s");
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return twoUnits(hours, "h", minutes % 60, "min");
  return twoUnits(Math.floor(hours / 24), "d", hours % 24, "h");
}

const twoUnits = (major: number, majorUnit: string, minor: number, minorUnit: string): string =>
  minor === 0 ? `${major} ${majorUnit}` : `${major} ${majorUnit} ${minor} ${minorUnit}`;

export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The parts that are there, as "a · b · c". */
export const dotted = (...parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part).join(" · ");

/** The https URL in a text, in its normal form; undefined for anything else: links we send are https only. */
export function httpsUrl(text: string | undefined): string | undefined {
  if (text === undefined || !URL.canParse(text)) return undefined;
  const { protocol, href } = new URL(text);
  return protocol === "https:" ? href : undefined;
}
