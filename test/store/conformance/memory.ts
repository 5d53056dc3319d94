/**
 * Conformance of what a digest remembers: rows with a version, written with a commit or not at all.
 */
import { describe, expect, test } from "vitest";
import type { MemoryWrites } from "../../../src/store/port.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  cardGroupOf,
  commandsById,
  commitOf,
  dueOf,
  endpointOf,
  foldOf,
  incidentOf,
  LEASE_MS,
  NOON,
  pushOf,
  servingOf,
  standingOf,
  toldOf,
} from "../records.ts";

const remember = (store: Store, memory: MemoryWrites, now = NOON) =>
  store.commitDigest(commitOf({ memory, now }));

const version: unknown = expect.any(Number);

/**
 * Counts one more report of an incident, as a digest does: load, change, commit, again on conflict.
 */
async function report(store: Store, endpointId: string, incidentKey: string): Promise<void> {
  for (;;) {
    const { incidents } = await store.loadMemory({ incidents: [{ endpointId, incidentKey }] });
    const known = incidents[0] ?? incidentOf({ endpointId, incidentKey, count: 0 });
    const written = { ...known, count: known.count + 1 };
    if ((await remember(store, { incidents: [written] })) === "committed") return;
  }
}

export function memoryConformance(current: Current): void {
  describe("memory", () => {
    test("loads what was written, and nothing that was not asked for", async () => {
      const { store, another } = current();
      const memory = {
        incidents: [incidentOf(), incidentOf({ toldAudience: ["ops"], closesAt: null })],
        standings: [standingOf(), standingOf({ toldAudience: null, lastOutcome: null })],
        servings: [servingOf(), servingOf({ commit: null, lineId: "api" })],
        told: [toldOf(), toldOf({ commandId: "cmd_1", runId: null })],
        folds: [foldOf(), foldOf({ told: true })],
        cardGroups: [cardGroupOf(), cardGroupOf({ updatedAt: NOON + 9 })],
        due: [dueOf(), dueOf({ dueAt: NOON + 9 })],
      };
      expect(await remember(store, memory)).toBe("committed");
      const reader = await another();
      const stored = await reader.loadMemory(memory);
      for (const name of [
        "incidents",
        "standings",
        "servings",
        "folds",
        "cardGroups",
        "due",
      ] as const) {
        const written = memory[name].map((row) => ({ ...row, version }));
        expect(stored[name]).toHaveLength(2);
        expect(stored[name]).toEqual(expect.arrayContaining(written));
      }
      expect(stored.told).toEqual(expect.arrayContaining(memory.told));
      const [first] = memory.standings;
      const one = await reader.loadMemory({ standings: first ? [first] : [] });
      expect(one).toMatchObject({ incidents: [], servings: [], told: [], folds: [], due: [] });
      expect(one.cardGroups).toEqual([]);
      expect(one.standings).toMatchObject([{ lineKey: first?.lineKey }]);
    });

    test("a told key is loaded for every audience", async () => {
      const { store } = current();
      const told = toldOf();
      await remember(store, { told: [told, { ...told, audience: "ops" }, toldOf()] });
      const loaded = await store.loadMemory({ told: [told] });
      expect(loaded.told.map((it) => it.audience).toSorted()).toEqual(["", "ops"]);
    });

    test("is changed with the version that was loaded, else all of the commit is a conflict", async () => {
      const { store } = current();
      const standing = standingOf();
      await remember(store, { standings: [standing] });
      const [loaded] = (await store.loadMemory({ standings: [standing] })).standings;
      if (!loaded) throw new Error("unreachable");
      const changed = { ...loaded, failuresInARow: 5 };
      expect(await remember(store, { standings: [changed] })).toBe("committed");
      for (const stale of [changed, standing]) {
        const lost = { standings: [stale], incidents: [incidentOf({ incidentKey: "lost" })] };
        const commands = [pushOf()];
        expect(await store.commitDigest(commitOf({ memory: lost, commands }))).toBe("conflict");
      }
      const { standings, incidents } = await store.loadMemory({
        standings: [standing],
        incidents: [{ endpointId: "ep_shop", incidentKey: "lost" }],
      });
      expect([standings, incidents]).toMatchObject([[{ failuresInARow: 5 }], []]);
      expect((await commandsById(store)).size).toBe(0);
    });

    test("of two who tell the same, one is told that it was told", async () => {
      const { store, another } = current();
      const told = toldOf();
      const tell = (by: Store, id: string) =>
        by.commitDigest(
          commitOf({
            commands: [pushOf({ id })],
            memory: { told: [{ ...told, commandId: id }] },
          }),
        );
      const outcomes = await Promise.all([
        tell(store, "cmd_one"),
        tell(await another(), "cmd_two"),
      ]);
      expect(outcomes.toSorted()).toEqual(["committed", "conflict"]);
      const [winner] = (await store.loadMemory({ told: [told] })).told;
      expect([...(await commandsById(store)).keys()]).toEqual([winner?.commandId]);
      const forOthers = { told: [{ ...told, audience: "ops" }] };
      expect(await remember(store, forOthers)).toBe("committed");
    });

    test("loses no change of two processes at the same moment", async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      const reports = Array.from({ length: 12 }, (_, at) =>
        report(stores[at % 2] ?? store, "ep_shop", "cpu"),
      );
      await Promise.all(reports);
      const { incidents } = await store.loadMemory({
        incidents: [{ endpointId: "ep_shop", incidentKey: "cpu" }],
      });
      expect(incidents).toMatchObject([{ count: 12 }]);
    });

    test("knows a line's open incidents, the oldest first", async () => {
      const { store } = current();
      const [old, young] = [incidentOf({ since: NOON - 5 }), incidentOf({ state: "acknowledged" })];
      const others = [
        incidentOf({ state: "resolved" }),
        incidentOf({ lineKey: null }),
        incidentOf({ endpointId: "ep_other" }),
      ];
      await remember(store, { incidents: [young, old, ...others] });
      const open = await store.openIncidents("ep_shop", "web-shop/api");
      expect(open.map((it) => it.incidentKey)).toEqual([old.incidentKey, young.incidentKey]);
    });
  });

  describe("what waits", () => {
    const claim = (store: Store, now = NOON, limit = 10) =>
      store.claimDue({ now, limit, leaseMs: LEASE_MS });

    test("is claimed when it is due, once, and comes again when its lease ends", async () => {
      const { store, another } = current();
      const [soon, later] = [dueOf(), dueOf({ dueAt: NOON + 1 })];
      await remember(store, { due: [soon, later] });
      expect(await store.nextDue()).toBe(NOON);
      const claims = await Promise.all([claim(store), claim(await another())]);
      expect(claims.flat()).toMatchObject([{ key: soon.key, attempts: 1, payload: soon.payload }]);
      expect(await store.nextDue()).toBe(NOON + 1);
      expect(await claim(store, NOON + LEASE_MS, 1)).toMatchObject([{ key: later.key }]);
      expect(await claim(store, NOON + LEASE_MS)).toMatchObject([{ key: soon.key, attempts: 2 }]);
    });

    test("goes with the commit that does it, of whoever holds it", async () => {
      const { store } = current();
      await remember(store, { due: [dueOf()] });
      const [lost] = await claim(store);
      const [held] = await claim(store, NOON + LEASE_MS);
      if (!lost || !held) throw new Error("unreachable");
      expect(await remember(store, { due: [{ ...lost, dueAt: null }] })).toBe("conflict");
      expect(await remember(store, { due: [{ ...held, dueAt: null }] })).toBe("committed");
      expect(await store.nextDue()).toBeUndefined();
      expect(await claim(store, NOON + 9 * LEASE_MS)).toEqual([]);
    });

    test("that went and was made anew is not taken for what it was", async () => {
      const { store } = current();
      const due = dueOf();
      await remember(store, { due: [due] });
      const [old] = (await store.loadMemory({ due: [due] })).due;
      if (!old) throw new Error("unreachable");
      await remember(store, { due: [{ ...old, dueAt: null }] });
      await remember(store, { due: [due] }, NOON + 1);
      expect(await remember(store, { due: [{ ...old, dueAt: null }] })).toBe("conflict");
      expect(await store.nextDue()).toBe(NOON);
    });
  });

  test("with its endpoint goes what is remembered of it, but not what was told", async () => {
    const { store } = current();
    const endpoint = endpointOf();
    await store.insertEndpoint(endpoint, undefined);
    const of = { endpointId: endpoint.id };
    const memory = {
      incidents: [incidentOf(of)],
      standings: [standingOf(of)],
      servings: [servingOf(of)],
      folds: [foldOf(of)],
      due: [dueOf(of)],
      told: [toldOf(of)],
    };
    const kept = { incidents: [incidentOf()], due: [dueOf()] };
    await remember(store, memory);
    await remember(store, kept);
    await store.deleteEndpoint(endpoint.id, NOON);
    const left = { incidents: [], standings: [], servings: [], folds: [], cardGroups: [], due: [] };
    expect(await store.loadMemory(memory)).toEqual({ ...left, told: memory.told });
    expect(await store.loadMemory(kept)).toMatchObject({ incidents: [{}], due: [{}] });
  });

  test("trimming deletes what was told, folded, resolved or standing long ago, not what is open or serves", async () => {
    const { store } = current();
    const OLD = NOON - 1;
    const gone = {
      incidents: [incidentOf({ state: "resolved", lastSeenAt: OLD })],
      standings: [standingOf({ updatedAt: OLD })],
      told: [toldOf({ at: OLD })],
      folds: [foldOf({ windowStart: OLD, told: true })],
      cardGroups: [cardGroupOf({ updatedAt: OLD })],
    };
    const kept = {
      incidents: [incidentOf({ lastSeenAt: OLD }), incidentOf({ state: "resolved" })],
      standings: [standingOf()],
      servings: [servingOf({ since: OLD })],
      told: [toldOf()],
      folds: [foldOf(), foldOf({ windowStart: OLD })],
      cardGroups: [cardGroupOf()],
      due: [dueOf({ dueAt: OLD })],
    };
    await remember(store, gone);
    await remember(store, kept);
    expect(await store.trim({ before: NOON, limit: 10 })).toBe(5);
    expect(await store.trim({ before: NOON, limit: 10 })).toBe(0);
    const left = await store.loadMemory(kept);
    for (const name of [
      "incidents",
      "standings",
      "servings",
      "told",
      "folds",
      "cardGroups",
      "due",
    ] as const)
      expect(left[name]).toHaveLength(kept[name].length);
  });
}
