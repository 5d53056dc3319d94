/** The ledger of accounts on a real database, with another process that gets ahead. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FEATURES } from "../../src/model/command.ts";
import type { AccountState } from "../../src/model/account.ts";
import { accountOfKey, createLedger, holdsPlaces, pacingKey } from "../../src/pacing/ledger.ts";
import type { Calls, FeatureLimits, Ledger, Reservation } from "../../src/pacing/ledger.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { AccountStore, Store } from "../../src/store/port.ts";

const NOW = Date.parse("2026-11-02T12:00:00.000Z");
const FRESH_MS = 1_000;
const LIMITS = { callsPerMinute: 12, reserve: 3, activities: 4 };
const WIDER = { ...LIMITS, callsPerMinute: 60 };
const limits: FeatureLimits = {
  "live-activities": LIMITS,
  notifications: WIDER,
  badges: WIDER,
  metrics: WIDER,
};
const account = "acct";
const feature = "live-activities";
const missed = (state: AccountState): AccountState => ({ ...state, failures: state.failures + 1 });
const same = (state: AccountState): AccountState => state;

/** What a ledger asks of the store, each step a little later. */
interface Watched extends AccountStore {
  loads: number;
  readonly saves: { readonly isTaken: boolean }[];
}

function watch(store: AccountStore): Watched {
  const watched: Watched = {
    loads: 0,
    saves: [],
    async loadAccount(key) {
      watched.loads += 1;
      await setImmediate();
      return store.loadAccount(key);
    },
    async saveAccount(key, state, version) {
      await setImmediate();
      const isTaken = await store.saveAccount(key, state, version);
      watched.saves.push({ isTaken });
      return isTaken;
    },
    listAccounts: () => store.listAccounts(),
  };
  return watched;
}

let now = NOW;
const clock = { now: () => now };
let database: Store;
let store: Watched;
const process = (of: AccountStore = store) => createLedger(of, limits, clock);
const refusals = () => store.saves.filter(({ isTaken }) => !isTaken).length;

beforeEach(async () => {
  now = NOW;
  database = await createSqliteStore({ file: ":memory:" });
  store = watch(database);
});
afterEach(() => database.close());

test.each(FEATURES)(
  "the row of %s is the account's, and only Live Activities hold places",
  (it) => {
    const key = pacingKey(account, it);
    expect(key).toBe(it === "live-activities" ? account : `${account}#${it}`);
    expect(accountOfKey(key)).toBe(account);
    expect(holdsPlaces(key)).toBe(it === "live-activities");
  },
);

const NOTHING: Reservation = {
  feature,
  urgent: 0,
  other: 0,
  at: NOW,
  circuit: "closed",
  isProbe: false,
  isUnpaid: false,
  isRolledUp: false,
};
const away = {
  failures: 5,
  pause: { until: NOW + 1, reason: "unavailable" },
} satisfies Partial<AccountState>;

describe("a reservation", () => {
  test.each<[string, Partial<AccountState>, readonly [number, number], Partial<Reservation>]>([
    ["takes what is wanted", {}, [2, 3], { urgent: 2, other: 3 }],
    ["takes as many of both", {}, [2, 2], { urgent: 2, other: 2 }],
    ["takes nothing where nothing is wanted", {}, [0, 0], {}],
    ["takes urgent calls before others", {}, [10, 9], { urgent: 10, other: 2 }],
    ["leaves the reserve to urgent ones", {}, [1, 12], { urgent: 1, other: 9 }],
    ["takes no more than there is", { calls: Array(11).fill(NOW) }, [5, 5], { urgent: 1 }],
    ["takes nothing in a pause", away, [1, 1], { circuit: "open" }],
    ["knows that the last call was missed", { failures: 1 }, [0, 0], { circuit: "suspect" }],
    [
      "takes one call to probe with",
      { ...away, pause: null },
      [2, 2],
      { urgent: 1, circuit: "open", isProbe: true },
    ],
    [
      "takes one call of any kind to probe with",
      { ...away, pause: null },
      [0, 2],
      { other: 1, circuit: "open", isProbe: true },
    ],
    [
      "is no probe while one is under way",
      { ...away, pause: { until: NOW + 9, reason: "probing" } },
      [1, 1],
      { circuit: "open" },
    ],
    [
      "says that payment is asked for",
      { unpaid: { until: NOW + 1, message: "trial_expired" } },
      [0, 1],
      { other: 1, isUnpaid: true },
    ],
    [
      "says that there is a roll-up",
      { rollUp: { streamKey: "r", endpointId: "ep", wanted: "3", wantedAt: NOW } },
      [0, 1],
      { other: 1, isRolledUp: true },
    ],
  ])("%s", async (_, state, [urgent, other], expected) => {
    await process().update(account, (fresh) => ({ ...fresh, ...state }));
    store.saves.length = 0;
    const ledger = process();
    const reservation = await ledger.reserve(account, feature, { urgent, other });
    expect(reservation).toEqual({ ...NOTHING, ...expected });
    expect(store.saves).toEqual([]);
    expect(await ledger.begin(account, reservation)).toBe(true);
    const taken = reservation.urgent + reservation.other;
    expect(store.saves).toEqual(taken > 0 ? [{ isTaken: true }] : []);
    const { calls } = await process().update(account, same);
    expect(calls).toHaveLength((state.calls?.length ?? 0) + taken);
  });

  test("is counted by feature", async () => {
    const all = { urgent: 99, other: 0 };
    const taken = FEATURES.map(async (it) => (await process().reserve(account, it, all)).urgent);
    expect(await Promise.all(taken)).toEqual(FEATURES.map((it) => limits[it].callsPerMinute));
  });
});

const ANY = { urgent: 0, other: 2 };
const callsStored = async () => (await database.loadAccount(account))?.state.calls.length ?? 0;
const callsSeen = async (ledger: Ledger) => (await ledger.update(account, same)).calls.length;

describe("what is taken", () => {
  test("counts in its own process at once, and in others when its first call begins", async () => {
    const ledger = process();
    await ledger.update(account, missed);
    const first = await ledger.reserve(account, feature, ANY);
    const second = await ledger.reserve(account, feature, { urgent: 12, other: 0 });
    expect([first.other, second.urgent]).toEqual([2, 10]);
    expect([await callsSeen(ledger), await callsStored()]).toEqual([12, 0]);
    expect(await ledger.begin(account, first)).toBe(true);
    expect([await callsSeen(ledger), await callsStored()]).toEqual([12, 12]);
    expect(await ledger.begin(account, second)).toBe(true);
    expect(await ledger.begin(account, first)).toBe(true);
    expect(store.saves).toHaveLength(2);
  });

  test("goes with any other change of the account", async () => {
    const ledger = process();
    const taken = await ledger.reserve(account, feature, ANY);
    await ledger.update(account, missed);
    expect(await callsStored()).toBe(2);
    expect(await ledger.begin(account, taken)).toBe(true);
    expect(store.saves).toHaveLength(1);
  });

  test("goes with a place, and waits where the place begins no call", async () => {
    const ledger = process();
    const taken = await ledger.reserve(account, feature, ANY);
    const places = (beginsCall: boolean) =>
      ledger.place(account, taken, (state) => ({ state, beginsCall }));
    expect(await places(false)).toBe(true);
    expect(store.saves).toEqual([]);
    expect(await places(true)).toBe(true);
    expect(await places(true)).toBe(true);
    expect([store.saves.length, await callsStored()]).toEqual([1, 2]);
    await ledger.place(account, taken, (state) => ({ state: missed(state), beginsCall: false }));
    expect((await database.loadAccount(account))?.state.failures).toBe(1);
  });

  test("is found by what was seen last, without a look at the store", async () => {
    const ledger = process();
    await ledger.update(account, missed);
    store.loads = 0;
    now += 60_000;
    await ledger.begin(account, await ledger.reserve(account, feature, ANY));
    expect([store.loads, refusals()]).toEqual([0, 0]);
  });

  test("and given back before it is written leaves no trace", async () => {
    const ledger = process();
    await ledger.update(account, missed);
    const taken = await ledger.reserve(account, feature, { urgent: 2, other: 3 });
    await ledger.giveBack(account, taken, { urgent: 2, other: 1 });
    expect(await callsSeen(ledger)).toBe(2);
    await ledger.giveBack(account, taken, { urgent: 0, other: 1 });
    expect(store.saves).toHaveLength(1);
    await ledger.begin(account, taken);
    expect(await callsStored()).toBe(1);
    await ledger.giveBack(account, taken, { urgent: 0, other: 1 });
    expect(await callsStored()).toBe(0);
  });

  test("and given back whole is begun by nobody's write", async () => {
    const ledger = process();
    const other = await ledger.reserve(account, feature, ANY);
    const taken = await ledger.reserve(account, feature, ANY);
    await ledger.giveBack(account, taken, taken);
    expect(await callsSeen(ledger)).toBe(2);
    await ledger.begin(account, taken);
    expect(store.saves).toEqual([]);
    await ledger.begin(account, other);
    expect(await callsStored()).toBe(2);
  });

  test("and given back when it is written leaves what was taken since", async () => {
    const ledger = process();
    const taken = await ledger.reserve(account, feature, ANY);
    await ledger.begin(account, taken);
    now += 1;
    await ledger.reserve(account, feature, { urgent: 3, other: 0 });
    await ledger.giveBack(account, taken, { urgent: 0, other: 1 });
    expect(await callsStored()).toBe(4);
  });

  test("is as if it had never been where its process dies", async () => {
    await process().reserve(account, feature, ANY);
    expect(await callsSeen(process())).toBe(0);
  });

  test("is in order of time, though another has taken later and written first", async () => {
    const ledger = process();
    const taken = await ledger.reserve(account, feature, ANY);
    now += 5;
    const other = process();
    await other.begin(account, await other.reserve(account, feature, ANY));
    await ledger.begin(account, taken);
    const { calls } = await process().update(account, same);
    expect(calls).toEqual([NOW, NOW, NOW + 5, NOW + 5]);
  });

  test.each([
    [60_999, true],
    [61_000, false],
  ])("counts no more after %i ms: %s", async (ms, isGiven) => {
    const ledger = process();
    const taken = await ledger.reserve(account, feature, ANY);
    now += ms;
    expect(await ledger.begin(account, taken)).toBe(isGiven);
  });
});

describe("where another process has changed the account meanwhile", () => {
  const ALL_FREE = { calls: [], pause: null, failures: 0, halfOpen: false, unpaid: undefined };
  const full = (calls: number) => ({ calls: Array<number>(calls).fill(NOW) });
  test.each<[string, Calls, Partial<AccountState>, boolean]>([
    ["what is still there is taken", { urgent: 1, other: 2 }, full(6), true],
    ["calls that are kept for failures are no others", { urgent: 0, other: 2 }, full(8), false],
    ["urgent ones go on out of those", { urgent: 2, other: 0 }, full(10), true],
    ["nothing is overdrawn", { urgent: 2, other: 0 }, full(11), false],
    ["urgent ones come first", { urgent: 1, other: 1 }, full(11), false],
    ["a pause holds", { urgent: 1, other: 0 }, { pause: away.pause }, false],
    ["calls that were missed make it doubtful", { urgent: 1, other: 0 }, { failures: 1 }, false],
    ["of an API that is away one probe is left", { urgent: 1, other: 0 }, { failures: 5 }, false],
    ["after a refusal one call looks first", { urgent: 1, other: 0 }, { halfOpen: true }, false],
    [
      "payment that is asked for is known",
      { urgent: 1, other: 0 },
      { unpaid: { until: NOW + 1, message: "trial_expired" } },
      false,
    ],
  ])("%s", async (_, calls, change, isGiven) => {
    const ledger = process();
    await ledger.update(account, missed);
    await ledger.update(account, (state) => ({ ...state, failures: 0 }));
    const taken = await ledger.reserve(account, feature, calls);
    await process().update(account, (state) => ({ ...state, ...change }));
    const before = await callsStored();
    let places = 0;
    const isPlaced = await ledger.place(account, taken, (state) => {
      places += 1;
      return { state: { ...state, slotLimit: 1 }, beginsCall: true };
    });
    expect(isPlaced).toBe(isGiven);
    expect(await callsStored()).toBe(before + (isGiven ? calls.urgent + calls.other : 0));
    expect((await database.loadAccount(account))?.state.slotLimit).toBe(isGiven ? 1 : 4);
    expect(places).toBe(isGiven ? 2 : 1);
    expect(await ledger.begin(account, taken)).toBe(isGiven);
    if (!isGiven) {
      await ledger.giveBack(account, taken, calls);
      expect(await callsStored()).toBe(before);
      // What is not given once is not taken later either.
      await process().update(account, (state) => ({ ...state, ...ALL_FREE }));
      expect(await callsSeen(ledger)).toBe(0);
      return;
    }
    expect(await callsStored()).toBe(before + calls.urgent + calls.other);
  });

  test("two that take the last calls at once get them once", async () => {
    await process().update(account, (state) => ({ ...state, ...full(7) }));
    const both = [process(), process()];
    const taken = await Promise.all(both.map((it) => it.reserve(account, feature, ANY)));
    expect(taken.map(({ other }) => other)).toEqual([2, 2]);
    const begun = await Promise.all(
      taken.map((it, at) => both[at]?.begin(account, it) ?? Promise.resolve(false)),
    );
    expect(begun.filter((isGiven) => isGiven)).toHaveLength(1);
    expect(await callsStored()).toBe(9);
  });
});

test("a change is of Live Activities unless a feature is named, and is answered", async () => {
  const ledger = process();
  expect((await ledger.update(account, missed)).failures).toBe(1);
  expect((await ledger.update(account, missed, "notifications")).failures).toBe(1);
  expect((await ledger.update(account, missed)).failures).toBe(2);
  await ledger.learn(account, "notifications", (state, { callsPerMinute }) => ({
    ...state,
    failures: callsPerMinute,
  }));
  const rows = (await store.listAccounts()).map(({ account, state }) => [account, state.failures]);
  expect(Object.fromEntries(rows)).toEqual({ acct: 2, "acct#notifications": 60 });
  expect(store.saves).toHaveLength(4);
});

describe("what was seen last", () => {
  test("spares a read", async () => {
    const ledger = process();
    for (let time = 0; time < 3; time++) await ledger.update(account, missed);
    expect(store.loads).toBe(1);
    expect(refusals()).toBe(0);
  });

  test("is read again where another process got ahead, and nothing is lost", async () => {
    const [one, other] = [process(), process()];
    await one.update(account, missed);
    await other.update(account, missed);
    expect((await one.update(account, missed)).failures).toBe(3);
    expect(refusals()).toBe(1);
    expect(store.loads).toBe(3);
  });

  test("is not believed where nothing changes by it", async () => {
    const [one, other] = [process(), process()];
    await one.update(account, missed);
    await other.update(account, missed);
    expect((await one.update(account, same)).failures).toBe(2);
    const reserved = await one.reserve(account, feature, { urgent: 0, other: 0 });
    expect(reserved.circuit).toBe("suspect");
    expect(store.loads).toBe(4);
  });

  test.each([
    [0, 0],
    [FRESH_MS - 1, 0],
    [FRESH_MS, 1],
  ])("is enough after %i ms to learn nothing: %i reads", async (ms, reads) => {
    const ledger = process();
    await ledger.update(account, missed);
    store.loads = 0;
    now += ms;
    await ledger.learn(account, feature, same);
    expect(store.loads).toBe(reads);
    // What was believed grows no younger by that; what was read is as fresh as can be.
    now += FRESH_MS - 1;
    await ledger.learn(account, feature, same);
    expect(store.loads).toBe(ms === 0 ? 0 : 1);
    expect(store.saves).toHaveLength(1);
  });

  test("of an account without a row is nothing", async () => {
    const ledger = process();
    await ledger.learn(account, feature, same);
    await ledger.learn(account, feature, same);
    expect(store.loads).toBe(2);
    expect(store.saves).toEqual([]);
  });

  test("is kept of a thousand accounts", async () => {
    const ledger = process();
    const touch = (index: number) => ledger.update(`acct${index}`, missed);
    for (let index = 0; index < 1_000; index++) await touch(index);
    await touch(0);
    expect(store.loads).toBe(1_000);
    await touch(1_000);
    await touch(0);
    await touch(1_000);
    expect(store.loads).toBe(1_002);
  });
});

describe("within a process", () => {
  test("changes of one account wait for each other, whenever they come", async () => {
    const ledger = process();
    const first = ledger.update(account, missed);
    const second = ledger.update(account, missed);
    await first;
    const third = ledger.update(account, missed);
    await Promise.all([second, third]);
    expect((await ledger.update(account, same)).failures).toBe(3);
    expect(refusals()).toBe(0);
    expect(store.saves).toHaveLength(3);
  });

  test("one that fails holds up none", async () => {
    let isAway = true;
    const ledger = process({
      ...store,
      loadAccount: async (key) => {
        if (!isAway) return store.loadAccount(key);
        isAway = false;
        throw new Error("the store is away");
      },
    });
    const [failed, next] = await Promise.allSettled([
      ledger.update(account, missed),
      ledger.update(account, missed),
    ]);
    expect(failed).toMatchObject({ status: "rejected", reason: { message: "the store is away" } });
    expect(next).toMatchObject({ status: "fulfilled", value: { failures: 1 } });
  });
});

test("a hundred conflicts in a row are a bug, and end", async () => {
  let tries = 0;
  const torn = process({
    ...store,
    saveAccount: async () => {
      tries += 1;
      return false;
    },
  });
  await expect(torn.update(account, missed)).rejects.toThrow("gave up after 100 conflicting");
  expect(tries).toBe(100);
});
