/**
 * Our own reasons in the words of people. What is not known here is shown as it stands: new reasons
 * need no entry. Pure.
 */
import { NOTIFY_WORDS } from "../parts/rules.ts";

const RINGS = new Map<string, string>(Object.entries(NOTIFY_WORDS));

/** Each takes the groups that its pattern found; undefined says what the verdict says already. */
const KNOWN: readonly (readonly [RegExp, (...found: string[]) => string | undefined])[] = [
  [/^\w+: told$/, () => undefined],
  [/^a newer state of the stream replaced it$/, () => undefined],
  [
    /^(\w+): notify: (\w+)$/,
    (state = "", notify = "") =>
      `It did not ring: “${state.replace("_", " ")}” is not among what this endpoint rings for (${RINGS.get(notify)?.toLowerCase() ?? notify}).`,
  ],
  [
    /^(projects|environments|branches|events)$/,
    (filter = "") => `What it tells of is none of the ${filter} that the endpoint follows.`,
  ],
  [
    /^(\w+): told by (.+)$/,
    (_state, other) => `It did not ring again: it was told by ${other} already.`,
  ],
];

/** The reason as a sentence; undefined where the verdict itself has said it. */
export function becauseOf(reason: string): string | undefined {
  for (const [pattern, words] of KNOWN) {
    const found = pattern.exec(reason);
    if (found) return words(...found.slice(1));
  }
  return sentence(reason);
}

/** Reasons are written as half sentences; here each stands for itself. */
export const sentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
