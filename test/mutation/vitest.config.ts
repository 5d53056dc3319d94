/** The tests that hold one room, on its code with all changes in it. */
import { defineConfig } from "vitest/config";
import { instrumentRoom } from "./instrument.ts";
import { MutationReporter } from "./reporter.ts";
import { ROOMS } from "./rooms.ts";

const root = new URL("../..", import.meta.url).pathname;
const room = ROOMS.get(process.env["ROOM"] ?? "");
if (!room) throw new Error(`ROOM is one of ${[...ROOMS.keys()].join(", ")}.`);
const { sources, mutants } = await instrumentRoom(root, room);

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
    include: room.tests.map((place) =>
      place.endsWith(".ts") ? `test/${place}` : `test/${place}/**/*.test.ts`,
    ),
    globalSetup: ["test/support/postgres.ts"],
    runner: "test/mutation/runner.ts",
    reporters: [new MutationReporter(root, mutants)],
    isolate: false,
    maxWorkers: 1,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
