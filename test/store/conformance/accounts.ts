/** Conformance of the pacing state of accounts. */
import { describe, expect, test } from "vitest";
import { DEFAULT_LIMITS, newAccount } from "../../../src/pacing/account.ts";
import type { AccountState } from "../../../src/model/account.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import { NOON } from "../records.ts";

const stateOf = (values: Partial<AccountState> = {}): AccountState => ({
  ...newAccount(DEFAULT_LIMITS, NOON),
  calls: [NOON, NOON + 1],
  pause: { until: NOON + 9, reason: "rate_limited" },
  slots: [{ streamKey: "s", importance: 2, since: NOON }],
  ...values,
});

/** Counts one more failure by compare-and-swap. */
async function countUp(store: Store): Promise<void> {
  for (;;) {
    const stored = await store.loadAccount("a");
    const state = stateOf({ failures: (stored?.state.failures ?? 0) + 1 });
    if (await store.saveAccount("a", state, stored?.version ?? 0)) return;
  }
}

export function accountConformance(current: Current): void {
  describe("an account", () => {
    test("is unknown until it is saved, then loads as it was saved", async () => {
      const { store, another } = current();
      expect(await store.loadAccount("a")).toBeUndefined();
      expect(await store.saveAccount("a", stateOf(), 0)).toBe(true);
      const saved = { state: stateOf(), version: 1 };
      expect(await (await another()).loadAccount("a")).toEqual(saved);
      const next = stateOf({ pause: null, limit: 30 });
      expect(await store.saveAccount("a", next, 1)).toBe(true);
      expect(await store.loadAccount("a")).toEqual({ state: next, version: 2 });
      expect(await store.loadAccount("b")).toBeUndefined();
    });

    test("is not saved over a version that is not the stored one", async () => {
      const { store } = current();
      expect(await store.saveAccount("a", stateOf(), 1)).toBe(false);
      expect(await store.loadAccount("a")).toBeUndefined();
      await store.saveAccount("a", stateOf(), 0);
      await store.saveAccount("a", stateOf({ limit: 20 }), 1);
      for (const stale of [0, 1, 3]) {
        expect(await store.saveAccount("a", stateOf({ limit: 10 }), stale)).toBe(false);
      }
      expect(await store.loadAccount("a")).toEqual({ state: stateOf({ limit: 20 }), version: 2 });
    });

    test("loses no change of two processes that save at the same moment", async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      await Promise.all(Array.from({ length: 20 }, (_, at) => countUp(stores[at % 2] ?? store)));
      expect(await store.loadAccount("a")).toMatchObject({ state: { failures: 20 }, version: 20 });
    });
  });

  test("all accounts are listed by name", async () => {
    const { store } = current();
    expect(await store.listAccounts()).toEqual([]);
    await store.saveAccount("b", stateOf({ limit: 20 }), 0);
    await store.saveAccount("a", stateOf(), 0);
    expect(await store.listAccounts()).toEqual([
      { account: "a", state: stateOf() },
      { account: "b", state: stateOf({ limit: 20 }) },
    ]);
  });
}
