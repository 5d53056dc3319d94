/**
 * Makes a start cheap, loaded before everything else: `node --import
 * ./src/runtime/node/quick-start.mjs …`. Changes nothing of what is loaded, needs nothing that can
 * be written, and is no TypeScript, because stripping types alone costs 16 MB.
 *
 * Without it a start takes 1.9 s of CPU and 300 MB. At each import Node asks for the package.json
 * around the importing file and parses its `exports`, which drizzle's makes 180 KB of JSON, 650
 * times; and the types of 200 files are stripped. Without the former it is 0.8 s and 140 MB, with
 * what was compiled kept for the next start 0.45 s and 105 MB.
 */
import { existsSync } from "node:fs";
// All of it, as an older Node lacks some of the names and would only print a stack.
import * as nodeModule from "node:module";
import { join } from "node:path";
import { env, exit, stderr, versions } from "node:process";

/** @import { ResolveFnOutput, ResolveHookContext } from "node:module" */

const OLDEST = 24;
if (Number.parseInt(versions.node, 10) < OLDEST) {
  stderr.write(`activitysmith-webhooks needs Node ${OLDEST} or newer; this is ${versions.node}.\n`);
  exit(1);
}

const PACKAGE = "drizzle-orm";
const INSIDE = `/node_modules/${PACKAGE}/`;
/**
 * Beside the code that it is made of: who may write here may change that too, which is not so of a
 * shared /tmp.
 */
const COMPILED = join(import.meta.dirname, "..", "..", "..", "node_modules", ".cache", "compiled");

// Where a folder cannot be written this only says so, and the sources are compiled. A service of
// its own user may write its data.
const { status } = nodeModule.enableCompileCache(COMPILED);
const { DATA_DIR = "" } = env;
if (status === nodeModule.constants.compileCacheStatus.FAILED && existsSync(DATA_DIR))
  nodeModule.enableCompileCache(join(DATA_DIR, "compiled"));

/** @type {Map<string, ResolveFnOutput>} */
const known = new Map();

nodeModule.registerHooks({
  resolve(specifier, context, nextResolve) {
    if (isWithin(specifier, context)) {
      const { href: url } = new URL(specifier, context.parentURL);
      return { url, format: "module", shortCircuit: true };
    }
    if (!isEntry(specifier, context)) return nextResolve(specifier, context);
    const found = known.get(specifier) ?? nextResolve(specifier, context);
    known.set(specifier, found);
    return { ...found, shortCircuit: true };
  },
});

/**
 * One of the package's modules imports another: all its `.js` files are ECMAScript modules, named
 * in full.
 * @param {string} specifier
 * @param {ResolveHookContext} context
 */
function isWithin(specifier, { conditions, parentURL }) {
  const isFile = /^\.\.?\/.*\.js$/.test(specifier);
  return isFile && conditions.includes("import") && parentURL?.includes(INSIDE) === true;
}

/**
 * A module of the gateway imports the package, of which all of them have the same copy.
 * @param {string} specifier
 * @param {ResolveHookContext} context
 */
function isEntry(specifier, { conditions, parentURL }) {
  const isNamed = specifier === PACKAGE || specifier.startsWith(`${PACKAGE}/`);
  return isNamed && conditions.includes("import") && !parentURL?.includes("/node_modules/");
}
