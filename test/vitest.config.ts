/** All tests: most in Node, and in workerd those that `test/worker/` has. One run, one summary. */
import { defineConfig } from "vitest/config";
import { IS_NIGHT, SOAK_MINUTES } from "./support/simulation/extent.ts";

const root = new URL("..", import.meta.url).pathname;

/** Rooms whose tests start no program: their files share workers, and what these have loaded. */
const IN_PROCESS = [
  "adapter",
  "adapters",
  "api",
  "compose",
  "destinations",
  "digest",
  "dispatch",
  "http",
  "observability",
  "pacing",
  "receive",
  "stories",
  "telling",
  "tracking",
  "util",
  "verify",
].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  root,
  test: {
    passWithNoTests: false,
    // What hangs shall end some time. It is no measure of speed: some tests start processes and
    // servers, on machines that may be busy.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
    // Vitest leaves a core free for itself: on CI's two that would be one file after another, though
    // many tests only wait for processes, databases and browsers.
    maxWorkers: 2,
    globalSetup: ["test/support/postgres.ts"],
    reporters: ["default", "./test/support/summary-reporter.ts"],
    projects: [
      {
        root,
        test: {
          name: "in process",
          include: IN_PROCESS,
          isolate: false,
        },
      },
      {
        root,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: [
            ...IN_PROCESS,
            "test/worker/**",
            // The soak takes half an hour: `npm run selftest -- --soak` asks for it.
            ...(SOAK_MINUTES > 0 ? [] : ["test/faults/soak.test.ts"]),
            // As is the night, of a minute or two: `npm run selftest -- --night`, or `--full`.
            ...(IS_NIGHT ? [] : ["test/faults/night.test.ts"]),
          ],
        },
      },
      "test/worker/vitest.config.ts",
    ],
  },
});
