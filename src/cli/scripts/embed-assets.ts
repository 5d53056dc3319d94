/**
 * `npm run assets`: writes the browser files of the preview page and of the console, and the
 * stories that the console plays, into modules, where both runtimes find them: a Worker has no
 * files to read. Tests hold that they are up to date.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { STORIES } from "../../console/stories/titles.ts";
import { httpFixture, readLifecycle } from "../recordings.ts";

const PAGE = join(import.meta.dirname, "..", "..", "preview-core", "page");
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

const CONSOLE = join(import.meta.dirname, "..", "..", "console");
const CONSOLE_TARGET = join(CONSOLE, "assets.ts");
const STORIES_TARGET = join(CONSOLE, "stories", "recorded.ts");
const HASH_LENGTH = 12;

const filesIn = (folder: string, ending: string): string[] =>
  readdirSync(join(CONSOLE, "assets", folder))
    .filter((name) => name.endsWith(ending))
    .toSorted();

const textOf = (folder: string, name: string): string =>
  readFileSync(join(CONSOLE, "assets", folder, name), "utf8");

/** What the console's pages load, by name: one style sheet, the scripts as they are, the icon. */
function consoleFiles(): Readonly<Record<string, string>> {
  const styles = filesIn("styles", ".css").map((name) => textOf("styles", name));
  const scripts = filesIn("scripts", ".js").map((name) => [name, textOf("scripts", name)] as const);
  return {
    "console.css": styles.join("\n"),
    "icon.svg": textOf(".", "icon.svg"),
    ...Object.fromEntries(scripts),
  };
}

/**
 * The module that holds the files as texts. Their folder's address changes with what is in it, the
 * phone of the preview's page included, so each may be kept for ever.
 */
export function consoleModule(): string {
  const files = Object.entries(consoleFiles());
  const hash = createHash("sha256")
    .update(JSON.stringify([files, assetsModule()]))
    .digest("hex")
    .slice(0, HASH_LENGTH);
  const texts = files.map(
    ([name, text]) => `  ${JSON.stringify(name)}: ${JSON.stringify(text)},\n`,
  );
  return `/** The files of \`assets/\` as texts. Made by \`npm run assets\`; change those files instead. */

/** Where they are served, with the files of the phone. */
export const ASSETS_FOLDER = "/assets/${hash}";

/** File name → text. */
export const ASSETS: Readonly<Record<string, string>> = {
${texts.join("")}};
`;
}

/** The module that holds the stories. A lifecycle that several tell stands once. */
export function storiesModule(): string {
  const names = new Set<string>(STORIES.flatMap(({ scenes }) => scenes));
  const lifecycles = [...names].map((name) => {
    const [provider = "", lifecycle = ""] = name.split("/");
    const { startsAt, fresh, deliveries } = readLifecycle(provider, lifecycle);
    const recorded = deliveries.map(({ afterMs, fixture }) => {
      const { headers, body } = httpFixture(provider, fixture);
      return { afterMs, event: fixture.split("__")[0] ?? fixture, headers, body };
    });
    return `  ${JSON.stringify(name)}: ${JSON.stringify({ provider, startsAt, fresh, deliveries: recorded })},`;
  });
  return `/** Recorded lifecycles that the console plays. Made by \`npm run assets\` from \`recordings/\`. */
import type { Lifecycle } from "./story.ts";

export const LIFECYCLES: Readonly<Record<string, Lifecycle>> = {
${lifecycles.join("\n")}
};
`;
}

if (import.meta.main) {
  writeFileSync(TARGET, assetsModule());
  writeFileSync(CONSOLE_TARGET, consoleModule());
  writeFileSync(STORIES_TARGET, storiesModule());
}
