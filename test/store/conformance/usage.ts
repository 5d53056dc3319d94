/** Conformance of telling how much the stored deliveries take. */
import { describe, expect, test } from "vitest";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import { claimDeliveries, commitOf, deliveryOf, NOON } from "../records.ts";

/** Text that no compression makes shorter than half. */
function noise(length: number): string {
  const uuids = Array.from({ length: Math.ceil(length / 32) }, () => crypto.randomUUID());
  return uuids.join("").replaceAll("-", "").slice(0, length);
}

async function storeMany(store: Store, count: number, bodyLength: number): Promise<void> {
  for (let stored = 0; stored < count; stored += 200) {
    await store.storeDeliveries(
      Array.from({ length: Math.min(200, count - stored) }, () =>
        deliveryOf({ body: noise(bodyLength) }),
      ),
    );
  }
}

/** What a delivery may take beside its body. */
const MOST_BESIDES = 3_000;

export function usageConformance(current: Current): void {
  describe("usage", () => {
    const bytes = async () => (await current().store.usage()).deliveryBytes;

    test("is nothing where nothing is stored, and grows with the bodies", async () => {
      const { store } = current();
      expect(await bytes()).toBe(0);
      await storeMany(store, 1, 100_000);
      const one = await bytes();
      expect(one).toBeGreaterThanOrEqual(50_000);
      expect(one).toBeLessThan(100_000 + MOST_BESIDES);
      await storeMany(store, 9, 100_000);
      expect(await bytes()).toBeGreaterThan(9 * one);
      expect(await bytes()).toBeLessThan(11 * one);
    });

    test("shrinks when deliveries are trimmed", async () => {
      const { store } = current();
      await storeMany(store, 20, 10_000);
      const full = await bytes();
      for (const { id, claim } of await claimDeliveries(store)) {
        const delivery = { id, claim, status: "ignored", detail: null, signals: null } as const;
        await store.commitDigest(commitOf({ delivery }));
      }
      await store.trim({ before: NOON + 1, limit: 10 });
      expect(await bytes()).toBeGreaterThan(0.4 * full);
      expect(await bytes()).toBeLessThan(0.6 * full);
      await store.trim({ before: NOON + 1, limit: 10 });
      expect(await bytes()).toBe(0);
    });

    test("is close where it looks at a sample only", async () => {
      const { store } = current();
      await storeMany(store, 5_000, 1_800);
      const each = (await bytes()) / 5_000;
      expect(each).toBeGreaterThan(1_800);
      expect(each).toBeLessThan(1_800 + MOST_BESIDES);
    });
  });
}
