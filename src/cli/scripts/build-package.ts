/**
 * `npm run build`: the package in `dist/`, as JavaScript without a dependency. What is read from
 * disk at run time lies where the sources have it, seen from `dist/src/*`.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { build } from "esbuild";
import * as z from "zod";
import { lifecyclesOf, recordedProviders } from "../recordings.ts";
import { ENTRIES, writeTypes } from "./public-types.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..");
const DIST = join(ROOT, "dist");
const RECORDED_A_PROVIDER = 5;
/** Stories that show most come first; the first names of the alphabet fill up. */
const FIRST = [
  "production-success",
  "production-failure",
  "production-rollback",
  "production-approval",
  "ci-failure",
  "ci-success",
];

/** Some dependencies are CommonJS and ask for `require`. */
const BANNER =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

const common = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  keepNames: true,
  target: "node24",
  format: "esm",
  logLevel: "warning",
} as const;

/** As deep below the migrations and recordings as the sources are. */
const MODULES = join(DIST, "src", "cli");

async function bundle(): Promise<void> {
  const library = (name: string) => `src/library/${name}.ts`;
  await build({
    ...common,
    entryPoints: {
      main: "src/cli/main.ts",
      gateway: library("gateway"),
      adapters: library("adapters"),
      verify: library("verify"),
    },
    outdir: MODULES,
    splitting: true,
    platform: "node",
    banner: { js: BANNER },
  });
  // An adapter is written with the zod of whoever writes it.
  const adapter = { adapter: library("adapter") };
  await build({ ...common, entryPoints: adapter, outdir: MODULES, packages: "external" });
  await build({
    ...common,
    entryPoints: { worker: library("worker") },
    outdir: MODULES,
    target: "es2024",
    conditions: ["workerd", "worker"],
    external: ["cloudflare:*", "node:*"],
  });
  cpSync(join(ROOT, "src", "cli", "bin.mjs"), join(MODULES, "bin.mjs"));
}

/** `import.meta.dirname` of a bundled module is `dist/src/cli`. */
function copyMigrations(): void {
  for (const dialect of ["sqlite", "postgres"]) {
    const from = join(ROOT, "src", "store", dialect, "migrations");
    const to = join(DIST, "store", dialect, "migrations");
    mkdirSync(to, { recursive: true });
    for (const file of readdirSync(from).filter((name) => name.endsWith(".sql")))
      cpSync(join(from, file), join(to, file));
  }
}

function copyRecordings(): void {
  for (const provider of recordedProviders()) {
    const rank = (name: string) => (FIRST.indexOf(name) + FIRST.length + 1) % (FIRST.length + 1);
    const chosen = lifecyclesOf(provider)
      .toSorted((a, b) => rank(a.name) - rank(b.name))
      .slice(0, RECORDED_A_PROVIDER);
    const to = join(DIST, "recordings", provider);
    mkdirSync(to, { recursive: true });
    const files = chosen.flatMap((it) => [
      `${it.name}.lifecycle.json`,
      ...it.deliveries.map(({ fixture }) => `${fixture}.http`),
    ]);
    for (const file of files) cpSync(join(ROOT, "recordings", provider, file), join(to, file));
  }
}

const exportsOf = () =>
  Object.fromEntries(
    Object.entries(ENTRIES).map(([path, name]) => [
      path,
      { types: `./types/src/library/${name}.d.ts`, default: `./src/cli/${name}.js` },
    ]),
  );

const manifest = z.looseObject({
  name: z.string(),
  version: z.string(),
  dependencies: z.looseObject({ zod: z.string() }),
});

/**
 * What a clone needs beside the bundle, its own Node above all, is nothing to whoever installs it.
 */
function writeManifest(): void {
  const { name, version, description, license, type, engines, dependencies } = manifest.parse(
    JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")),
  );
  const published = {
    name,
    version,
    description,
    license,
    type,
    engines,
    bin: { [name]: "src/cli/bin.mjs" },
    exports: { ...exportsOf(), "./package.json": "./package.json" },
    // Only whoever writes an adapter needs it, and whoever compiles against the types.
    peerDependencies: { zod: `^${dependencies.zod}` },
    peerDependenciesMeta: { zod: { optional: true } },
    publishConfig: { access: "public", provenance: true },
  };
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
}

const PAGES = [
  "README.md",
  "LICENSE",
  "SECURITY.md",
  "Dockerfile",
  "compose.yaml",
  "wrangler.toml",
];

/** What the README leads to, so that it can be read beside the package; pictures are left out. */
function copyDocuments(): void {
  for (const file of [...PAGES, "deploy", "examples"])
    cpSync(join(ROOT, file), join(DIST, file), { recursive: true });
  cpSync(join(ROOT, "adapters", "README.md"), join(DIST, "adapters", "README.md"));
  const isText = (file: string) => !file.includes(".") || file.endsWith(".md");
  const filter = (source: string) => isText(relative(ROOT, source)) && !source.endsWith("images");
  cpSync(join(ROOT, "docs"), join(DIST, "docs"), { recursive: true, filter });
}

rmSync(DIST, { recursive: true, force: true });
await bundle();
copyMigrations();
copyRecordings();
writeTypes(join(DIST, "types"), Object.values(ENTRIES));
writeManifest();
copyDocuments();
process.stdout.write(`
The package is in dist/. Try it, with Node 24 or newer:

  npx ./dist demo

or make an archive and install it where you want it:

  npm pack ./dist
  npm install ./activitysmith-webhooks-*.tgz

`);
