/** What one invocation of a Worker takes, so that it can work it off. */
import { expect, test } from "vitest";
import { createSqliteStore } from "../../src/runtime/database/node-sqlite.ts";
import {
  createCallMeter,
  withSubrequestLimit,
} from "../../src/runtime/worker/subrequest-budget.ts";
import { claimDeliveries, deliveryOf, NOON } from "../store/records.ts";

/** What the free plan allows. */
const FREE = 50;
const TEN = { now: NOON, limit: 10 };

async function storeWith(count: number) {
  const store = await createSqliteStore({ file: ":memory:" });
  await store.storeDeliveries(Array.from({ length: count }, () => deliveryOf()));
  return withSubrequestLimit(store, createCallMeter(FREE));
}

test("of a few deliveries it takes as many as it can work off, without a claim", async () => {
  const store = await storeWith(9);
  expect(await store.unclaimedDeliveries(TEN)).toHaveLength(4);
  expect(await claimDeliveries(store, NOON, 50)).toHaveLength(4);
});

test("where many wait that is seen, however few it can work off: then each claims its own", async () => {
  const store = await storeWith(12);
  expect(await store.unclaimedDeliveries(TEN)).toHaveLength(10);
});
