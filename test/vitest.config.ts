/** All tests: most in Node, and in workerd those that `test/worker/` has. One run, one summary. */
import { defineConfig } from "vitest/config";

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
          exclude: ["test/worker/**"],
          globalSetup: ["test/support/postgres.ts"],
        },
      },
      "test/worker/vitest.config.ts",
    ],
  },
});
