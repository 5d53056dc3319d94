/** What is embedded is what the files say, and no more than a page may weigh. */
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { consoleModule, storiesModule } from "../../src/cli/scripts/embed-assets.ts";
import { ASSETS } from "../../src/console/assets.ts";

const CONSOLE = new URL("../../src/console/", import.meta.url);

test("the embedded files are up to date: npm run assets", () => {
  expect(readFileSync(new URL("assets.ts", CONSOLE), "utf8")).toBe(consoleModule());
  expect(readFileSync(new URL("stories/recorded.ts", CONSOLE), "utf8")).toBe(storiesModule());
});

test("a page's script and style weigh at most 20 KB together, packed", () => {
  const weights = Object.entries(ASSETS).map(
    ([name, text]) => [name, gzipSync(text).length] as const,
  );
  console.log(weights.map(([name, bytes]) => `${name} ${bytes} bytes`).join("\n"));
  expect(weights.reduce((sum, [, bytes]) => sum + bytes, 0)).toBeLessThan(20 * 1024);
});
