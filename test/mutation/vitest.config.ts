/** The tests that hold one room, on its code with all changes in it. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";
import { instrumentRoom } from "./instrument.ts";
import { MutationReporter } from "./reporter.ts";
import { ROOMS } from "./rooms.ts";
import { SPEEDS } from "./speeds.ts";
import { VERDICTS_VARIABLE } from "./verdicts.ts";

const root = new URL("../..", import.meta.url).pathname;
const room = ROOMS.get(process.env["ROOM"] ?? "");
if (!room) throw new Error(`ROOM is one of ${[...ROOMS.keys()].join(", ")}.`);
const { tests } = room;
const { sources, mutants } = await instrumentRoom(root, room);

const verdicts = join(mkdtempSync(join(tmpdir(), "mutation-")), "verdicts.json");

/** All files, in the order in which the room has them, and again for the slower tests of each. */
class BySpeed extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      tests.findIndex((place) => moduleId.startsWith(`${root}test/${place}`));
    const sorted = files.toSorted((a, b) => rank(a) - rank(b));
    return Promise.resolve(SPEEDS.flatMap(() => sorted));
  }
}

const FAST_CHECK = `${root}test/mutation/fast-check.ts`;

export default defineConfig({
  root,
  plugins: [
    {
      name: "mutants",
      enforce: "pre",
      transform: (_code, id) => sources.get(id),
      resolveId: (id, importer) =>
        id === "fast-check" && importer !== FAST_CHECK ? FAST_CHECK : undefined,
    },
  ],
  test: {
    include: tests.map((place) =>
      place.endsWith(".ts") ? `test/${place}` : `test/${place}/**/*.test.ts`,
    ),
    // One store is enough for what is decided apart from it.
    provide: { postgres: null },
    env: { [VERDICTS_VARIABLE]: verdicts },
    runner: "test/mutation/runner.ts",
    reporters: [new MutationReporter(root, mutants, verdicts)],
    sequence: { sequencer: BySpeed },
    // It knows a file by its own text, not by what another room made of it.
    fsModuleCache: false,
    isolate: false,
    maxWorkers: 1,
    // The runner has its own, by what each test takes.
    testTimeout: 0,
    hookTimeout: 60_000,
  },
});
