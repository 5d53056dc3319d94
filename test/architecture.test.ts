/**
 * The rooms of `src/` import one another in one direction: there is no circle of folders, types
 * included.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { expect, test } from "vitest";

const SRC = join(import.meta.dirname, "..", "src");

/** A folder directly under `src/`, each part of `runtime/`, or a file of `src/` itself. */
function roomOf(file: string): string {
  const [first = "", second = ""] = relative(SRC, file).split("/");
  return first === "runtime" ? `${first}/${second}` : first;
}

function arrows(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const files = readdirSync(SRC, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join(SRC, name));
  for (const file of files) {
    const from = roomOf(file);
    for (const [, target = ""] of readFileSync(file, "utf8").matchAll(/from "(\.[^"]+)"/g)) {
      const to = roomOf(normalize(join(dirname(file), target)));
      if (to !== from) found.set(from, (found.get(from) ?? new Set()).add(to));
    }
  }
  return found;
}

/** The first way from a room back to itself, as a list of rooms. */
function circleIn(graph: ReadonlyMap<string, ReadonlySet<string>>): readonly string[] | undefined {
  const done = new Set<string>();
  const visit = (room: string, path: readonly string[]): readonly string[] | undefined => {
    if (path.includes(room)) return [...path.slice(path.indexOf(room)), room];
    if (done.has(room)) return undefined;
    for (const next of graph.get(room) ?? []) {
      const circle = visit(next, [...path, room]);
      if (circle) return circle;
    }
    done.add(room);
    return undefined;
  };
  for (const room of graph.keys()) {
    const circle = visit(room, []);
    if (circle) return circle;
  }
  return undefined;
}

test("a circle of three rooms is found", () => {
  const graph = new Map([
    ["a", new Set(["b"])],
    ["b", new Set(["c"])],
    ["c", new Set(["a"])],
  ]);
  expect(circleIn(graph)).toEqual(["a", "b", "c", "a"]);
});

test("no room of src imports, over whatever way, from a room that imports it", () => {
  const graph = arrows();
  expect(graph.size).toBeGreaterThan(15);
  expect(circleIn(graph)?.join(" → ")).toBeUndefined();
});
