/** The group commit: what gathers, what is bounded, and whom a failure reaches. */
import { expect, test } from "vitest";
import type { NewDelivery } from "../../src/model/delivery.ts";
import { batchDeliveries, QueueFullError } from "../../src/store/group-commit.ts";
import { deliveryOf } from "./records.ts";

/** A store whose batches wait until the test lets them pass. */
function heldStore() {
  const batches: (readonly NewDelivery[])[] = [];
  const release: ((error?: Error) => void)[] = [];
  const store = (batch: readonly NewDelivery[]) => {
    batches.push(batch);
    return new Promise<{ status: "accepted"; id: string }[]>((resolve, reject) => {
      release.push((error) => {
        if (error) reject(error);
        else resolve(batch.map((it) => ({ status: "accepted", id: it.id })));
      });
    });
  };
  return { store, batches, release: (at: number, error?: Error) => release[at]?.(error) };
}

/** Ticks that the test makes happen. */
function ticks() {
  const waiting: (() => void)[] = [];
  return {
    nextTick: (flush: () => void) => void waiting.push(flush),
    tick: () => waiting.shift()?.(),
    waiting,
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

test("what comes within one tick is one batch, and the next gathers while it is stored", async () => {
  const { store, batches, release } = heldStore();
  const { nextTick, tick, waiting } = ticks();
  const add = batchDeliveries(store, { nextTick });
  const [a, b, c, d] = [deliveryOf(), deliveryOf(), deliveryOf(), deliveryOf()];
  const first = [add([a]), add([b])];
  tick();
  const second = [add([c]), add([d])];
  expect(waiting).toHaveLength(0);
  release(0);
  expect(await Promise.all(first)).toEqual([
    [{ status: "accepted", id: a.id }],
    [{ status: "accepted", id: b.id }],
  ]);
  await settled();
  tick();
  release(1);
  await Promise.all(second);
  expect(batches).toEqual([
    [a, b],
    [c, d],
  ]);
});

test("what comes while the store makes ready goes with the batch, and a store that cannot is told all the same", async () => {
  const { store, batches, release } = heldStore();
  const { nextTick, tick } = ticks();
  const { promise: isReady, resolve } = Promise.withResolvers<void>();
  const asked: number[] = [];
  const ready = (waiting: number) => {
    asked.push(waiting);
    return asked.length === 1 ? isReady : Promise.reject(new Error("not now"));
  };
  const add = batchDeliveries(store, { nextTick, ready });
  const [a, b, c] = [deliveryOf(), deliveryOf(), deliveryOf()];
  const first = [add([a])];
  tick();
  first.push(add([b]));
  expect(batches).toEqual([]);
  resolve();
  await settled();
  const second = add([c]);
  release(0);
  await Promise.all(first);
  await settled();
  tick();
  await settled();
  release(1);
  expect(await second).toEqual([{ status: "accepted", id: c.id }]);
  expect(batches).toEqual([[a, b], [c]]);
  expect(asked).toEqual([1, 1]);
});

test("a batch is bounded, and a call is never split", async () => {
  const { store, batches, release } = heldStore();
  const { nextTick, tick } = ticks();
  const add = batchDeliveries(store, { nextTick, maxBatch: 3 });
  const pair = () => [deliveryOf(), deliveryOf()];
  const calls = [pair(), pair(), [deliveryOf()], [...pair(), ...pair()]].map((it) => add(it));
  for (let at = 0; at < 3; at++) {
    tick();
    release(at);
    await settled();
  }
  const results = await Promise.all(calls);
  expect(results.map((it) => it.length)).toEqual([2, 2, 1, 4]);
  expect(batches.map((it) => it.length)).toEqual([2, 3, 4]);
});

test("a failing batch rejects its own calls and no other", async () => {
  const { store, release } = heldStore();
  const { nextTick, tick } = ticks();
  const add = batchDeliveries(store, { nextTick });
  const failing = Promise.allSettled([add([deliveryOf()]), add([deliveryOf()])]);
  tick();
  const later = add([deliveryOf()]);
  release(0, new Error("disk full"));
  expect((await failing).map((it) => it.status)).toEqual(["rejected", "rejected"]);
  await settled();
  tick();
  release(1);
  expect(await later).toHaveLength(1);
});

test("a full queue rejects at once, and takes more when it has emptied", async () => {
  const { store, release } = heldStore();
  const { nextTick, tick } = ticks();
  const add = batchDeliveries(store, { nextTick, maxQueue: 2 });
  const waiting = add([deliveryOf(), deliveryOf()]);
  await expect(add([deliveryOf()])).rejects.toBeInstanceOf(QueueFullError);
  tick();
  const more = add([deliveryOf()]);
  release(0);
  await waiting;
  await settled();
  tick();
  release(1);
  expect(await more).toHaveLength(1);
});

test("a delivery that is to blame is rejected alone", async () => {
  const bad = deliveryOf();
  const store = async (batch: readonly NewDelivery[]) => {
    if (batch.includes(bad)) throw new RangeError("too long");
    return batch.map((it) => ({ status: "accepted" as const, id: it.id }));
  };
  const add = batchDeliveries(store, { isRowError: (error) => error instanceof RangeError });
  const results = await Promise.allSettled([add([deliveryOf()]), add([bad]), add([deliveryOf()])]);
  expect(results.map((it) => it.status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
});
