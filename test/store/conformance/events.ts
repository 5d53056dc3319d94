/** Conformance of the record of calls, and of the feed of what happened. */
import { describe, expect, test } from "vitest";
import type { Intent } from "../../../src/model/command.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  allRows,
  claimCommands,
  deliveryOf,
  NOON,
  pushOf,
  settlementOf,
  updateOf,
  writeCommands,
} from "../records.ts";

const SENT: Intent = {
  kind: "show",
  streamKey: "s",
  picture: {
    title: "web-shop",
    segments: ["blue", "gray", "gray"],
    completed: 1,
    color: "blue",
    symbol: "hammer.fill",
  },
};

/** Sends what is due, each a call of its own with this picture. */
async function sendAll(store: Store, at: number, sent?: Intent): Promise<void> {
  for (const it of await claimCommands(store, at)) {
    const attempt = { at, durationMs: 120, status: 200, outcome: "ok", answer: "{}" };
    await store.settleCommand(
      settlementOf(it, { attempt: sent === undefined ? attempt : { ...attempt, sent } }),
    );
  }
}

export function eventConformance(current: Current): void {
  describe("calls", () => {
    test("of a stream are listed with what was sent, newest first", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s", { deliveryId: "dlv_1" }), updateOf("other"));
      await sendAll(store, NOON, SENT);
      await writeCommands(store, updateOf("s"), pushOf());
      await sendAll(store, NOON + 5);
      const calls = await allRows((cursor) => store.listCalls("s", { limit: 1, cursor }));
      expect(calls).toMatchObject([
        { at: NOON + 5, streamKey: "s", account: "default", deliveryId: null },
        { at: NOON, streamKey: "s", account: "default", deliveryId: "dlv_1", sent: SENT },
      ]);
      expect(calls[0]).not.toHaveProperty("sent");
      expect((await store.listCalls("s", { limit: 9, until: NOON + 5 })).rows).toEqual([calls[1]]);
      expect(await store.listCalls("unknown", { limit: 9 })).toEqual({ rows: [], next: undefined });
      expect((await store.listCalls("s", { limit: 9, cursor: "nonsense" })).rows).toEqual([]);
    });
  });

  describe("the feed", () => {
    test("begins with the present and goes on with what is stored after it", async () => {
      const { store } = current();
      await store.storeDeliveries([deliveryOf({ receivedAt: NOON - 60_000 })]);
      await writeCommands(store, pushOf({ notBefore: NOON - 60_000 }));
      await sendAll(store, NOON - 60_000);
      const start = await store.eventsAfter(undefined, { limit: 9, now: NOON });
      expect(start.events).toEqual([]);
      expect(await store.eventsAfter(start.next, { limit: 9, now: NOON })).toEqual(start);

      const delivery = deliveryOf({ receivedAt: NOON });
      await store.storeDeliveries([delivery]);
      await writeCommands(store, updateOf("s"));
      await sendAll(store, NOON + 1, SENT);
      const feed = await store.eventsAfter(start.next, { limit: 9, now: NOON + 60_000 });
      expect(feed.events).toMatchObject([
        { kind: "delivery", id: delivery.id, at: NOON, status: "received" },
        { kind: "call", at: NOON + 1, call: { streamKey: "s", sent: SENT } },
      ]);
      const after = await store.eventsAfter(feed.next, { limit: 9, now: NOON + 60_000 });
      expect(after.events).toEqual([]);
    });

    test("is read in pages, and nothing between them is left out", async () => {
      const { store } = current();
      const start = await store.eventsAfter(undefined, { limit: 9, now: NOON });
      const deliveries = Array.from({ length: 5 }, () => deliveryOf());
      await store.storeDeliveries(deliveries);
      const seen: string[] = [];
      let { next } = start;
      for (let pages = 0; pages < 4; pages++) {
        const page = await store.eventsAfter(next, { limit: 2, now: NOON + 60_000 });
        seen.push(...page.events.map((it) => it.id));
        next = page.next;
      }
      expect(seen).toEqual(deliveries.map((it) => it.id));
    });

    test("tells again what is so young that another process may still store something older", async () => {
      const { store, another } = current();
      const [older, younger] = [deliveryOf(), deliveryOf()];
      const start = await store.eventsAfter(undefined, { limit: 9, now: NOON });
      await store.storeDeliveries([younger]);
      const first = await store.eventsAfter(start.next, { limit: 9, now: NOON + 10 });
      expect(first.events.map((it) => it.id)).toEqual([younger.id]);
      await (await another()).storeDeliveries([older]);
      const second = await store.eventsAfter(first.next, { limit: 9, now: NOON + 60_000 });
      expect(second.events.map((it) => it.id)).toEqual([older.id, younger.id]);
    });

    test("begins with the present again for a text that is no position", async () => {
      const { store } = current();
      await store.storeDeliveries([deliveryOf({ receivedAt: NOON - 60_000 })]);
      const { next } = await store.eventsAfter(undefined, { limit: 9, now: NOON });
      for (const cursor of ["nonsense", "dlv_1.x", "dlv_1.-1"]) {
        const feed = await store.eventsAfter(cursor, { limit: 9, now: NOON });
        expect(feed).toEqual({ events: [], next });
      }
    });
  });
}
