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
const FILES = [
  { name: "css", file: "console.css", type: "text/css; charset=utf-8" },
  { name: "js", file: "console.js", type: "text/javascript; charset=utf-8" },
  { name: "icon", file: "icon.svg", type: "image/svg+xml" },
] as const;

/**
 * The module that holds the files as texts. A file's address changes with its content, so it may be
 * kept for ever.
 */
export function consoleModule(): string {
  const files = FILES.map((it) => {
    const text = readFileSync(join(CONSOLE, "assets", it.file), "utf8");
    const hash = createHash("sha256").update(text).digest("hex").slice(0, 12);
    return { ...it, text, path: `/assets/${hash}/${it.file}` };
  });
  const paths = files.map(({ name, path }) => `  ${name}: ${JSON.stringify(path)},`).join("\n");
  const assets = files
    .map(
      ({ path, type, text }) =>
        `  {\n    path: ${JSON.stringify(path)},\n    type: ${JSON.stringify(type)},\n    text: ${JSON.stringify(text)},\n  },`,
    )
    .join("\n");
  return `/** The files of \`assets/\` as texts. Made by \`npm run assets\`; change those files instead. */

export const ASSET_PATHS = {
${paths}
} as const;

export const ASSETS: readonly { readonly path: string; readonly type: string; readonly text: string }[] = [
${assets}
];
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
