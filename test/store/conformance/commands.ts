/** Conformance of claiming and settling commands. */
import { pictureOf } from "../../support/wire.ts";
import { describe, expect, test } from "vitest";
import { PRIORITY } from "../../../src/model/command.ts";
import type { Settlement, PriorityRange } from "../../../src/model/command.ts";
import type { Store } from "../../../src/store/port.ts";
import type { Current } from "../conformance.ts";
import {
  claimCommands,
  commandsById,
  endpointOf,
  LEASE_MS,
  NOON,
  pushOf,
  settlementOf,
  updateOf,
  writeCommands,
} from "../records.ts";

async function claimOne(store: Store, now = NOON) {
  const [claimed, ...more] = await claimCommands(store, now);
  if (!claimed || more.length > 0) throw new Error("There is not exactly one to claim.");
  return claimed;
}

const again = (notBefore: number, possibleRepeat = false): Settlement["result"] => ({
  status: "pending",
  notBefore,
  reason: "timeout",
  possibleRepeat,
});

const STREAM = {
  streamKey: "s",
  account: "default",
  alive: true,
  confirmedHash: "h1",
  confirmedState: pictureOf("web-shop"),
  confirmedAt: NOON,
};

export function commandConformance(current: Current): void {
  describe("claiming commands", () => {
    test("gives what is due by priority and age, with an attempt counted", async () => {
      const { store } = current();
      const made = {
        metric: pushOf({ priority: PRIORITY.metric }),
        late: pushOf({ createdAt: NOON + 2 }),
        early: pushOf({ createdAt: NOON + 1 }),
        failure: pushOf({ priority: PRIORITY.failurePush, createdAt: NOON + 9 }),
        future: pushOf({ priority: PRIORITY.failurePush, notBefore: NOON + 1 }),
      };
      await writeCommands(store, ...Object.values(made));
      const claimed = await claimCommands(store, NOON, 3);
      expect(claimed.map((it) => it.id)).toEqual([made.failure.id, made.early.id, made.late.id]);
      expect(claimed[0]).toMatchObject({ ...made.failure, status: "sending", attempts: 1 });
      expect((await claimCommands(store)).map((it) => it.id)).toEqual([made.metric.id]);
      expect(await claimCommands(store)).toEqual([]);
    });

    test("gives an update at a distance to what its stream was last confirmed to show", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"), updateOf("gone"));
      for (const it of await claimCommands(store)) {
        const streamKey = it.streamKey ?? "";
        const stream = { ...STREAM, streamKey, alive: streamKey === "s" };
        await store.settleCommand(settlementOf(it, { stream }));
      }
      const spacingMs = 5_000;
      const near = updateOf("s", { spacingMs, notBefore: NOON + 1_000 });
      const late = updateOf("s", { spacingMs, notBefore: NOON + 6_000 });
      await writeCommands(
        store,
        near,
        updateOf("gone", { spacingMs }),
        updateOf("new", { spacingMs }),
      );
      expect((await commandsById(store)).get(near.id)?.notBefore).toBe(NOON + 5_000);
      const free = (await claimCommands(store, NOON + 4_999)).map((it) => it.streamKey);
      expect(new Set(free)).toEqual(new Set(["gone", "new"]));
      await writeCommands(store, late);
      expect((await commandsById(store)).get(late.id)?.notBefore).toBe(NOON + 6_000);
      await writeCommands(store, updateOf("s"));
      expect(await claimCommands(store, NOON)).toMatchObject([{ streamKey: "s" }]);
    });

    test("gives those of one account, and of a range of priorities", async () => {
      const { store } = current();
      const failure = pushOf({ priority: PRIORITY.failurePush, createdAt: NOON + 9 });
      const end = updateOf("s", { priority: PRIORITY.streamEnd });
      const push = pushOf();
      const others = pushOf({ account: "other", priority: PRIORITY.failurePush });
      await writeCommands(store, push, end, failure, others);
      const claim = (account: string, priorities?: PriorityRange) =>
        store.claimCommands({ now: NOON, limit: 9, leaseMs: LEASE_MS, account, priorities });
      const urgent = { from: PRIORITY.failurePush, to: PRIORITY.streamEnd };
      const ends = { from: PRIORITY.streamEnd, to: PRIORITY.streamEnd };
      const ids = async (claimed: ReturnType<typeof claim>) => (await claimed).map((it) => it.id);
      expect(await ids(claim("nobody"))).toEqual([]);
      expect(await ids(claim("default", ends))).toEqual([end.id]);
      expect(await ids(claim("default", urgent))).toEqual([failure.id]);
      expect(await ids(claim("default", urgent))).toEqual([]);
      expect(await ids(claim("other", urgent))).toEqual([others.id]);
      expect(await ids(claim("default"))).toEqual([push.id]);
    });

    test("knows each endpoint of several on one account: those that live are not left", async () => {
      const { store } = current();
      const [first, second, gone] = [endpointOf(), endpointOf(), endpointOf()];
      for (const it of [first, second, gone]) await store.insertEndpoint(it, undefined);
      const pushes = [first, second, gone].map(({ id, account }) =>
        pushOf({ endpointId: id, account }),
      );
      await writeCommands(store, ...pushes);
      await store.deleteEndpoint(gone.id, NOON);
      const claimed = await claimCommands(store);
      const left = new Map(claimed.map((it) => [it.endpointId, it.left?.isDeleted]));
      expect(left.get(first.id)).toBeUndefined();
      expect(left.get(second.id)).toBeUndefined();
      expect([left.has(first.id), left.has(second.id)]).toEqual([true, true]);
    });

    test("gives the newer state of a stream whose account has changed meanwhile", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      const abandoned = await claimOne(store);
      const newer = updateOf("s", { account: "other" });
      await writeCommands(store, newer);
      const claim = (account: string) =>
        store.claimCommands({ now: NOON + LEASE_MS, limit: 9, leaseMs: LEASE_MS, account });
      expect(await claim("other")).toMatchObject([{ id: newer.id }]);
      expect(await claim("default")).toEqual([]);
      expect((await commandsById(store)).get(abandoned.id)?.status).toBe("superseded");
    });

    test("tells what is known of the stream", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      const first = await claimOne(store);
      expect(first.stream).toBeUndefined();
      await store.settleCommand(settlementOf(first, { stream: STREAM }));
      await writeCommands(store, updateOf("s"));
      expect((await claimOne(store)).stream).toEqual(STREAM);
    });

    test("never gives two of one stream at once", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      const first = await claimOne(store);
      const second = updateOf("s");
      await writeCommands(store, second);
      expect(await claimCommands(store)).toEqual([]);
      expect((await commandsById(store)).get(first.id)?.status).toBe("sending");
      await store.settleCommand(settlementOf(first));
      expect((await claimOne(store)).id).toBe(second.id);
    });

    test("gives an abandoned push again, marked as a possible repeat", async () => {
      const { store } = current();
      const push = pushOf();
      await writeCommands(store, push);
      const dead = await claimOne(store);
      expect(dead.possibleRepeat).toBe(false);
      expect(await claimCommands(store, NOON + LEASE_MS - 1)).toEqual([]);
      const retaken = await claimOne(store, NOON + LEASE_MS);
      expect(retaken).toMatchObject({ id: push.id, attempts: 2, possibleRepeat: true });
      expect(await store.settleCommand(settlementOf(dead))).toBe(false);
      expect(await store.settleCommand(settlementOf(retaken))).toBe(true);
    });

    test("gives a push up whose sender died in its second try as well", async () => {
      const { store } = current();
      const push = pushOf();
      await writeCommands(store, push);
      await claimOne(store);
      await claimOne(store, NOON + LEASE_MS);
      expect(await claimCommands(store, NOON + 2 * LEASE_MS)).toEqual([]);
      expect((await commandsById(store)).get(push.id)).toMatchObject({
        status: "dead",
        reason: expect.stringMatching(/^sent twice without an answer/),
      });
    });

    test("gives an abandoned stream update again, which repeats nothing", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      await claimOne(store);
      const retaken = await claimOne(store, NOON + LEASE_MS);
      expect(retaken).toMatchObject({ attempts: 2, possibleRepeat: false });
    });

    test("gives the newer state of a stream instead of an abandoned one", async () => {
      const { store } = current();
      const [old, newer] = [updateOf("s"), updateOf("s")];
      await writeCommands(store, old);
      await claimOne(store);
      await writeCommands(store, newer);
      expect((await claimOne(store, NOON + LEASE_MS)).id).toBe(newer.id);
      expect((await commandsById(store)).get(old.id)?.status).toBe("superseded");
    });

    test("gives two processes that claim at the same moment no command and no stream in common", async () => {
      const { store, another } = current();
      const second = await another();
      await writeCommands(store, ...Array.from({ length: 40 }, () => pushOf()));
      const streams = Array.from({ length: 20 }, (_, at) => updateOf(`s${at}`));
      await writeCommands(store, ...streams);
      const claims = await Promise.all(
        Array.from({ length: 14 }, (_, at) =>
          claimCommands(at % 2 === 0 ? store : second, NOON, 5),
        ),
      );
      const ids = claims.flat().map((it) => it.id);
      expect(new Set(ids).size).toBe(ids.length);
      const rest = await claimCommands(store);
      expect(ids.length + rest.length).toBe(60);
    });

    test("keeps to one sending a stream while others commit, claim and settle", async () => {
      const { store, another } = current();
      const stores = [store, await another()];
      let sending = 0;
      let most = 0;
      const work = async (it: Store) => {
        for (let round = 0; round < 12; round++) {
          await writeCommands(it, updateOf("s"));
          for (const claimed of await claimCommands(it)) {
            most = Math.max(most, ++sending);
            await it.nextCommandDue(NOON);
            sending--;
            const result = round % 2 === 0 ? again(NOON) : ({ status: "done" } as const);
            await it.settleCommand(settlementOf(claimed, { result }));
          }
        }
      };
      await Promise.all([...stores, ...stores].map(work));
      expect(most).toBe(1);
      const open = [...(await commandsById(store)).values()].filter(
        (it) => it.status === "pending" || it.status === "sending",
      );
      expect(open.length).toBeLessThanOrEqual(1);
    });
  });

  describe("settling a command", () => {
    test("as done writes the attempt and the stream's confirmed state", async () => {
      const { store } = current();
      const command = updateOf("s", { deliveryId: "dlv_1" });
      await writeCommands(store, command);
      const claimed = await claimOne(store);
      const settlement = settlementOf(claimed, { stream: STREAM, now: NOON + 5 });
      expect(await store.settleCommand(settlement)).toBe(true);
      expect((await commandsById(store)).get(command.id)).toMatchObject({
        status: "done",
        reason: null,
        settledAt: NOON + 5,
      });
      expect(await store.settleCommand(settlement)).toBe(false);
    });

    test.each(["skipped", "dead"] as const)("as %s keeps the reason", async (status) => {
      const { store } = current();
      await writeCommands(store, pushOf());
      const claimed = await claimOne(store);
      const result = { status, reason: "Invalid channel" };
      await store.settleCommand(settlementOf(claimed, { result, attempt: null, now: NOON + 5 }));
      const settled = (await commandsById(store)).get(claimed.id);
      expect(settled).toMatchObject({ ...result, settledAt: NOON + 5 });
    });

    test("as pending lets it wait, and a possible repeat stays one", async () => {
      const { store } = current();
      await writeCommands(store, pushOf());
      const first = await claimOne(store);
      await store.settleCommand(settlementOf(first, { result: again(NOON + 10, true) }));
      expect((await commandsById(store)).get(first.id)).toMatchObject({
        status: "pending",
        notBefore: NOON + 10,
        reason: "timeout",
        possibleRepeat: true,
        settledAt: null,
      });
      expect(await claimCommands(store, NOON + 9)).toEqual([]);
      const second = await claimOne(store, NOON + 10);
      await store.settleCommand(settlementOf(second, { result: again(NOON + 20) }));
      expect(await claimOne(store, NOON + 20)).toMatchObject({ attempts: 3, possibleRepeat: true });
    });

    test("as pending supersedes it where its stream has a newer wanted state", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      const first = await claimOne(store);
      const newer = updateOf("s");
      await writeCommands(store, newer);
      await store.settleCommand(
        settlementOf(first, { result: again(NOON + 10), now: NOON + 3, stream: STREAM }),
      );
      const commands = await commandsById(store);
      expect(commands.get(first.id)).toMatchObject({ status: "superseded", settledAt: NOON + 3 });
      expect(commands.get(newer.id)?.status).toBe("pending");
      expect(await claimOne(store)).toMatchObject({ id: newer.id, stream: STREAM });
    });

    test("writes nothing where the claim was lost", async () => {
      const { store } = current();
      const command = updateOf("s", { deliveryId: "dlv_1" });
      await writeCommands(store, command);
      const claimed = await claimOne(store);
      const wrong = settlementOf({ ...claimed, claim: "another" }, { stream: STREAM });
      expect(await store.settleCommand(wrong)).toBe(false);
      expect((await commandsById(store)).get(command.id)?.status).toBe("sending");
      expect((await claimOne(store, NOON + LEASE_MS)).stream).toBeUndefined();
    });
  });

  describe("the next due time", () => {
    test("is that of the earliest pending command that is not due yet", async () => {
      const { store } = current();
      expect(await store.nextCommandDue(NOON)).toBeUndefined();
      await writeCommands(store, pushOf({ notBefore: NOON + 20, account: "other" }));
      await writeCommands(store, pushOf({ notBefore: NOON + 10 }), updateOf("s"));
      expect(await store.nextCommandDue(NOON)).toBe(NOON + 10);
      expect(await store.nextCommandDue(NOON - 1)).toBe(NOON);
      expect(await store.nextCommandDue(NOON + 10)).toBe(NOON + 20);
      expect(await store.nextCommandDue(NOON + 20)).toBeUndefined();
    });

    test("of what is being sent is when its lease ends", async () => {
      const { store } = current();
      await writeCommands(store, pushOf({ notBefore: NOON + 2 * LEASE_MS }), pushOf());
      await claimOne(store);
      expect(await store.nextCommandDue(NOON)).toBe(NOON + LEASE_MS);
      expect(await store.nextCommandDue(NOON + LEASE_MS)).toBe(NOON + 2 * LEASE_MS);
    });

    test("of a stream that is being sent to is when that lease ends and the newer state is due", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      const first = await claimOne(store);
      await writeCommands(store, updateOf("s"));
      expect(await store.nextCommandDue(NOON)).toBe(NOON + LEASE_MS);
      expect(await store.nextCommandDue(NOON + LEASE_MS)).toBeUndefined();
      const late = updateOf("s", { notBefore: NOON + 2 * LEASE_MS });
      await writeCommands(store, late);
      expect(await store.nextCommandDue(NOON)).toBe(NOON + 2 * LEASE_MS);
      expect(await store.nextCommandDue(NOON + LEASE_MS)).toBe(NOON + 2 * LEASE_MS);
      await store.settleCommand(settlementOf(first));
      expect(await store.nextCommandDue(NOON)).toBe(NOON + 2 * LEASE_MS);
    });
  });
}
