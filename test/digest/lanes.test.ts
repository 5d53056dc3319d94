/** What shares a key goes one after the other, and nothing else waits for anything. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lanesOf } from "../../src/digest/lanes.ts";

interface Item {
  readonly at: number;
  readonly keys: readonly string[];
}

const keys = fc.array(fc.constantFrom("a", "b", "c", "d", "e", "f"), { maxLength: 3 });
const items = fc
  .array(keys, { maxLength: 12 })
  .map((all): readonly Item[] => all.map((own, at) => ({ at, keys: own })));
const keysOf = ({ keys: own }: Item): readonly string[] => own;
const shareOne = (a: Item, b: Item): boolean => a.keys.some((key) => b.keys.includes(key));

describe("lanes", () => {
  const cases: readonly (readonly [string, readonly (readonly string[])[], number[][]])[] = [
    ["without keys each has its own", [[], []], [[0], [1]]],
    ["a key in common is one lane", [["a"], ["b"], ["a"]], [[1], [0, 2]]],
    ["a later one joins two", [["a"], ["b"], ["a", "b"]], [[0, 1, 2]]],
    ["a chain is one", [["a"], ["c", "d"], ["a", "b"], ["b", "c"]], [[0, 1, 2, 3]]],
  ];
  test.each(cases)("%s", (_name, given, wanted) => {
    const lanes = lanesOf(
      given.map((own, at) => ({ at, keys: own })),
      keysOf,
    );
    const found = lanes.map((lane) => lane.map(({ at }) => at));
    expect(found).toHaveLength(wanted.length);
    expect(found).toEqual(expect.arrayContaining(wanted));
  });

  test("hold every item once, in its order, beside all that it shares a key with", () => {
    fc.assert(
      fc.property(items, (given) => {
        const lanes = lanesOf(given, keysOf);
        const places = lanes.map((lane) => lane.map(({ at }) => at));
        expect(places.flat().toSorted((a, b) => a - b)).toEqual(given.map(({ at }) => at));
        for (const lane of places) expect(lane).toEqual(lane.toSorted((a, b) => a - b));
        for (const lane of lanes)
          for (const other of lanes)
            if (lane !== other)
              expect(lane.some((a) => other.some((b) => shareOne(a, b)))).toBe(false);
      }),
    );
  });

  test("hold nothing that has nothing to do with the rest of its lane", () => {
    fc.assert(
      fc.property(items, (given) => {
        for (const lane of lanesOf(given, keysOf)) {
          const reached = new Set(lane.slice(0, 1));
          for (let size = -1; size !== reached.size;) {
            size = reached.size;
            for (const it of lane) if ([...reached].some((a) => shareOne(a, it))) reached.add(it);
          }
          expect(reached.size).toBe(lane.length);
        }
      }),
    );
  });
});
