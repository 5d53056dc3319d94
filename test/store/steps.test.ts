/** What is wrapped around a store replaces some of its steps and leaves the others as they are. */
import { expect, test } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { storeOf, withSteps } from "../../src/store/steps.ts";

test("replaced steps stay replaced when the store is wrapped again, all others are the store's", async () => {
  const done: string[] = [];
  const inner = storeOf((name) => async () => void done.push(`inner ${name}`));
  const once = withSteps(inner, { ping: async () => void done.push("own ping") });
  const twice = withSteps(once, { close: async () => void done.push("own close") });
  await twice.ping();
  await twice.nextDue();
  await twice.close();
  expect(done).toEqual(["own ping", "inner nextDue", "own close"]);
});

test("a store whose steps need their object keeps it", async () => {
  const inner: Store = {
    ...storeOf(() => async () => undefined),
    async nextDue() {
      return this === inner ? 1 : 0;
    },
  };
  expect(await withSteps(inner, {}).nextDue()).toBe(1);
});
