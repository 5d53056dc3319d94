/**
 * Every story through the front door: what the phone shows and rings is what its file says, and its claims hold in whatever
 * order its webhooks come, twice, with the gateway killed and with the database away.
 */
import { describe, expect, test } from "vitest";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { Store } from "../../src/store/port.ts";
import { brokenIn, tell } from "../support/stories/report.ts";
import { readStory, storyNames } from "../support/stories/story.ts";
import type { Telling } from "../support/stories/variants.ts";
import { describeOnStores } from "../support/stores.ts";

/** Those with few webhooks and a short time are cheap enough for every store. */
const ON_EVERY_STORE = ["crash-before-it-was-live", "rollback-at-night", "two-people-one-account"];

const OTHER_WAYS: readonly Telling[] = [
  { way: "shuffled", seed: 1 },
  { way: "doubled", seed: 2 },
  { way: "killed", seed: 3 },
  { way: "away", seed: 4 },
];

/** Their hundreds of webhooks take seconds each way. */
const STORMS = ["storm-of-forks", "thirty-dependency-branches"];

/**
 * The days go all these ways, each recorded lifecycle and each storm one of them; `npm run stories` goes all of them with
 * all.
 */
function waysOf(name: string): readonly Telling[] {
  const isRecorded = readStory(name).webhooks.some((line) => line.includes(" lifecycle "));
  const turn = storyNames().indexOf(name) % OTHER_WAYS.length;
  return isRecorded || STORMS.includes(name) ? OTHER_WAYS.slice(turn, turn + 1) : OTHER_WAYS;
}

const embedded = () => createSqliteStore({ file: ":memory:" });

/** What it was told like, and what does not hold of it. */
async function toldForwards(name: string, store: Store) {
  const told = await tell(readStory(name), { way: "forwards", seed: 0 }, store);
  const { alike, flashes, backwards, unsteady } = told.figures;
  const screen = { isTwice: alike > 1, flashes, backwards, unsteady };
  return { phone: told.phone, broken: brokenIn(told), screen };
}

/** Whatever a story claims: no track has two cards, none flashes, no bar goes back or changes its segments. */
const asWritten = (name: string) => ({
  phone: readStory(name).phone,
  broken: [],
  screen: { isTwice: false, flashes: 0, backwards: 0, unsteady: 0 },
});

describe.each(storyNames())("%s", (name) => {
  test("is told as it is written (else: npm run stories -- NAME --update, and read the diff)", async () => {
    expect(readStory(name).claims.length).toBeGreaterThanOrEqual(3);
    const told = await toldForwards(name, await embedded());
    expect(told).toEqual(asWritten(name));
  });

  test.each(waysOf(name))("holds when $way, seed $seed", async (telling) => {
    expect(brokenIn(await tell(readStory(name), telling, await embedded()))).toEqual([]);
  });
});

describeOnStores((openStore) => {
  test.each(ON_EVERY_STORE)("%s is told alike", async (name) => {
    const told = await toldForwards(name, await openStore());
    expect(told).toEqual(asWritten(name));
  });
});
