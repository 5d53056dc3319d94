/** Conformance of storing and claiming deliveries. */
import { describe, expect, test } from "vitest";
import type { ClaimedDelivery, DeliveryStatus } from "../../../src/model/delivery.ts";
import type { Store } from "../../../src/store/port.ts";
import { RowRejectedError } from "../../../src/model/errors/row-rejected-error.ts";
import { fromJson, toJson } from "../../../src/runtime/delivery-json.ts";
import type { Current } from "../conformance.ts";
import { claimDeliveries, commitOf, deliveryOf, LEASE_MS, NOON } from "../records.ts";

/** Claims the oldest delivery and gives it this end. */
async function digestOldest(store: Store, status: DeliveryStatus): Promise<void> {
  const [claimed] = await claimDeliveries(store, NOON, 1);
  if (!claimed) throw new Error("There is nothing to claim.");
  const { id, claim } = claimed;
  const delivery = { id, claim, status, detail: "because", signals: null };
  await store.commitDigest(commitOf({ delivery }));
}

const commit = (store: Store, delivery: ClaimedDelivery | undefined) =>
  store.commitDigest(
    commitOf({
      delivery: {
        id: delivery?.id ?? "",
        claim: delivery?.claim ?? "",
        status: "processed",
        detail: null,
        signals: [],
      },
    }),
  );

export function deliveryConformance(current: Current): void {
  describe("storing deliveries", () => {
    test("keeps them exactly, whatever characters they hold", async () => {
      const { store } = current();
      const body = 'emoji 🚀 "quotes" \u0000 \u0001 \u00010 \r\n\t é \\u0000';
      const delivery = deliveryOf({
        event: "weird\u0000event\u0001",
        providerDeliveryId: "id\u0000\u0001\u00010",
        body,
        headers: { "x-note": "a\u0000b", "content-type": "text/json" },
        bodyRedacted: true,
        verification: { scheme: "unsigned", secretId: null },
      });
      expect(await store.storeDeliveries([delivery])).toEqual([
        { status: "accepted", id: delivery.id },
      ]);
      expect((await store.findDelivery(delivery.id))?.delivery).toEqual({
        ...delivery,
        body,
        status: "received",
        detail: null,
        signals: null,
        digestedAt: null,
        attempts: 0,
        replays: 0,
      });
      expect(await store.storeDeliveries([{ ...delivery, id: "dlv_again" }])).toEqual([
        { status: "duplicate", id: delivery.id },
      ]);
    });

    test("tells a delivery that it can never take from a database that is away", async () => {
      const { store } = current();
      // As a spool of another version may hold it.
      const lacking = fromJson(
        JSON.parse(JSON.stringify({ ...toJson(deliveryOf()), provider: undefined })),
      );
      const good = deliveryOf();
      const [bad, stored] = await Promise.allSettled([
        store.storeDeliveries([lacking]),
        store.storeDeliveries([good]),
      ]);
      expect(bad).toMatchObject({ status: "rejected", reason: expect.any(RowRejectedError) });
      expect(stored.status).toBe("fulfilled");
      await store.close();
      const away = await store.storeDeliveries([deliveryOf()]).catch((error: unknown) => error);
      expect(away).toBeInstanceOf(Error);
      expect(away).not.toBeInstanceOf(RowRejectedError);
    });

    test("answers in the batch's order and finds duplicates in it and in what is stored", async () => {
      const { store } = current();
      const stored = deliveryOf();
      await store.storeDeliveries([stored]);
      const [a, b] = [deliveryOf(), deliveryOf()];
      const again = (it: typeof a) => deliveryOf({ providerDeliveryId: it.providerDeliveryId });
      expect(await store.storeDeliveries([b, again(stored), a, again(a), again(b)])).toEqual([
        { status: "accepted", id: b.id },
        { status: "duplicate", id: stored.id },
        { status: "accepted", id: a.id },
        { status: "duplicate", id: a.id },
        { status: "duplicate", id: b.id },
      ]);
      expect(await store.storeDeliveries([])).toEqual([]);
    });

    test("takes the same provider id of two endpoints for two deliveries", async () => {
      const { store } = current();
      const first = deliveryOf();
      const second = { ...deliveryOf({ endpointId: "ep_other" }), providerDeliveryId: "same" };
      const results = await store.storeDeliveries([
        { ...first, providerDeliveryId: "same" },
        second,
      ]);
      expect(results.map((it) => it.status)).toEqual(["accepted", "accepted"]);
    });

    test("takes 333 at once", async () => {
      const { store } = current();
      const batch = Array.from({ length: 333 }, () => deliveryOf());
      const results = await store.storeDeliveries(batch);
      expect(results).toEqual(batch.map((it) => ({ status: "accepted", id: it.id })));
    });

    test("accepts one of many equal ones that come at the same moment", async () => {
      const { store, another } = current();
      const second = await another();
      const providerDeliveryId = "raced";
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, at) =>
          (at % 2 === 0 ? store : second).storeDeliveries([
            deliveryOf({ providerDeliveryId }),
            deliveryOf(),
          ]),
        ),
      );
      const firsts = results.map(([first]) => first);
      expect(firsts.filter((it) => it?.status === "accepted")).toHaveLength(1);
      expect(new Set(firsts.map((it) => it?.id)).size).toBe(1);
    });

    test.each(["failed", "invalid"] as const)(
      "opens a %s one again when its duplicate comes",
      async (status) => {
        const { store } = current();
        const delivery = deliveryOf();
        await store.storeDeliveries([delivery]);
        await digestOldest(store, status);
        expect(await claimDeliveries(store)).toEqual([]);
        expect(await store.storeDeliveries([{ ...delivery, id: "dlv_again" }])).toEqual([
          { status: "duplicate", id: delivery.id },
        ]);
        expect(await claimDeliveries(store)).toMatchObject([{ id: delivery.id, attempts: 1 }]);
      },
    );

    test.each(["processed", "ignored", "unknown", "filtered"] as const)(
      "leaves a %s one closed when its duplicate comes",
      async (status) => {
        const { store } = current();
        const delivery = deliveryOf();
        await store.storeDeliveries([delivery]);
        await digestOldest(store, status);
        await store.storeDeliveries([{ ...delivery, id: "dlv_again" }]);
        expect(await claimDeliveries(store)).toEqual([]);
        expect((await store.findDelivery(delivery.id))?.delivery).toMatchObject({ status });
      },
    );
  });

  describe("claiming deliveries", () => {
    test("gives the oldest first, each with an attempt counted, and none twice", async () => {
      const { store } = current();
      const made = [30, 10, 20, 10].map((at) => deliveryOf({ receivedAt: NOON + at }));
      await store.storeDeliveries(made);
      const first = await claimDeliveries(store, NOON, 3);
      expect(first.map((it) => it.receivedAt - NOON)).toEqual([10, 10, 20]);
      expect(first.every((it) => it.attempts === 1 && it.claim !== "")).toBe(true);
      const second = await claimDeliveries(store, NOON, 3);
      expect(second.map((it) => it.id)).toEqual([made[0]?.id]);
      expect(await claimDeliveries(store)).toEqual([]);
    });

    test("takes over what a lease ran out on, and its old holder has lost it", async () => {
      const { store } = current();
      const delivery = deliveryOf();
      await store.storeDeliveries([delivery]);
      const [old] = await claimDeliveries(store);
      expect(await claimDeliveries(store, NOON + LEASE_MS - 1)).toEqual([]);
      const [taken] = await claimDeliveries(store, NOON + LEASE_MS);
      expect(taken).toMatchObject({ id: delivery.id, attempts: 2 });
      const commit = (claim = "") =>
        store.commitDigest(
          commitOf({
            delivery: { id: delivery.id, claim, status: "processed", detail: null, signals: [] },
          }),
        );
      expect(await commit(old?.claim)).toBe("claim_lost");
      expect(await commit(taken?.claim)).toBe("committed");
      expect(await commit(taken?.claim)).toBe("claim_lost");
    });

    test("may be left out: whoever commits first has digested it", async () => {
      const { store } = current();
      const made = [20, 10].map((at) => deliveryOf({ receivedAt: NOON + at }));
      await store.storeDeliveries(made);
      const [first, second] = await store.unclaimedDeliveries({ now: NOON, limit: 2 });
      expect([first, second]).toMatchObject([
        { id: made[1]?.id, attempts: 1 },
        { id: made[0]?.id },
      ]);
      expect(await store.unclaimedDeliveries({ now: NOON, limit: 1 })).toEqual([first]);
      expect(await commit(store, first)).toBe("committed");
      expect(await commit(store, first)).toBe("claim_lost");
      const [claimed] = await claimDeliveries(store);
      expect(claimed).toMatchObject({ id: second?.id, attempts: 1 });
      expect(await store.unclaimedDeliveries({ now: NOON, limit: 2 })).toEqual([]);
      expect(await commit(store, second)).toBe("claim_lost");
      const [expired] = await store.unclaimedDeliveries({ now: NOON + LEASE_MS, limit: 2 });
      expect(expired).toMatchObject({ id: second?.id, attempts: 2 });
      expect(await commit(store, expired)).toBe("committed");
    });

    test("what is replayed meanwhile is not what was looked at", async () => {
      const { store } = current();
      const delivery = deliveryOf();
      await store.storeDeliveries([delivery]);
      const [before] = await store.unclaimedDeliveries({ now: NOON, limit: 1 });
      await store.replayDelivery(delivery.id, NOON);
      expect(await commit(store, before)).toBe("claim_lost");
      expect(await store.unclaimedDeliveries({ now: NOON, limit: 1 })).toMatchObject([
        { replays: 1 },
      ]);
    });

    test("puts off what failed without a claim, with its attempts counted", async () => {
      const { store } = current();
      await store.storeDeliveries([deliveryOf()]);
      const [failed] = await store.unclaimedDeliveries({ now: NOON, limit: 1 });
      if (!failed) throw new Error("There is nothing to digest.");
      await store.putOffDelivery(failed, NOON + 5);
      await store.putOffDelivery({ ...failed, attempts: 4 }, NOON + 9);
      expect(await store.unclaimedDeliveries({ now: NOON + 4, limit: 1 })).toEqual([]);
      expect(await claimDeliveries(store, NOON + 4)).toEqual([]);
      expect(await commit(store, failed)).toBe("claim_lost");
      expect(await store.unclaimedDeliveries({ now: NOON + 5, limit: 1 })).toMatchObject([
        { id: failed.id, attempts: 2 },
      ]);
    });

    test("gives two processes that claim at the same moment no delivery in common", async () => {
      const { store, another } = current();
      const second = await another();
      const made = Array.from({ length: 60 }, () => deliveryOf());
      await store.storeDeliveries(made);
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, at) =>
          claimDeliveries(at % 2 === 0 ? store : second, NOON, 5),
        ),
      );
      const ids = claims.flat().map((it) => it.id);
      expect(claims.every((it) => it.length <= 5)).toBe(true);
      expect(new Set(ids).size).toBe(ids.length);
      const rest = await claimDeliveries(store);
      expect(ids.length + rest.length).toBe(made.length);
    });
  });
}
