/** Slots: never more streams than fit, the more important ones first, nobody displaced by an equal. */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS, newAccount } from "../../src/pacing/account.ts";
import { callOver, releaseSlot, requestSlot } from "../../src/pacing/slots.ts";

const request = fc.record({
  streamKey: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
  importance: fc.integer({ min: 0, max: 5 }),
  ends: fc.boolean(),
});

test("never more streams on the screen than fit, and a waiting one matters no more than any shown one", () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
      let state = newAccount(DEFAULT_LIMITS, 0);
      for (const { streamKey, importance, ends } of requests) {
        let answer = requestSlot(state, { streamKey, importance }, 0);
        if (answer.kind === "displace") {
          const victim = answer.streamKey;
          expect(state.slots.find((slot) => slot.streamKey === victim)?.importance).toBeLessThan(
            importance,
          );
          state = releaseSlot(answer.state, victim);
          answer = requestSlot(state, { streamKey, importance }, 0);
        }
        if (answer.kind === "granted") state = callOver(answer.state, streamKey);
        else
          for (const slot of state.slots)
            expect(slot.importance).toBeGreaterThanOrEqual(importance);
        if (ends) state = releaseSlot(state, streamKey);
        expect(state.slots.length).toBeLessThanOrEqual(DEFAULT_LIMITS.activities);
        expect(new Set(state.slots.map((slot) => slot.streamKey)).size).toBe(state.slots.length);
      }
    }),
  );
});

test("a stream that has a slot keeps it", () => {
  const state = {
    ...newAccount(DEFAULT_LIMITS, 0),
    slotLimit: 0,
    slots: [{ streamKey: "a", importance: 1, since: 0 }],
  };
  expect(requestSlot(state, { streamKey: "a", importance: 2 }, 9)).toEqual({
    kind: "granted",
    state: { ...state, slots: [{ streamKey: "a", importance: 2, since: 0, busyUntil: 20_009 }] },
  });
});

test("a stream is called by one at a time, and nobody displaces it or is displaced twice meanwhile", () => {
  const fresh = { ...newAccount(DEFAULT_LIMITS, 0), slotLimit: 1 };
  const low = { streamKey: "low", importance: 0 };
  const high = { streamKey: "high", importance: 5 };
  const started = requestSlot(fresh, low, 0);
  if (started.kind !== "granted") throw new Error(started.kind);
  expect(requestSlot(started.state, low, 1).kind).toBe("busy");
  expect(requestSlot(started.state, high, 1).kind).toBe("wait");
  const shown = callOver(started.state, "low");
  const displaced = requestSlot(shown, high, 1);
  if (displaced.kind !== "displace") throw new Error(displaced.kind);
  expect(requestSlot(displaced.state, high, 1).kind).toBe("wait");
  expect(requestSlot(displaced.state, low, 1).kind).toBe("busy");
  expect(requestSlot(displaced.state, low, 20_001).kind).toBe("granted");
});
