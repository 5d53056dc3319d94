/** The endpoint's filters: which events, environments, branches and projects it cares for. Pure. */
import type { Filters } from "../model/endpoint.ts";

/** What a filter looks at. */
export interface Filtered {
  readonly project?: { readonly id: string; readonly name: string } | undefined;
  readonly environment?: { readonly name: string; readonly kind: string } | undefined;
  /** Further ones that it concerns: one match is enough. */
  readonly environments?: readonly { readonly name: string; readonly kind: string }[] | undefined;
  readonly branch?: string | undefined;
}

/** Whether an event's name passes. */
export const passesEvent = (filters: Filters, event: string): boolean =>
  matches(filters.events, [event]);

/**
 * Why something is sorted out: the filter's name; undefined where it passes. A run must match by
 * what is known of it; a notice or an alert is only sorted out by what it says itself.
 */
export function filteredBy(
  filters: Filters,
  it: Filtered,
  unknown: "passes" | "fails",
): "projects" | "environments" | "branches" | undefined {
  const fails = (
    patterns: readonly string[] | undefined,
    values: readonly (string | undefined)[],
  ) => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 && unknown === "passes" ? false : !matches(patterns, known);
  };
  if (fails(filters.projects, [it.project?.id, it.project?.name])) return "projects";
  const environments = [it.environment, ...(it.environments ?? [])];
  if (
    fails(
      filters.environments,
      environments.flatMap((of) => [of?.name, of?.kind]),
    )
  )
    return "environments";
  // Not every deployment tells its branch, and production must not be lost for that.
  const isProduction = environments.some((of) => of?.kind === "production");
  if (!(isProduction && it.branch === undefined) && fails(filters.branches, [it.branch]))
    return "branches";
  return undefined;
}

/** One of the values that are known matches one of the patterns, or there are no patterns. */
export const matchesAny = (
  patterns: readonly string[] | undefined,
  values: readonly (string | undefined)[],
): boolean =>
  matches(
    patterns,
    values.filter((value) => value !== undefined),
  );

function matches(patterns: readonly string[] | undefined, values: readonly string[]): boolean {
  if (!patterns) return true;
  return patterns.some((pattern) => values.some((value) => matchesPattern(pattern, value)));
}

/**
 * Exact but for case, with `*` for any run of characters. Greedy, without going back: a pattern of
 * many stars over a hostile text costs no more than their lengths multiplied.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  const parts = pattern.toLowerCase().split("*");
  const value = text.toLowerCase();
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return value === first;
  if (!value.startsWith(first) || !value.endsWith(last)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = value.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return at <= value.length - last.length;
}
