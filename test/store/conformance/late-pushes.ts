/** Conformance of pushes that wait for long: which they are, and one in the place of several. */
import { describe, expect, test } from "vitest";
import type { NewCommand } from "../../../src/model/command.ts";
import type { Current } from "../conformance.ts";
import { claimCommands, NOON, pushOf, updateOf, writeCommands } from "../records.ts";

export function latePushConformance(current: Current): void {
  const statuses = async () => {
    const { rows } = await current().store.listCommands({ limit: 50 });
    return Object.fromEntries(rows.map(({ id, status, reason }) => [id, [status, reason]]));
  };

  test("waiting pushes are the account's pending ones until a time, oldest first", async () => {
    const { store } = current();
    const [old, older, young] = [2, 1, 9].map((ms) => pushOf({ createdAt: NOON + ms }));
    if (!old || !older || !young) throw new Error("no pushes");
    await writeCommands(store, old, older, young, updateOf("a"), pushOf({ account: "key_1" }));
    const found = await store.waitingPushes("default", NOON + 8, 9);
    expect(found.map(({ id }) => id)).toEqual([older.id, old.id]);
    expect(found[0]).toMatchObject({ ...older, status: "pending" });
    expect(await store.waitingPushes("default", NOON + 8, 1)).toHaveLength(1);
  });

  describe("a push in the place of several", () => {
    async function prepared() {
      const { store } = current();
      const first = pushOf({ createdAt: NOON });
      const second = pushOf({ createdAt: NOON + 1, notBefore: NOON + 900 });
      await writeCommands(store, first, second);
      const [claimed] = await claimCommands(store, NOON + 2);
      if (!claimed) throw new Error("nothing was claimed");
      const by = pushOf({ createdAt: NOON + 1 });
      const replacing = (by: NewCommand, replaced: readonly string[], claim = claimed.claim) => ({
        commandId: claimed.id,
        claim,
        replacements: [{ by, replaced, reason: "summed up" }],
        now: NOON + 3,
      });
      return { store, first, second, by, replacing };
    }

    test("is pending, and the others are skipped with the reason", async () => {
      const { store, first, second, by, replacing } = await prepared();
      expect(await store.replacePushes(replacing(by, [first.id, second.id]))).toBe(true);
      expect(await statuses()).toEqual({
        [first.id]: ["skipped", "summed up"],
        [second.id]: ["skipped", "summed up"],
        [by.id]: ["pending", null],
      });
      const [next, ...more] = await claimCommands(store, NOON + 4);
      expect([next?.id, more]).toEqual([by.id, []]);
    });

    test("is not there, and nothing skipped, where one of them is in other hands", async () => {
      const { store, first, second, by, replacing } = await prepared();
      const before = await statuses();
      expect(await store.replacePushes(replacing(by, [first.id, second.id], "another"))).toBe(
        false,
      );
      expect(await store.replacePushes(replacing(by, [second.id, "cmd_nowhere"]))).toBe(false);
      expect(await statuses()).toEqual(before);
    });
  });
}
