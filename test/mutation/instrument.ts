/** Every small change of a room at once, each behind a switch: Stryker's instrumenter makes them. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import type { Room } from "./rooms.ts";

const position = z.object({ line: z.number(), column: z.number() });
const mutant = z.object({
  id: z.string(),
  fileName: z.string(),
  mutatorName: z.string(),
  replacement: z.string(),
  location: z.object({ start: position, end: position }),
});
const instrumented = z.object({
  files: z.array(z.object({ name: z.string(), content: z.string() })),
  mutants: z.array(mutant),
});

/** A small change of the code. Its lines and columns count from 0. */
export type Mutant = z.infer<typeof mutant>;

export interface InstrumentedRoom {
  /** Source text with all changes in it, by absolute path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly mutants: readonly Mutant[];
}

interface Instrumenter {
  instrument(
    files: readonly { name: string; mutate: boolean; content: string }[],
    options: { plugins: null; ignorers: []; excludedMutations: [] },
  ): Promise<unknown>;
}
const instrumenterModule = z.object({
  Instrumenter: z.custom<new (logger: object) => Instrumenter>((value) => value !== undefined),
});

/** Where Stryker's helper looks which change is on: at each place that can be changed. */
const LOOK = "function isActive(id) {";
const COUNT_STEP = `${LOOK} if (++ns.steps > ns.stepLimit) throw new Error("Endless: " + ns.steps + " steps");`;

const QUIET = { debug() {}, info() {}, isDebugEnabled: () => false };

export async function instrumentRoom(root: string, { code }: Room): Promise<InstrumentedRoom> {
  const names = code.flatMap((place) =>
    globSync(place.endsWith(".ts") ? `src/${place}` : `src/${place}/**/*.ts`, { cwd: root }),
  );
  const files = names.map((name) => {
    const path = join(root, name);
    return { name: path, mutate: true, content: readFileSync(path, "utf8") };
  });
  // Its tools are installed at the first run only, so that types cannot know them.
  const tools = "@stryker-mutator/instrumenter";
  const { Instrumenter } = instrumenterModule.parse(await import(tools));
  const result = instrumented.parse(
    await new Instrumenter(QUIET).instrument(files, {
      plugins: null,
      ignorers: [],
      excludedMutations: [],
    }),
  );
  const broken = result.mutants.filter(isBrokenPattern).map(({ replacement }) => replacement);
  const readable = (content: string) =>
    broken.reduce((text, pattern) => text.replaceAll(pattern, MATCHES_NOTHING), content);
  return {
    sources: new Map(
      result.files.map(({ name, content }) => [name, countSteps(readable(content))]),
    ),
    mutants: result.mutants,
  };
}

const MATCHES_NOTHING = "/(?!)/";

/** A changed pattern may be none, which would keep its whole file from being read. */
function isBrokenPattern({ mutatorName, replacement }: Mutant): boolean {
  const [, pattern, flags] = /^\/(.*)\/([a-z]*)$/s.exec(replacement) ?? [];
  if (mutatorName !== "Regex" || pattern === undefined) return false;
  try {
    "".search(new RegExp(pattern, flags));
    return false;
  } catch {
    return true;
  }
}

/** A file without a place to change has no helper. */
function countSteps(content: string): string {
  if (content.includes("stryMutAct") && !content.includes(LOOK))
    throw new Error("Stryker's helper looks otherwise than it did: steps cannot be counted.");
  return content.replace(LOOK, COUNT_STEP);
}
