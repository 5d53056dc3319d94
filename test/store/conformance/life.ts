/** Conformance of opening, pinging and closing: what was answered is there for the next process. */
import { describe, expect, test } from "vitest";
import { textOf } from "../../../src/util/bytes.ts";
import type { Current } from "../conformance.ts";
import { deliveryOf, endpointOf, NOON, secretOf, trackOf, runOf, commitOf } from "../records.ts";

/** What node:sqlite and postgres.js say of a closed database. */
const CLOSED = /not open|CONNECTION_ENDED/;

export function lifeConformance(current: Current): void {
  describe("the store's life", () => {
    test("what is stored outlives the process that stored it", async () => {
      const { store, another } = current();
      const endpoint = endpointOf();
      const secret = secretOf(endpoint.id);
      await store.insertEndpoint(endpoint, secret);
      const delivery = deliveryOf();
      await store.storeDeliveries([delivery]);
      const track = trackOf();
      const run = runOf(track.id, "run-1");
      await store.commitDigest(commitOf({ tracks: [{ track, run }] }));
      await store.close();

      const reopened = await another();
      expect(await reopened.findEndpoint(endpoint.id)).toEqual({ endpoint, secrets: [secret] });
      expect(await reopened.findDelivery(delivery.id)).toMatchObject({
        delivery: { ...delivery, body: textOf(delivery.body) },
      });
      expect(await reopened.loadTrack("ep_shop", track.key, "run-1")).toMatchObject({ track, run });
      const [again] = await reopened.storeDeliveries([{ ...delivery, id: "dlv_again" }]);
      expect(again).toEqual({ status: "duplicate", id: delivery.id });
    });

    test("a ping resolves while the store is open and rejects after", async () => {
      const { store } = current();
      await store.ping();
      await store.close();
      await expect(store.ping()).rejects.toThrow(CLOSED);
      await expect(store.storeDeliveries([deliveryOf()])).rejects.toThrow(CLOSED);
      await expect(store.findEndpoint("ep_1")).rejects.toThrow(CLOSED);
    });

    test("errors quote no values", async () => {
      const { store } = current();
      const endpoint = endpointOf();
      const secret = secretOf(endpoint.id, { sealed: "sealed-and-private", createdAt: NOON });
      await store.insertEndpoint(endpoint, secret);
      const error: unknown = await store.insertEndpoint(endpointOf(), secret).catch((it) => it);
      expect(String(error)).toMatch(/unique|duplicate/i);
      expect(String(error)).not.toContain("sealed-and-private");
    });
  });
}
