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
    /^\w+: told by (.+?) (at the same time|\S+( \S+)? earlier)$/,
    (other = "", when = "") => `It did not ring again: ${other} told it ${when}.`,
  ],
];

/**
 * The reasons of a delivery as sentences; undefined where the verdict itself has said them. Several
 * stand in one text, and each may name the rule that decided.
 */
export function becauseOf(reasons: string): string | undefined {
  const sentences = reasons.split("; ").map(oneBecause);
  return sentences.filter((it) => it !== undefined).join(" ") || undefined;
}

const BY_RULE = / \(rule (\d+)\)$/;

function oneBecause(reason: string): string | undefined {
  const rule = BY_RULE.exec(reason)?.[1];
  const bare = reason.replace(BY_RULE, "");
  const words = wordsOf(bare);
  return rule === undefined || words === undefined
    ? words
    : `${words.replace(/\.$/, "")}: so says rule ${rule}.`;
}

function wordsOf(reason: string): string | undefined {
  for (const [pattern, words] of KNOWN) {
    const found = pattern.exec(reason);
    if (found) return words(...found.slice(1).map((it) => it ?? ""));
  }
  return sentence(reason);
}

/** Reasons are written as half sentences; here each stands for itself. */
export const sentence = (text: string): string =>
  text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? "" : ".");
