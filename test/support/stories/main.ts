/**
 * `npm run stories [-- NAME…] [--seed N] [--update]`: tells stories in every way on SQLite and prints what came of it.
 * `--update` writes what the phone shows of the named stories, never their claims. Exits with 1 where a claim does not hold.
 */
import { parseArgs } from "node:util";
import { createSqliteStore } from "../../../src/runtime/database/node-sqlite.ts";
import { brokenIn, reportOf, tell } from "./report.ts";
import type { Told } from "./report.ts";
import { readStory, storyNames, writePhone } from "./story.ts";
import { WAYS } from "./variants.ts";
import type { Telling } from "./variants.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    update: { type: "boolean", default: false },
  },
});

const names = positionals.length > 0 ? positionals : storyNames();
const told = async (name: string, telling: Telling): Promise<Told> =>
  tell(readStory(name), telling, await createSqliteStore({ file: ":memory:" }));

if (values.update) {
  for (const name of names)
    writePhone(name, (await told(name, { way: "forwards", seed: 0 })).phone);
} else {
  const all: Told[] = [];
  for (const name of names)
    for (const way of WAYS) all.push(await told(name, { way, seed: Number(values.seed) }));
  const broken = all.flatMap(brokenIn);
  console.log([reportOf(all), ...broken].join("\n"));
  process.exitCode = broken.length > 0 ? 1 : 0;
}
