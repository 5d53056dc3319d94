/**
 * Loads what a gateway loads, with either store, and prints what each import was resolved to: the
 * entry of a child process, with the module as its argument that is to be loaded before, if any.
 * Starts nothing.
 */
import { registerHooks } from "node:module";

const found: Record<string, string> = {};
let asked = 0;

// The last that is registered is asked first: this one hears what a quick start leaves to Node.
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    if (resolved.url.includes("/drizzle-orm/")) asked++;
    return resolved;
  },
});
for (const module of process.argv.slice(2)) await import(module);
registerHooks({
  resolve(specifier, context, nextResolve) {
    const resolved = nextResolve(specifier, context);
    found[`${specifier} from ${context.parentURL}`] = `${resolved.url} as ${resolved.format}`;
    return resolved;
  },
});
await import("../../src/runtime/node/node.ts");
await import("../../src/runtime/database/node-sqlite.ts");
await import("../../src/runtime/database/postgres.ts");
process.stdout.write(JSON.stringify({ found, asked }));
