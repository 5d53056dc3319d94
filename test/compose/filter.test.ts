/** Filters: patterns with stars, and what is sorted out by them. */
import * as fc from "fast-check";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Filtered } from "../../src/compose/filter.ts";
import { filteredBy, matchesAny, matchesPattern, passesEvent } from "../../src/compose/filter.ts";

describe("a pattern", () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  test.each([
    ["main", "main", true],
    ["main", "MAIN", true],
    ["main", "main2", false],
    ["*", "", true],
    ["feat/*", "feat/", true],
    ["feat/*", "feature/x", false],
    ["*-rc.*", "v2-rc.1", true],
    ["a*a", "a", false],
    ["a*b*a", "aba", true],
    ["a.c", "abc", false],
    ["(x|y)+$", "(x|y)+$", true],
  ])("%s on %s: %s", (pattern, text, expected) => {
    expect(matchesPattern(pattern, text)).toBe(expected);
  });

  test("agrees with the plainest reading of it", () => {
    const letters = (characters: string) =>
      fc.string({ unit: fc.constantFrom(...Array.from(characters)), maxLength: 8 });
    fc.assert(
      fc.property(letters("abA*"), letters("abB"), (pattern, text) => {
        expect(matchesPattern(pattern, text)).toBe(
          matchesReference(pattern.toLowerCase(), text.toLowerCase()),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("looks for each of its parts once, however hostile pattern and text are", () => {
    const search = vi.spyOn(String.prototype, "indexOf");
    expect(matchesPattern(`${"a*".repeat(99)}b*c`, "a".repeat(100_000))).toBe(false);
    expect(matchesPattern(`${"a*".repeat(99)}b*`, "a".repeat(100_000))).toBe(false);
    expect(matchesPattern(`${"*".repeat(199)}a`, "a".repeat(100_000))).toBe(true);
    expect(search).toHaveBeenCalled();
    expect(search.mock.calls.length).toBeLessThanOrEqual(100 + 100 + 200);
  });
});

/** A star takes nothing, or one character and stays. */
function matchesReference(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern.startsWith("*"))
    return (
      matchesReference(pattern.slice(1), text) ||
      (text !== "" && matchesReference(pattern, text.slice(1)))
    );
  return pattern[0] === text[0] && text !== "" && matchesReference(pattern.slice(1), text.slice(1));
}

describe("filters", () => {
  const SHOP = {
    project: { id: "prj_1", name: "web-shop" },
    environment: { name: "PR 12", kind: "preview" },
    branch: "feat/cart",
  };

  const PRODUCTION = { name: "Production", kind: "production" };

  test("by event name", () => {
    expect(passesEvent({}, "deployment.created")).toBe(true);
    expect(passesEvent({ events: ["deployment.*"] }, "deployment.created")).toBe(true);
    expect(passesEvent({ events: ["alert.*", "push"] }, "deployment.created")).toBe(false);
  });

  test.each([
    [{}, undefined],
    [{ projects: ["web-*"], environments: ["preview"], branches: ["feat/*"] }, undefined],
    [{ projects: ["prj_1"] }, undefined],
    [{ environments: ["PR *"] }, undefined],
    [{ projects: ["api"] }, "projects"],
    [{ environments: ["production"] }, "environments"],
    [{ branches: ["main", "release/*"] }, "branches"],
  ])("%j sorts out by %s", (filters, name) => {
    expect(filteredBy(filters, SHOP, "fails")).toBe(name);
  });

  test("what is not known fails a run and passes a notice", () => {
    const filters = { environments: ["production"] };
    expect(filteredBy(filters, {}, "fails")).toBe("environments");
    expect(filteredBy(filters, {}, "passes")).toBeUndefined();
    expect(filteredBy({}, {}, "fails")).toBeUndefined();
    expect(filteredBy(filters, SHOP, "passes")).toBe("environments");
  });

  test.each<[string, Filtered, "branches" | undefined]>([
    ["production that tells no branch", { environment: PRODUCTION }, undefined],
    ["production of another branch", { environment: PRODUCTION, branch: "feat/cart" }, "branches"],
    ["a preview that tells no branch", { environment: SHOP.environment }, "branches"],
    [
      "what concerns production too",
      { environment: SHOP.environment, environments: [PRODUCTION] },
      undefined,
    ],
    ["what concerns another preview", { environments: [SHOP.environment] }, "branches"],
    ["what has no environment", {}, "branches"],
  ])("%s, where only main is cared for", (_, it, name) => {
    expect(filteredBy({ branches: ["main"] }, it, "fails")).toBe(name);
  });

  test("one of several environments is enough", () => {
    const it = { environment: SHOP.environment, environments: [PRODUCTION] };
    expect(filteredBy({ environments: ["production"] }, it, "fails")).toBeUndefined();
    expect(filteredBy({ environments: ["production", "no such"] }, it, "fails")).toBeUndefined();
  });

  test("any of the values that are known matches any of the patterns", () => {
    expect(matchesAny(undefined, [])).toBe(true);
    expect(matchesAny(["*"], [undefined])).toBe(false);
    expect(matchesAny(["b", "a"], [undefined, "a"])).toBe(true);
    expect(matchesAny(["b"], ["a", undefined])).toBe(false);
  });
});
