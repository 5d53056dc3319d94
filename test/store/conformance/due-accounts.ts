/**
 * Conformance of telling which accounts have something to send: exactly what a claim would then
 * give.
 */
import { describe, expect, test } from "vitest";
import { PRIORITY } from "../../../src/model/command.ts";
import type { NewCommand } from "../../../src/model/command.ts";
import type { Store } from "../../../src/store/port.ts";
import { MOST_DUE } from "../../../src/store/rows/due-accounts.ts";
import type { Current } from "../conformance.ts";
import {
  claimCommands,
  LEASE_MS,
  NOON,
  pushOf,
  settlementOf,
  updateOf,
  writeCommands,
} from "../records.ts";

const urgent = (values: Partial<NewCommand> = {}) =>
  pushOf({ priority: PRIORITY.failurePush, ...values });

async function dueOf(store: Store, now = NOON) {
  const due = await store.dueAccounts(now);
  return Object.fromEntries(
    due.map((it) => [`${it.account} ${it.feature}`, [it.urgent, it.other]]),
  );
}

export function dueAccountConformance(current: Current): void {
  describe("accounts with something to send", () => {
    test("are told by feature, with how much is urgent and how much is not", async () => {
      const { store } = current();
      expect(await dueOf(store)).toEqual({});
      const end = updateOf("s", { priority: PRIORITY.streamEnd });
      const metric = pushOf({ priority: PRIORITY.metric });
      await writeCommands(store, urgent(), end, pushOf(), metric, updateOf("t"));
      await writeCommands(store, pushOf({ account: "b" }), urgent({ account: "c" }));
      expect(await dueOf(store)).toEqual({
        "default notifications": [1, 1],
        "default live-activities": [1, 1],
        "default metrics": [0, 1],
        "b notifications": [0, 1],
        "c notifications": [1, 0],
      });
    });

    test("count nothing that is not due yet, is being sent or is settled", async () => {
      const { store } = current();
      await writeCommands(store, urgent(), pushOf({ notBefore: NOON + 1 }));
      await writeCommands(store, pushOf({ account: "b", notBefore: NOON + 1 }));
      const [claimed] = await claimCommands(store, NOON, 1);
      if (!claimed) throw new Error("There is nothing to claim.");
      expect(await dueOf(store)).toEqual({});
      expect(await dueOf(store, NOON + 1)).toEqual({
        "default notifications": [0, 1],
        "b notifications": [0, 1],
      });
      await store.settleCommand(settlementOf(claimed));
      expect(await dueOf(store, NOON + LEASE_MS)).toEqual({
        "default notifications": [0, 1],
        "b notifications": [0, 1],
      });
    });

    test("count what is being sent once its lease ran out", async () => {
      const { store } = current();
      await writeCommands(store, urgent(), updateOf("s"));
      await claimCommands(store);
      expect(await dueOf(store, NOON + LEASE_MS - 1)).toEqual({});
      expect(await dueOf(store, NOON + LEASE_MS)).toEqual({
        "default notifications": [1, 0],
        "default live-activities": [0, 1],
      });
    });

    test("count of a stream that is being sent to nothing, and only the newer state once that lease ran out", async () => {
      const { store } = current();
      await writeCommands(store, updateOf("s"));
      await claimCommands(store);
      await writeCommands(store, updateOf("s", { priority: PRIORITY.streamEnd }));
      expect(await dueOf(store, NOON + LEASE_MS - 1)).toEqual({});
      expect(await dueOf(store, NOON + LEASE_MS)).toEqual({ "default live-activities": [1, 0] });
      expect(await claimCommands(store, NOON + LEASE_MS)).toHaveLength(1);
    });

    test("stop counting where there is more than a claim would take", async () => {
      const { store } = current();
      const many = Array.from({ length: MOST_DUE + 1 }, () => pushOf());
      await writeCommands(store, ...many, urgent());
      expect(await dueOf(store)).toEqual({ "default notifications": [1, MOST_DUE] });
    });
  });
}
