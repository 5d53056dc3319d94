/** The words that texts of an operator's own may use, and which ones a text uses. Pure. */

/**
 * The words a template may use. `status` is what happens now in a word or two; `state` the plain
 * name of the state.
 */
export const TEMPLATE_WORDS = [
  "project",
  "line",
  "environment",
  "state",
  "status",
  "duration",
  "branch",
  "commit",
  "message",
  "author",
  "url",
  "log_url",
  "error",
  "label",
] as const;

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const isKnown = (word: string): boolean => TEMPLATE_WORDS.some((known) => known === word);

/** What stands in placeholders of a text and is no word of ours, as it was written. */
export const unknownWords = (text: string): string[] =>
  [...text.matchAll(PLACEHOLDER)].flatMap(([, name = ""]) =>
    isKnown(name.trim()) ? [] : [name.trim()],
  );
