/** The tests that hold one room, in one project: Stryker knows no more than one. */
import { defineConfig } from "vitest/config";
import { ROOMS } from "./rooms.ts";

const root = new URL("../..", import.meta.url).pathname;
const room = process.env["ROOM"] ?? "";
const tests = ROOMS.get(room);
if (!tests) throw new Error(`ROOM is one of ${[...ROOMS.keys()].join(", ")}, not "${room}".`);

export default defineConfig({
  root,
  test: {
    include: tests.map((folder) => `test/${folder}/**/*.test.ts`),
    globalSetup: ["telling", "receive"].includes(room) ? ["test/support/postgres.ts"] : [],
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
