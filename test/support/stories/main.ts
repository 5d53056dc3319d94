/**
 * `npm run stories [-- NAME…] [--seed N] [--each] [--json] [--update]`: tells stories in every way on SQLite and prints what
 * came of it: the sums of each way and the calls a run, with `--each` a line for each telling, with `--json` the sums of each way,
 * story and provider.
 * `--update` writes what the phone shows of the named stories, never their claims. Exits with 1 where a claim does not hold.
 */
import { parseArgs } from "node:util";
import { createSqliteStore } from "../../../src/runtime/database/node-sqlite.ts";
import { brokenIn, callsByProvider, listOf, reportOf, tell, totalsBy } from "./report.ts";
import type { Told } from "./report.ts";
import { readStory, storyNames, writePhone } from "./story.ts";
import { WAYS } from "./variants.ts";
import type { Telling } from "./variants.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    each: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
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
  console.log(values.json ? JSON.stringify(asJson(all, broken), null, 2) : asText(all, broken));
  process.exitCode = broken.length > 0 ? 1 : 0;
}

function asText(all: readonly Told[], broken: readonly string[]): string {
  const contradictions = all.flatMap(({ story, telling, figures }) =>
    figures.contradictions.map((it) => `${story.name}, ${telling.way}: ${it}`),
  );
  const each = values.each ? [listOf(all), ""] : [];
  return [...each, `Seed ${values.seed}`, reportOf(all), ...contradictions, ...broken].join("\n");
}

/** Without what differs from one time to the next though nothing has changed. */
function asJson(all: readonly Told[], broken: readonly string[]): object {
  const ways = totalsBy(all, ({ telling }) => telling.way);
  const stories = totalsBy(all, ({ story }) => story.name);
  return { ways, stories, calls: callsByProvider(all), broken };
}
