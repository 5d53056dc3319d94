/** All tests: most in Node, and in workerd those that `test/worker/` has. One run, one summary. */
import { defineConfig } from "vitest/config";
import { SOAK_MINUTES } from "./support/simulation/extent.ts";

const root = new URL("..", import.meta.url).pathname;

export default defineConfig({
  root,
  test: {
    passWithNoTests: false,
    // Some tests start processes and servers, on machines that may be busy.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    reporters: ["default", "./test/support/summary-reporter.ts"],
    projects: [
      {
        root,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          // The soak takes half an hour: `npm run selftest -- --soak` asks for it.
          exclude: ["test/worker/**", ...(SOAK_MINUTES > 0 ? [] : ["test/faults/soak.test.ts"])],
          globalSetup: ["test/support/postgres.ts"],
        },
      },
      "test/worker/vitest.config.ts",
    ],
  },
});
