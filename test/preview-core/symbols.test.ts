/** Every symbol that a card of ours has is drawn on the preview's lock screen. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ASSETS } from "../../src/preview-core/page/assets.ts";

const COMPOSE = join(import.meta.dirname, "..", "..", "src", "compose");
const SYMBOL = /"([a-z0-9]+(?:\.[a-z0-9]+)*\.fill)"/g;

test("no symbol of a composed card is a dot", () => {
  const drawn = ASSETS["symbols.js"] ?? "";
  const files = readdirSync(COMPOSE, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const texts = files.map((file) => readFileSync(join(COMPOSE, file), "utf8"));
  const names = texts.flatMap((text) => [...text.matchAll(SYMBOL)].map(([, name = ""]) => name));
  expect(names.length).toBeGreaterThanOrEqual(8);
  expect(names.filter((name) => !drawn.includes(`"${name}"`))).toEqual([]);
});
