/** Conformance of what is kept of refused requests: the newest, and how many there were. */
import { describe, expect, test } from "vitest";
import { REFUSED_ATTEMPTS_KEPT } from "../../../src/model/refused-attempt.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import { endpointOf, NOON, refusedOf } from "../records.ts";

async function withEndpoint(store: Store): Promise<string> {
  const endpoint = endpointOf();
  await store.insertEndpoint(endpoint, undefined);
  return endpoint.id;
}

const attempts = (from: number, count: number) =>
  Array.from({ length: count }, (_, at) => refusedOf({ at: NOON + from + at, event: `e-${at}` }));

export function refusedAttemptConformance(current: Current): void {
  describe("refused attempts", () => {
    test("are listed as they were added, newest first, with how many there were", async () => {
      const { store } = current();
      const id = await withEndpoint(store);
      expect(await store.listRefusedAttempts(id)).toEqual([]);
      expect(await store.refusedTotals()).toEqual([]);
      const [first, second, third] = [
        refusedOf({ at: NOON }),
        refusedOf({ at: NOON + 1, sender: null, event: "push", status: 413 }),
        refusedOf({ at: NOON + 2, reason: "too old" }),
      ];
      await store.addRefusedAttempts(id, 1, [first]);
      await store.addRefusedAttempts(id, 40, [second, third]);
      expect(await store.listRefusedAttempts(id)).toEqual([third, second, first]);
      expect(await store.refusedTotals()).toEqual([
        { endpointId: id, total: 41, lastAt: NOON + 2, lastReason: "too old" },
      ]);
    });

    test("are bounded: the newest stay, of each endpoint its own", async () => {
      const { store } = current();
      const [id, other] = [await withEndpoint(store), await withEndpoint(store)];
      await store.addRefusedAttempts(other, 1, attempts(0, 1));
      const flood = attempts(0, REFUSED_ATTEMPTS_KEPT + 30);
      for (const it of flood.slice(0, 33)) await store.addRefusedAttempts(id, 1, [it]);
      await store.addRefusedAttempts(id, flood.length - 33, flood.slice(33));
      const newest = flood.toReversed().slice(0, REFUSED_ATTEMPTS_KEPT);
      expect(await store.listRefusedAttempts(id)).toEqual(newest);
      expect(await store.listRefusedAttempts(other)).toHaveLength(1);
    });

    test("of two processes at the same moment are all counted", async () => {
      const { store, another } = current();
      const id = await withEndpoint(store);
      const stores = [store, await another()];
      await Promise.all(
        attempts(0, 10).map((it, at) => (stores[at % 2] ?? store).addRefusedAttempts(id, 2, [it])),
      );
      expect(await store.refusedTotals()).toMatchObject([{ endpointId: id, total: 20 }]);
      expect(await store.listRefusedAttempts(id)).toHaveLength(10);
    });

    test("go with their endpoint, and of one that is gone nothing is kept", async () => {
      const { store } = current();
      const id = await withEndpoint(store);
      await store.addRefusedAttempts(id, 3, attempts(0, 3));
      await store.deleteEndpoint(id, NOON);
      await store.addRefusedAttempts(id, 3, attempts(0, 3));
      expect(await store.listRefusedAttempts(id)).toEqual([]);
      expect(await store.refusedTotals()).toEqual([]);
    });
  });
}
