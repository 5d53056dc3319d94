/**
 * `npm run mutation -- [room …]`: changes the code of each room a little, one change at a time, and
 * says which changes no test notices. It installs its own tools at the first run. Takes minutes a
 * room. Exits with 1 where fewer than nine in ten changes are noticed.
 */
import { spawnSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { ROOMS } from "./rooms.ts";

const here = import.meta.dirname;
const MIN_SCORE = 90;

function run(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): number {
  const options = {
    cwd: `${here}/../..`,
    stdio: "inherit",
    env: { ...process.env, ...env },
  } as const;
  return spawnSync(command, args, options).status ?? 1;
}

const asked = process.argv.slice(2);
const unknown = asked.filter((room) => !ROOMS.has(room));
if (unknown.length > 0) {
  console.error(`No such room: ${unknown.join(", ")}. There are ${[...ROOMS.keys()].join(", ")}.`);
  process.exit(2);
}
if (!existsSync(`${here}/node_modules`) && run("npm", ["--prefix", here, "ci"]) !== 0)
  process.exit(1);

const stryker = `${here}/node_modules/@stryker-mutator/core/bin/stryker.js`;
const config = {
  testRunner: "vitest",
  plugins: [`${here}/node_modules/@stryker-mutator/vitest-runner/dist/src/index.js`],
  vitest: { configFile: "test/mutation/vitest.config.ts", related: false },
  // Stryker would rewrite the project's own tsconfig.json.
  tsconfigFile: "none.json",
  ignorePatterns: ["bench/results", "data", "dist"],
  reporters: ["clear-text", "progress-append-only"],
  clearTextReporter: { reportTests: false, logTests: false },
  tempDirName: "node_modules/.stryker",
  // A constant is made once for all tests: each of its changes would run all of them.
  ignoreStatic: true,
  thresholds: { high: 95, low: MIN_SCORE, break: MIN_SCORE },
};
let worst = 0;
for (const room of asked.length > 0 ? asked : ROOMS.keys()) {
  const file = `${here}/node_modules/stryker.${room}.json`;
  const mutate = [`src/${room}/**/*.ts`];
  writeFileSync(file, JSON.stringify({ ...config, mutate }));
  worst = Math.max(worst, run(process.execPath, [stryker, "run", file], { ROOM: room }));
}
process.exitCode = worst;
