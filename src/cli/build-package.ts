/**
 * `npm run build`: the package in `dist/`, as JavaScript without a dependency. What is read from
 * disk at run time lies where the sources have it, seen from `dist/src/*`.
 */
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import * as z from "zod";
import { lifecyclesOf, recordedProviders } from "./recordings.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const DIST = join(ROOT, "dist");
const RECORDED_A_PROVIDER = 5;
/** Stories that show most come first; the first names of the alphabet fill up. */
const FIRST = ["production-success", "production-failure", "ci-failure", "production-approval"];

/** Some dependencies are CommonJS and ask for `require`. */
const BANNER =
  'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);';

/**
 * Modules land in `dist/src/cli`, as deep below the migrations and recordings as the sources are.
 */
async function bundle(): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { main: "src/cli/main.ts" },
    outdir: join(DIST, "src", "cli"),
    bundle: true,
    splitting: true,
    minify: true,
    keepNames: true,
    platform: "node",
    target: "node24",
    format: "esm",
    banner: { js: BANNER },
    logLevel: "warning",
  });
  cpSync(join(ROOT, "src", "cli", "bin.mjs"), join(DIST, "src", "cli", "bin.mjs"));
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

const manifest = z.looseObject({ name: z.string(), version: z.string() });

/**
 * What a clone needs beside the bundle, its own Node above all, is nothing to whoever installs it.
 */
function writeManifest(): void {
  const { name, version, description, license, type, engines } = manifest.parse(
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
    publishConfig: { access: "public", provenance: true },
  };
  writeFileSync(join(DIST, "package.json"), `${JSON.stringify(published, null, 2)}\n`);
  for (const file of ["README.md", "LICENSE"]) cpSync(join(ROOT, file), join(DIST, file));
}

rmSync(DIST, { recursive: true, force: true });
await bundle();
copyMigrations();
copyRecordings();
writeManifest();
