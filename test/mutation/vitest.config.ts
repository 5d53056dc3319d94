/** The tests that hold one room, on its code with all changes in it. */
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";
import { instrumentRoom } from "./instrument.ts";
import { MutationReporter } from "./reporter.ts";
import { ROOMS } from "./rooms.ts";

const root = new URL("../..", import.meta.url).pathname;
const room = ROOMS.get(process.env["ROOM"] ?? "");
if (!room) throw new Error(`ROOM is one of ${[...ROOMS.keys()].join(", ")}.`);
const { tests } = room;
const { sources, mutants } = await instrumentRoom(root, room);

/** File by file, in the order in which the room has them: the first to notice a change is the only one. */
class InOrder extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) =>
      tests.findIndex((place) => moduleId.startsWith(`${root}test/${place}`));
    return Promise.resolve(files.toSorted((a, b) => rank(a) - rank(b)));
  }
}

export default defineConfig({
  root,
  plugins: [
    {
      name: "mutants",
      enforce: "pre",
      transform: (_code, id) => sources.get(id),
    },
  ],
  test: {
    include: tests.map((place) =>
      place.endsWith(".ts") ? `test/${place}` : `test/${place}/**/*.test.ts`,
    ),
    globalSetup: ["test/support/postgres.ts"],
    runner: "test/mutation/runner.ts",
    reporters: [new MutationReporter(root, mutants)],
    sequence: { sequencer: InOrder },
    // It knows a file by its own text, not by what another room made of it.
    fsModuleCache: false,
    isolate: false,
    maxWorkers: 1,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
