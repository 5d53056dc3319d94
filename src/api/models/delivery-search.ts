/**
 * The small grammar of the deliveries' search: `provider: outcome: project: branch: event: before:
 * has:` and plain words. What the store can look for by itself it is asked for; the rest is held
 * against what each delivery says. Pure.
 */
import { idFloor } from "../../util/id.ts";

const NAMES = [
  "provider",
  "outcome",
  "project",
  "branch",
  "event",
  "before",
  "has",
  "status",
  "endpoint",
] as const;
type Name = (typeof NAMES)[number];

/** What `has:` takes. */
const EFFECTS: Readonly<Record<string, RegExp>> = {
  push: /^push/,
  activity: /^activity/,
  error: /given up/,
  replay: /^$/,
};

/** What of a delivery a search is held against, as the API tells it. */
export interface SearchedDelivery {
  readonly provider: string;
  readonly event: string;
  readonly received_at: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly project: string | null;
  readonly branch: string | null;
  readonly replays: number;
  readonly effects: readonly string[];
}

export interface Search {
  readonly terms: Readonly<Partial<Record<Name, string>>>;
  /** The plain words. */
  readonly text: string;
  /** What cannot be understood, each in a sentence. */
  readonly problems: readonly string[];
}

/** Reads what was typed. A value with blanks stands in quotes: `branch:"my branch"`. */
export function parseSearch(typed: string): Search {
  const terms: Partial<Record<Name, string>> = {};
  const words: string[] = [];
  const problems: string[] = [];
  for (const [, name, quoted, bare, word] of typed.matchAll(
    /(?:([a-z]+):(?:"([^"]*)"|(\S*)))|(\S+)/gi,
  )) {
    const known = NAMES.find((it) => it === name?.toLowerCase());
    const value = quoted ?? bare ?? "";
    if (known && value !== "") terms[known] = value;
    else if (known) problems.push(`Say what ${known}: is to be.`);
    else words.push(word ?? `${name}:${value}`);
  }
  if (terms.before !== undefined && Number.isNaN(timeOf(terms.before)))
    problems.push("before: takes a day or time, such as 2026-11-02 or 2026-11-02T12:00Z.");
  if (terms.has !== undefined && !Object.hasOwn(EFFECTS, terms.has))
    problems.push(`has: takes ${Object.keys(EFFECTS).join(", ")}.`);
  return { terms, text: words.join(" "), problems };
}

/** The time that a `before:` names, in ms; NaN where it names none. */
const timeOf = (before: string): number => Date.parse(before);

/** Ids sort by time: the cursor from which a search before a time begins. */
export const startOf = ({ terms: { before } }: Search): string | undefined =>
  before === undefined ? undefined : idFloor("dlv", timeOf(before));

/** What the store looks for in texts: the words, or else a name that stands in the payload. */
export function storeText({ terms, text }: Search): string | undefined {
  const candidates = [text, terms.branch, terms.project].filter(
    (it): it is string => it !== undefined && it !== "" && !it.includes("*"),
  );
  return candidates[0]?.slice(0, 200);
}

/** Whether a delivery is what was searched for, as far as the store could not tell. */
export function isSearched({ terms }: Search, delivery: SearchedDelivery): boolean {
  const { provider, outcome, project, branch, event, before, has } = terms;
  return (
    isLike(delivery.provider, provider) &&
    isLike(delivery.outcome, outcome) &&
    isLike(delivery.project, project) &&
    isLike(delivery.branch, branch) &&
    isLike(delivery.event, event) &&
    (before === undefined || Date.parse(delivery.received_at) < timeOf(before)) &&
    (has === undefined || hasEffect(delivery, has))
  );
}

function hasEffect(delivery: SearchedDelivery, has: string): boolean {
  if (has === "replay") return delivery.replays > 0;
  if (has === "error" && (delivery.status === "failed" || delivery.status === "invalid"))
    return true;
  return delivery.effects.some((effect) => EFFECTS[has]?.test(effect));
}

/** Equal in any case; a `*` stands for any run of characters. */
function isLike(value: string | null, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (value === null) return false;
  const parts = wanted.toLowerCase().split("*");
  if (parts.length === 1) return value.toLowerCase() === parts[0];
  return matchesParts(value.toLowerCase(), parts);
}

function matchesParts(value: string, parts: readonly string[]): boolean {
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!value.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return value.length - last.length >= at && value.endsWith(last);
}
