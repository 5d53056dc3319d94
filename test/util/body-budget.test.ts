/** The memory of unfinished bodies: never beyond its bound, and the oldest gives way. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createBodyBudget } from "../../src/util/body/body-budget.ts";
import { readBody } from "../../src/util/body/read-body.ts";

test("whatever comes and goes, no more is held than may be, and the oldest gave way", () => {
  const step = fc.record({
    body: fc.nat(5),
    bytes: fc.integer({ min: 1, max: 60 }),
    ends: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const budget = createBodyBudget(100);
      const held = new Map<number, number>();
      const shares = new Map<number, ReturnType<typeof budget.begin>>();
      for (const { body, bytes, ends } of steps) {
        if (ends) {
          shares.get(body)?.end();
          shares.delete(body);
          held.delete(body);
          continue;
        }
        const share =
          shares.get(body) ??
          budget.begin(() => {
            // None that began before holds anything.
            expect([...held.keys()].find((it) => (held.get(it) ?? 0) > 0)).toBe(body);
            held.delete(body);
            shares.delete(body);
          });
        shares.set(body, share);
        held.set(body, (held.get(body) ?? 0) + bytes);
        share.add(bytes);
        expect([...held.values()].reduce((sum, it) => sum + it, 0)).toBeLessThanOrEqual(100);
      }
    }),
  );
});

test("a body that is dribbled in gives way to one that comes at once", async () => {
  const budget = createBodyBudget(10);
  const request = (body: BodyInit) => {
    const init = { method: "POST", body, duplex: "half" };
    return new Request("http://gateway.invalid/hooks/ep_1", init);
  };
  let isCanceled = false;
  const dribble = new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (controller) => controller.enqueue(new Uint8Array(8)),
    cancel: () => void (isCanceled = true),
  });
  const slow = readBody(request(dribble), 100, budget);
  await new Promise((resolve) => setImmediate(resolve));
  expect(await readBody(request(new Uint8Array(6)), 100, budget)).toEqual(new Uint8Array(6));
  expect(await slow).toBe("no_room");
  expect(isCanceled).toBe(true);
});

test("a body that is whole is held no longer", async () => {
  const budget = createBodyBudget(10);
  for (let times = 0; times < 3; times++) {
    const init = { method: "POST", body: new Uint8Array(9) };
    const whole = await readBody(new Request("http://gateway.invalid/", init), 100, budget);
    expect(whole).toHaveLength(9);
  }
});
