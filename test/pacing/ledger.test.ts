/** The ledger of accounts on a real database, with another process that gets ahead. */
import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FEATURES } from "../../src/model/command.ts";
import type { AccountState } from "../../src/model/account.ts";
import { accountOfKey, createLedger, holdsPlaces, pacingKey } from "../../src/pacing/ledger.ts";
import type { FeatureLimits, Reservation } from "../../src/pacing/ledger.ts";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import type { AccountStore, Durability, Store } from "../../src/store/port.ts";

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
  readonly saves: { readonly durability: Durability | undefined; readonly isTaken: boolean }[];
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
    async saveAccount(key, state, version, durability) {
      await setImmediate();
      const isTaken = await store.saveAccount(key, state, version, durability);
      watched.saves.push({ durability, isTaken });
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
    const reservation = await process().reserve(account, feature, { urgent, other });
    expect(reservation).toEqual({ ...NOTHING, ...expected });
    const taken = reservation.urgent + reservation.other;
    expect(store.saves).toEqual(taken > 0 ? [{ durability: "unsynced", isTaken: true }] : []);
    const { calls } = await process().update(account, same);
    expect(calls).toHaveLength((state.calls?.length ?? 0) + taken);
  });

  test("is counted by feature", async () => {
    const all = { urgent: 99, other: 0 };
    const taken = FEATURES.map(async (it) => (await process().reserve(account, it, all)).urgent);
    expect(await Promise.all(taken)).toEqual(FEATURES.map((it) => limits[it].callsPerMinute));
  });
});

test("a change is synced, is of Live Activities unless a feature is named, and is answered", async () => {
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
  expect(store.saves.map(({ durability }) => durability)).toEqual(Array(4).fill("synced"));
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
