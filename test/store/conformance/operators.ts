/** Conformance of what operators look up and set going again. */
import { describe, expect, test } from "vitest";
import type { NewDelivery } from "../../../src/model/delivery.ts";
import { textOf } from "../../../src/util/bytes.ts";
import { SEARCH_WINDOW } from "../../../src/store/lists/page.ts";
import type { Current } from "../conformance.ts";
import {
  allRows,
  claimCommands,
  claimDeliveries,
  commandsById,
  commitOf,
  deliveryOf,
  NOON,
  pushOf,
  settlementOf,
  updateOf,
  writeCommands,
} from "../records.ts";

export function operatorConformance(current: Current): void {
  describe("listing deliveries", () => {
    const made: readonly NewDelivery[] = [
      deliveryOf({ event: "push", body: '{"ref":"Main"}' }),
      deliveryOf({ event: "ping", endpointId: "ep_other" }),
      deliveryOf({ event: "push", providerDeliveryId: "ABC-100%_x" }),
      deliveryOf({ event: "push", endpointId: "ep_other", body: '{"by":"Ada Example"}' }),
      deliveryOf({ event: "ping" }),
    ];
    const ids = (...places: number[]) => places.map((at) => made[at]?.id);

    test("goes newest first, without gaps or repeats, while new ones come in", async () => {
      const { store } = current();
      await store.storeDeliveries(made);
      const first = await store.listDeliveries({ limit: 2 });
      await store.storeDeliveries([deliveryOf()]);
      const rest = await allRows((cursor) =>
        store.listDeliveries({ limit: 2, cursor: cursor ?? first.next }),
      );
      expect([...first.rows, ...rest].map((it) => it.id)).toEqual(ids(4, 3, 2, 1, 0));
      expect((await store.listDeliveries({ limit: 6 })).next).toBeUndefined();
    });

    test("the last of each endpoint is known", async () => {
      const { store } = current();
      await store.storeDeliveries(made);
      const last = await store.lastDeliveries(["ep_shop", "ep_other", "ep_silent"]);
      expect(Object.fromEntries(last)).toEqual({ ep_shop: made[4]?.id, ep_other: made[3]?.id });
      expect((await store.lastDeliveries([])).size).toBe(0);
    });

    test.each([
      [{ endpointId: "ep_other" }, [3, 1]],
      [{ event: "push" }, [3, 2, 0]],
      [{ endpointId: "ep_shop", event: "push" }, [2, 0]],
      [{ status: "received" as const }, [4, 3, 2, 1, 0]],
      [{ status: "failed" as const }, []],
      [{ q: "PING" }, [4, 1]],
      [{ q: "main" }, [0]],
      [{ q: "abc-100%_" }, [2]],
      [{ q: "100%x" }, []],
      [{ q: "ada EXAMPLE", endpointId: "ep_other" }, [3]],
      [{ q: "ada example", endpointId: "ep_shop" }, []],
      [{ q: "" }, [4, 3, 2, 1, 0]],
    ])("filtered by %o finds %o", async (filter, expected) => {
      const { store } = current();
      await store.storeDeliveries(made);
      const found = await allRows((cursor) =>
        store.listDeliveries({ ...filter, limit: 1, cursor }),
      );
      expect(found.map((it) => it.id)).toEqual(ids(...expected));
    });

    test.each([
      [{}, [4, 3, 2]],
      [{ endpointId: "ep_other" }, [3]],
      [{ q: "ping" }, [4]],
      [{ q: "main" }, []],
    ])("filtered by %o from one of them on finds %o", async (filter, expected) => {
      const { store } = current();
      await store.storeDeliveries(made);
      const from = made[2]?.id;
      const found = await allRows((cursor) =>
        store.listDeliveries({ ...filter, from, limit: 1, cursor }),
      );
      expect(found.map((it) => it.id)).toEqual(ids(...expected));
    });

    test("searches window by window: a page may be empty and still have a next one", async () => {
      const { store } = current();
      const needle = deliveryOf({ body: "needle" });
      await store.storeDeliveries([needle]);
      const hay = Array.from({ length: SEARCH_WINDOW }, () => deliveryOf({ body: "hay" }));
      for (let at = 0; at < hay.length; at += 200) {
        await store.storeDeliveries(hay.slice(at, at + 200));
      }
      const first = await store.listDeliveries({ limit: 5, q: "needle" });
      expect(first.rows).toEqual([]);
      const second = await store.listDeliveries({ limit: 5, q: "needle", cursor: first.next });
      expect(second.rows.map((it) => it.id)).toEqual([needle.id]);
      expect(second.next).toBeUndefined();
    });
  });

  describe("a delivery", () => {
    test("is found with its commands and every attempt to send them", async () => {
      const { store } = current();
      const delivery = deliveryOf();
      await store.storeDeliveries([delivery]);
      const [first, second] = [1, 2].map((at) =>
        pushOf({ deliveryId: delivery.id, createdAt: NOON + at }),
      );
      if (!first || !second) throw new Error("unreachable");
      await writeCommands(store, second, first, pushOf());
      const attempts = [
        { at: NOON, durationMs: 30_000, status: null, outcome: "timeout", answer: null },
        { at: NOON + 9, durationMs: 80, status: 200, outcome: "done", answer: '{"success":true}' },
      ];
      const [before] = await claimCommands(store, NOON, 1);
      const sent = await claimCommands(store);
      const target = [before, ...sent].find((it) => it?.id === first.id);
      if (!target) throw new Error("unreachable");
      const result = {
        status: "pending",
        notBefore: NOON,
        reason: "timeout",
        possibleRepeat: true,
      } as const;
      await store.settleCommand(settlementOf(target, { attempt: attempts[0] ?? null, result }));
      const [retaken] = await claimCommands(store);
      if (!retaken) throw new Error("unreachable");
      await store.settleCommand(settlementOf(retaken, { attempt: attempts[1] ?? null }));

      const found = await store.findDelivery(delivery.id);
      expect(found?.commands.map((it) => it.id)).toEqual([first.id, second.id]);
      expect(found?.commands[0]?.attemptLog).toEqual(attempts);
      expect(found?.commands[1]?.attemptLog).toEqual([]);
      expect(await store.findDelivery("dlv_unknown")).toBeUndefined();

      const effects = await store.commandsOfDeliveries(["dlv_unknown", delivery.id]);
      expect(effects.map((it) => it.id)).toEqual([first.id, second.id]);
      expect(await store.commandsOfDeliveries([])).toEqual([]);
    });

    test("can be replayed: it is as good as new, and who had claimed it has lost it", async () => {
      const { store } = current();
      const delivery = deliveryOf();
      await store.storeDeliveries([delivery]);
      const [claimed] = await claimDeliveries(store);
      expect(await store.replayDelivery(delivery.id, NOON + 1)).toBe(true);
      const outcome = { id: delivery.id, status: "invalid", detail: "no", signals: null } as const;
      const lost = { ...outcome, claim: claimed?.claim ?? "" };
      expect(await store.commitDigest(commitOf({ delivery: lost }))).toBe("claim_lost");
      const [second] = await claimDeliveries(store);
      const held = { ...outcome, claim: second?.claim ?? "" };
      expect(await store.commitDigest(commitOf({ delivery: held }))).toBe("committed");
      await store.replayDelivery(delivery.id, NOON + 2);
      expect((await store.findDelivery(delivery.id))?.delivery).toEqual({
        ...delivery,
        body: textOf(delivery.body),
        status: "received",
        detail: null,
        signals: null,
        digestedAt: null,
        attempts: 0,
        replays: 2,
      });
      expect(await store.replayDelivery("dlv_unknown", NOON)).toBe(false);
    });
  });

  describe("commands", () => {
    test("are listed newest first by status, without gaps or repeats", async () => {
      const { store } = current();
      const made = [1, 2, 2, 2, 3].map((at) => pushOf({ createdAt: NOON + at }));
      await writeCommands(store, ...made);
      const [claimed] = await claimCommands(store, NOON, 1);
      const all = await allRows((cursor) => store.listCommands({ limit: 2, cursor }));
      expect(all.map((it) => it.createdAt - NOON)).toEqual([3, 2, 2, 2, 1]);
      expect(new Set(all.map((it) => it.id)).size).toBe(5);
      const sending = await store.listCommands({ limit: 9, status: "sending" });
      expect(sending.rows.map((it) => it.id)).toEqual([claimed?.id]);
      const pending = await allRows((cursor) =>
        store.listCommands({ limit: 1, cursor, status: "pending" }),
      );
      expect(pending).toHaveLength(4);
      expect((await store.listCommands({ limit: 9, cursor: "none" })).rows).toEqual([]);
    });

    test("are found by their id or by their key, with every attempt", async () => {
      const { store } = current();
      const command = updateOf("s", { dedupeKey: "key" });
      await writeCommands(store, pushOf(), command);
      const claimed = (await claimCommands(store)).find((it) => it.id === command.id);
      if (!claimed) throw new Error("unreachable");
      await store.settleCommand(settlementOf(claimed));
      const found = await store.findCommand({ id: command.id });
      expect(found).toMatchObject({ id: command.id, status: "done", attemptLog: [{}] });
      expect(await store.findCommand({ dedupeKey: "key" })).toEqual(found);
      expect(await store.findCommand({ id: "key" })).toBeUndefined();
      expect(await store.findCommand({ dedupeKey: "other" })).toBeUndefined();
    });

    test.each(["dead", "skipped"] as const)("that are %s can be retried", async (status) => {
      const { store } = current();
      const command = pushOf();
      await writeCommands(store, command);
      expect(await store.retryCommand(command.id, NOON)).toBe(false);
      const [claimed] = await claimCommands(store);
      if (!claimed) throw new Error("unreachable");
      expect(await store.retryCommand(command.id, NOON)).toBe(false);
      await store.settleCommand(settlementOf(claimed, { result: { status, reason: "no" } }));
      expect(await store.retryCommand(command.id, NOON + 5)).toBe(true);
      expect((await commandsById(store)).get(command.id)).toMatchObject({
        status: "pending",
        notBefore: NOON + 5,
        settledAt: null,
      });
      expect(await claimCommands(store, NOON + 5)).toMatchObject([{ id: command.id, attempts: 1 }]);
      expect(await store.retryCommand("cmd_unknown", NOON)).toBe(false);
    });

    test("of a stream cannot be retried over a newer state", async () => {
      const { store } = current();
      const [old, newer] = [updateOf("s"), updateOf("s", { createdAt: NOON + 1 })];
      await writeCommands(store, old);
      const [claimed] = await claimCommands(store);
      if (!claimed) throw new Error("unreachable");
      const result = { status: "dead", reason: "no" } as const;
      await store.settleCommand(settlementOf(claimed, { result }));
      await writeCommands(store, newer);
      expect(await store.retryCommand(old.id, NOON)).toBe(false);
      const [second] = await claimCommands(store);
      if (!second) throw new Error("unreachable");
      await store.settleCommand(settlementOf(second));
      expect(await store.retryCommand(old.id, NOON)).toBe(false);
      expect((await commandsById(store)).get(old.id)?.status).toBe("dead");
    });
  });

  test("counts go by status and know the oldest pending command", async () => {
    const { store } = current();
    expect(await store.counts()).toEqual({
      deliveries: {},
      commands: {},
      oldestPendingAt: undefined,
    });
    await store.storeDeliveries([deliveryOf(), deliveryOf(), deliveryOf()]);
    const [claimed] = await claimDeliveries(store, NOON, 1);
    const { id = "", claim = "" } = claimed ?? {};
    const delivery = { id, claim, status: "ignored", detail: null, signals: null } as const;
    await store.commitDigest(commitOf({ delivery }));
    await writeCommands(store, ...[7, 3, 5].map((at) => pushOf({ createdAt: NOON + at })));
    await claimCommands(store, NOON, 1);
    expect(await store.counts()).toEqual({
      deliveries: { received: 2, ignored: 1 },
      commands: { pending: 2, sending: 1 },
      oldestPendingAt: NOON + 5,
    });
  });
}
