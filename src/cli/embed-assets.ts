/**
 * `npm run assets`: writes the preview page's browser files into `src/preview-core/page/assets.ts`,
 * where both runtimes find them: a Worker has no files to read. A test holds that it is up to date.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const PAGE = join(import.meta.dirname, "..", "preview-core", "page");
const SOURCES = join(PAGE, "browser");
const TARGET = join(PAGE, "assets.ts");
const ASSET = /\.(js|css)$/;

/** What `assets.ts` has to say. */
export function assetsModule(): string {
  const files = readdirSync(SOURCES)
    .filter((name) => ASSET.test(name))
    .toSorted()
    .map(
      (name) =>
        `  ${JSON.stringify(name)}: ${JSON.stringify(readFileSync(join(SOURCES, name), "utf8"))},\n`,
    );
  return `/** Made by \`npm run assets\` from the files in browser/; not to be edited. File name → text. */\nexport const ASSETS: Readonly<Record<string, string>> = {\n${files.join("")}};\n`;
}

if (import.meta.main) writeFileSync(TARGET, assetsModule());
