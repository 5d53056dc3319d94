/**
 * Conformance of what a roll-up asks: what is open on an account's streams, and an endpoint of the
 * account.
 */
import { describe, expect, test } from "vitest";
import type { Current } from "../conformance.ts";
import {
  claimCommands,
  endpointOf,
  NOON,
  pushOf,
  settlementOf,
  updateOf,
  writeCommands,
} from "../records.ts";

export function rollUpConformance(current: Current): void {
  describe("open stream commands", () => {
    test("are those of the account that are pending or being sent, oldest first", async () => {
      const { store } = current();
      const sent = updateOf("a", { createdAt: NOON + 3 });
      const done = updateOf("b", { createdAt: NOON + 1 });
      await writeCommands(store, sent, done);
      const claimed = await claimCommands(store, NOON + 3);
      const finished = claimed.find(({ id }) => id === done.id);
      if (!finished) throw new Error("nothing was claimed");
      await store.settleCommand(settlementOf(finished));
      const behind = updateOf("a", { createdAt: NOON + 4 });
      const pending = updateOf("c", { createdAt: NOON + 2, notBefore: NOON + 90 });
      await writeCommands(store, behind, pending, pushOf(), updateOf("d", { account: "key_1" }));
      const open = await store.openStreamCommands("default", 9);
      expect(open.map(({ id, status }) => [id, status])).toEqual([
        [pending.id, "pending"],
        [sent.id, "sending"],
        [behind.id, "pending"],
      ]);
      expect(open[0]).toMatchObject({ ...pending, reason: null });
      expect(await store.openStreamCommands("nobody", 9)).toEqual([]);
    });

    test("come with the reason for which they wait, and no more than asked for", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("a"));
      const [claimed] = await claimCommands(store);
      if (!claimed) throw new Error("nothing was claimed");
      const result = {
        status: "pending",
        notBefore: NOON + 50,
        reason: "no slot",
        possibleRepeat: false,
      } as const;
      await store.settleCommand(settlementOf(claimed, { result }));
      await writeCommands(store, updateOf("b", { createdAt: NOON + 1 }));
      const open = await store.openStreamCommands("default", 1);
      expect(open).toMatchObject([{ id: claimed.id, reason: "no slot" }]);
    });
  });

  test("the newest endpoint of an account is found, and none where it has none", async () => {
    const { store } = current();
    const made = [NOON + 1, NOON + 2].map((createdAt) => endpointOf({ createdAt }));
    const other = endpointOf({ createdAt: NOON + 3, account: "key_1" });
    for (const endpoint of [...made, other]) await store.insertEndpoint(endpoint, undefined);
    expect(await store.newestEndpointOf("default")).toBe(made[1]?.id);
    await store.deleteEndpoint(made[1]?.id ?? "", NOON);
    expect(await store.newestEndpointOf("default")).toBe(made[0]?.id);
    expect(await store.newestEndpointOf("nobody")).toBeUndefined();
  });
}
