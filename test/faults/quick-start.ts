/**
 * Makes the many starts of child processes cheap: loaded with `--import`, it answers from memory where drizzle's modules
 * are. Node parses drizzle's package.json (180 KB) for each of them, which is most of a start (1.9 s of CPU against 0.4).
 * Changes nothing of what is loaded.
 */
import { registerHooks } from "node:module";
import type { ResolveFnOutput } from "node:module";

const PACKAGE = "drizzle-orm";
const known = new Map<string, ResolveFnOutput>();

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isModule = { format: "module", shortCircuit: true } as const;
    if (specifier.startsWith(".") && context.parentURL?.includes(`/${PACKAGE}/`))
      return { url: new URL(specifier, context.parentURL).href, ...isModule };
    if (!specifier.startsWith(PACKAGE)) return nextResolve(specifier, context);
    const found = known.get(specifier) ?? { ...nextResolve(specifier, context), ...isModule };
    known.set(specifier, found);
    return found;
  },
});
