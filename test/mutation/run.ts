/**
 * `npm run mutation -- [room …]`: changes the code of each room a little, one change at a time, and
 * says which changes no test notices. It installs its own tools at the first run. Exits with 1
 * where fewer than nine in ten changes of a room are noticed.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { ROOMS } from "./rooms.ts";

const here = import.meta.dirname;

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

const vitest = [
  "node_modules/vitest/vitest.mjs",
  "run",
  "--config",
  "test/mutation/vitest.config.ts",
];
let worst = 0;
for (const room of asked.length > 0 ? asked : ROOMS.keys())
  worst = Math.max(worst, run(process.execPath, vitest, { ROOM: room }));
process.exitCode = worst;
