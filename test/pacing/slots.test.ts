/**
 * Slots: never more streams than fit, the more important ones first, nobody displaced by an equal.
 */
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_LIMITS, newAccount } from "../../src/pacing/account.ts";
import type { AccountState } from "../../src/model/account.ts";
import { hasLeft } from "../../src/model/card/has-left.ts";
import type { StreamRecord } from "../../src/model/card/stream.ts";
import {
  areScarce,
  callOver,
  cardSince,
  holdsSlot,
  isRollUpDue,
  releaseSlot,
  requestSlot,
  reserveCall,
  withoutLeft,
} from "../../src/pacing/slots.ts";
import type { LeftSlot, SlotStream } from "../../src/pacing/slots.ts";

const FOUR_PLACES = { ...DEFAULT_LIMITS, activities: 4 };

const request = fc.record({
  streamKey: fc.constantFrom("a", "b", "c", "d", "e", "f", "g"),
  importance: fc.integer({ min: 0, max: 5 }),
  ends: fc.boolean(),
});

test("never more streams on the screen than fit, and a waiting one matters no more than any shown one", () => {
  fc.assert(
    fc.property(fc.array(request, { maxLength: 40 }), (requests) => {
      let state = newAccount(FOUR_PLACES, 0);
      for (const { streamKey, importance, ends } of requests) {
        let answer = requestSlot(state, { streamKey, importance }, 0);
        if (answer.kind === "preempt") {
          const victim = answer.streamKey;
          expect(state.slots.find((slot) => slot.streamKey === victim)?.importance).toBeLessThan(
            importance,
          );
          state = releaseSlot(answer.state, victim);
          answer = requestSlot(state, { streamKey, importance }, 0);
        }
        if (answer.kind === "granted") state = answer.state;
        else
          for (const slot of state.slots)
            expect(slot.importance).toBeGreaterThanOrEqual(importance);
        if (ends) state = releaseSlot(state, streamKey);
        expect(state.slots.length).toBeLessThanOrEqual(FOUR_PLACES.activities);
        expect(new Set(state.slots.map((slot) => slot.streamKey)).size).toBe(state.slots.length);
      }
    }),
  );
});

test("a stream that has a slot keeps it", () => {
  const state = {
    ...newAccount(FOUR_PLACES, 0),
    slotLimit: 0,
    slots: [{ streamKey: "a", importance: 1, since: 0 }],
  };
  expect(requestSlot(state, { streamKey: "a", importance: 2 }, 9)).toEqual({
    kind: "granted",
    state: { ...state, slots: [{ streamKey: "a", importance: 2, since: 0 }] },
  });
});

test("a stream that asks for what it has changes nothing", () => {
  const slot = { streamKey: "a", importance: 1, since: 0, fadesAt: 5, lingers: true };
  const state = { ...newAccount(FOUR_PLACES, 0), slots: [slot] };
  const answer = requestSlot(state, { ...slot, isAlive: true, hadSlot: true }, 9);
  expect(answer.kind === "granted" && answer.state).toBe(state);
  for (const change of [{ importance: 2 }, { fadesAt: 6 }, { lingers: false }]) {
    const changed = requestSlot(state, { ...slot, ...change }, 9);
    expect(changed).toMatchObject({ kind: "granted", state: { slots: [{ streamKey: "a" }] } });
    expect(changed.kind === "granted" && changed.state).not.toBe(state);
  }
});

test("a slot says since when its stream is called to leave, until the stream shows something again", () => {
  const slot = { streamKey: "a", importance: 1, since: 0, fadesAt: 5, lingers: true };
  const state = { ...newAccount(FOUR_PLACES, 0), slots: [slot] };
  const end = { streamKey: "a", importance: 0, leaves: true, isAlive: true, hadSlot: true };
  const leaving = requestSlot(state, end, 9);
  if (leaving.kind !== "granted") throw new Error(leaving.kind);
  expect(leaving.state.slots).toEqual([{ ...slot, leavesAt: 9 }]);
  expect(requestSlot(leaving.state, end, 9)).toEqual(leaving);
  expect(requestSlot(leaving.state, end, 10)).toMatchObject({
    state: { slots: [{ leavesAt: 10 }] },
  });
  const back = requestSlot(leaving.state, { ...slot, isAlive: true, hadSlot: true }, 11);
  expect(back).toEqual({ kind: "granted", state });
});

const ENDED = {
  streamKey: "a",
  account: "default",
  alive: false,
  confirmedHash: null,
  confirmedState: null,
  confirmedAt: 9,
};

test.each<[boolean, number | undefined, StreamRecord | undefined]>([
  [true, 9, ENDED],
  [true, 8, ENDED],
  [false, 10, ENDED],
  [false, undefined, ENDED],
  [false, 9, { ...ENDED, alive: true }],
  [false, 9, { ...ENDED, confirmedAt: null }],
  [false, 9, undefined],
])(
  "that a stream has left is %s where it was called to at %s, of %j",
  (expected, leavesAt, stream) => {
    expect(hasLeft(leavesAt === undefined ? {} : { leavesAt }, stream)).toBe(expected);
  },
);

test("a slot whose stream has left is free, unless the stream was called since", () => {
  const slots = ["a", "b", "c", "d"].map((streamKey) => ({ streamKey, importance: 1, since: 0 }));
  const state = {
    ...newAccount(FOUR_PLACES, 0),
    slots: slots.map((slot, at) => ({ ...slot, leavesAt: at })),
  };
  const come = (left: readonly LeftSlot[], streamKey = "e") => {
    const answer = requestSlot(state, { streamKey, importance: 1 }, 20, new Set(), left);
    return "state" in answer ? answer.state.slots.map((slot) => slot.streamKey) : answer.kind;
  };
  expect(come([])).toBe("wait");
  expect(come([{ streamKey: "b", leavesAt: 1 }])).toEqual(["a", "c", "d", "e"]);
  expect(come([{ streamKey: "b", leavesAt: 2 }])).toBe("wait");
  expect(come([{ streamKey: "x", leavesAt: 1 }])).toBe("wait");
  expect(come([{ streamKey: "b", leavesAt: 1 }], "b")).toEqual(["a", "c", "d", "b"]);
  expect(withoutLeft(state, [{ streamKey: "a", leavesAt: 9 }])).toBe(state);
});

test.each([
  [3, false, false],
  [4, false, true],
  [5, false, true],
  [0, true, true],
])(
  "of four places %i are taken, and there is a roll-up: %s; they are scarce: %s",
  (taken, isRolledUp, expected) => {
    const slots = Array.from({ length: taken }, (_, at) => ({
      streamKey: `${at}`,
      importance: 0,
      since: 0,
    }));
    const rollUp = { streamKey: "r", endpointId: "ep", wanted: "2", wantedAt: 0 };
    const state = { ...newAccount(FOUR_PLACES, 0), slots, ...(isRolledUp && { rollUp }) };
    expect(areScarce(state)).toBe(expected);
  },
);

test("a stream that is being called gives way to nobody, and one that is moved aside is not called", () => {
  const fresh = { ...newAccount(FOUR_PLACES, 0), slotLimit: 1 };
  const low = { streamKey: "low", importance: 0 };
  const high = { streamKey: "high", importance: 5 };
  const started = requestSlot(fresh, low, 0);
  if (started.kind !== "granted") throw new Error(started.kind);
  expect(requestSlot(started.state, high, 1, new Set(["low"])).kind).toBe("wait");
  const displaced = requestSlot(started.state, high, 1);
  if (displaced.kind !== "preempt") throw new Error(displaced.kind);
  expect(requestSlot(displaced.state, high, 1).kind).toBe("wait");
  expect(requestSlot(displaced.state, low, 1).kind).toBe("busy");
  expect(requestSlot(displaced.state, low, 20_001).kind).toBe("granted");
  expect(requestSlot(callOver(displaced.state, "low"), low, 1).kind).toBe("granted");
});

test("a stream whose slot is gone since it was seen is not called on what was known then", () => {
  const stream = { streamKey: "a", importance: 2, isAlive: true };
  const started = requestSlot(newAccount(FOUR_PLACES, 0), stream, 0);
  if (started.kind !== "granted") throw new Error(started.kind);
  expect(requestSlot(started.state, { ...stream, hadSlot: true }, 1).kind).toBe("granted");
  const left = releaseSlot(started.state, "a");
  expect(requestSlot(left, { ...stream, hadSlot: true }, 1).kind).toBe("busy");
  expect(requestSlot(left, { ...stream, hadSlot: false }, 1).kind).toBe("granted");
});

const ROLL_UP = "roll-up";
const withRollUp = (limit: number): AccountState => ({
  ...newAccount(FOUR_PLACES, 0),
  slotLimit: limit,
  rollUp: { streamKey: ROLL_UP, endpointId: "ep", wanted: "3", wantedAt: 0 },
});

/** Asks until it is granted or has to wait; every stream that is displaced leaves. */
function ask(state: AccountState, stream: SlotStream): readonly [AccountState, string[]] {
  const displaced: string[] = [];
  for (let left = state; ;) {
    const answer = requestSlot(left, stream, 0);
    if (answer.kind === "granted") return [answer.state, displaced];
    if (answer.kind !== "preempt") return [left, displaced];
    displaced.push(answer.streamKey);
    left = releaseSlot(answer.state, answer.streamKey);
  }
}

test("with a roll-up never more streams than fit, the last slot its own, and nobody displaces it", () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: request },
    { weight: 2, arbitrary: fc.constantFrom("wanted", "asks", "leaves") },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 4 }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 50 }), (steps) => {
      let state: AccountState = newAccount(FOUR_PLACES, 0);
      for (const step of steps) {
        const before = state;
        if (typeof step === "number") {
          state = { ...state, slotLimit: Math.max(step, state.slots.length) };
        } else if (step === "wanted") {
          state = { ...state, rollUp: withRollUp(4).rollUp };
        } else if (step === "leaves") {
          const { rollUp: _rollUp, ...rest } = releaseSlot(state, ROLL_UP);
          state = rest;
        } else if (step === "asks") {
          state = ask(state, { streamKey: ROLL_UP, importance: 0, isRollUp: true })[0];
          const isKept = before.rollUp !== undefined && before.slotLimit > 1;
          expect(holdsSlot(state, ROLL_UP)).toBe(isKept || holdsSlot(before, ROLL_UP));
          if (!isKept) expect(state.slots.length).toBe(before.slots.length);
        } else {
          const [after, displaced] = ask(state, step);
          expect(displaced).not.toContain(ROLL_UP);
          state = step.ends ? releaseSlot(after, step.streamKey) : after;
        }
        expect(state.slots.length).toBeLessThanOrEqual(state.slotLimit);
        if (state.rollUp && !holdsSlot(before, ROLL_UP) && holdsSlot(state, ROLL_UP))
          expect(state.slots.length - 1).toBeLessThan(state.slotLimit);
        if (state.rollUp && state.slots.length > before.slots.length && typeof step === "object")
          expect(state.slots.filter(({ streamKey }) => streamKey !== ROLL_UP).length).toBeLessThan(
            state.slotLimit,
          );
      }
    }),
  );
});

test("the roll-up takes the place of the least important stream, whatever that matters, and of none that is being called", () => {
  let state = withRollUp(2);
  const slots = [
    { streamKey: "a", importance: 5, since: 0 },
    { streamKey: "b", importance: 4, since: 0 },
  ];
  state = { ...state, slots };
  const rollUp = { streamKey: ROLL_UP, importance: 0, isRollUp: true };
  expect(requestSlot(state, rollUp, 0)).toMatchObject({ kind: "preempt", streamKey: "b" });
  const busy = { ...state, slots: slots.map((slot) => ({ ...slot, busyUntil: 9 })) };
  expect(requestSlot(busy, rollUp, 0).kind).toBe("wait");
});

test("a roll-up that is not wanted any more gets no slot, and one that is due needs a slot beside it", () => {
  const fresh = newAccount(FOUR_PLACES, 0);
  expect(requestSlot(fresh, { streamKey: ROLL_UP, importance: 0, isRollUp: true }, 0).kind).toBe(
    "wait",
  );
  const slots = ["a", "b", "c", "d"].map((streamKey) => ({ streamKey, importance: 0, since: 0 }));
  const full = { ...fresh, slots };
  expect(isRollUpDue(full, 1)).toBe(false);
  expect(isRollUpDue(full, 2)).toBe(true);
  expect(isRollUpDue({ ...full, slots: slots.slice(1) }, 2)).toBe(false);
  expect(isRollUpDue({ ...full, slots: slots.slice(1) }, 3)).toBe(true);
  expect(isRollUpDue({ ...full, slotLimit: 1 }, 9)).toBe(false);
});

test("a stranger's stream comes only while nothing that matters more is under way", () => {
  const stranger = { streamKey: "theirs", importance: 2, isStrangers: true };
  const ours = { streamKey: "ours", importance: 4, since: 0 };
  const withSlots = (slots: AccountState["slots"]) => ({ ...newAccount(FOUR_PLACES, 0), slots });
  const theirs = { streamKey: "theirs", importance: 2, since: 0 };
  const answers = [
    [],
    [ours],
    [{ ...ours, lingers: true }],
    [{ ...ours, importance: 2 }],
    [ours, theirs],
  ].map((slots) => requestSlot(withSlots(slots), stranger, 9).kind);
  expect(answers).toEqual(["granted", "wait", "granted", "granted", "granted"]);
});

const NOW = 9;
type Held = Partial<AccountState["slots"][number]>;
const held = (streamKey: string, slot: Held) => ({ streamKey, importance: 1, since: 0, ...slot });
const filled = (...slots: AccountState["slots"]): AccountState => ({
  ...newAccount(FOUR_PLACES, 0),
  slotLimit: slots.length,
  slots,
});

test.each<[string, Held, Held, Partial<SlotStream>, "a" | "b" | "nobody"]>([
  ["what matters less", { importance: 1 }, { importance: 0 }, { importance: 2 }, "b"],
  ["nobody who matters as much", {}, {}, {}, "nobody"],
  ["of runs the one that came last", { since: 5 }, { since: 0 }, { importance: 2 }, "a"],
  ["of results the oldest", { since: 5, lingers: true }, { lingers: true }, {}, "b"],
  ["of runs the one that came last, wherever it stands", {}, { since: 5 }, { importance: 2 }, "b"],
  [
    "of results the oldest, wherever it stands",
    { lingers: true },
    { since: 5, lingers: true },
    {},
    "a",
  ],
  ["a result before a run", { since: 5 }, { lingers: true }, {}, "b"],
  ["a result before a run, wherever it stands", { lingers: true }, { since: 5 }, {}, "a"],
  ["no result that matters more", { importance: 2, lingers: true }, {}, {}, "nobody"],
  [
    "no result that matters more, were it the least of all",
    { importance: 2, lingers: true },
    { importance: 3 },
    {},
    "nobody",
  ],
  ["what has faded", { importance: 4, fadesAt: NOW }, { importance: 2 }, { importance: 2 }, "a"],
  [
    "nothing that has yet to fade",
    { importance: 4, fadesAt: NOW + 1 },
    { importance: 2 },
    { importance: 2 },
    "nobody",
  ],
  [
    "what has faded and matters least stays least",
    { importance: 0, fadesAt: NOW },
    { importance: 1 },
    { importance: 1 },
    "a",
  ],
  ["nobody to what has faded itself", {}, {}, { importance: 4, fadesAt: NOW }, "nobody"],
  ["no one that is moved aside already", { busyUntil: NOW + 20_000 }, {}, { importance: 2 }, "b"],
  [
    "one whose mark is of another clock",
    { importance: 0, busyUntil: NOW + 20_001 },
    {},
    { importance: 2 },
    "a",
  ],
])("gives way: %s", (_, a, b, stream, expected) => {
  const state = filled(held("a", a), held("b", b));
  const answer = requestSlot(state, { streamKey: "c", importance: 1, ...stream }, NOW);
  expect(answer.kind === "preempt" ? answer.streamKey : "nobody").toBe(expected);
});

test("a free place is had from now on, and the roll-up's is none", () => {
  const free = { ...filled(held("a", {})), slotLimit: 2 };
  const answer = requestSlot(free, { streamKey: "c", importance: 1 }, NOW);
  expect(answer.kind === "granted" && answer.state.slots).toStrictEqual([
    held("a", {}),
    { streamKey: "c", importance: 1, since: NOW },
  ]);
  const rollUp = { streamKey: "a", endpointId: "ep", wanted: "3", wantedAt: 0 };
  const kept = { ...filled(held("a", { importance: 0 }), held("b", {})), rollUp };
  expect(requestSlot(kept, { streamKey: "c", importance: 1 }, NOW).kind).toBe("wait");
});

test.each([
  ["none", undefined, NOW],
  ["one of this age", held("a", { since: 1 }), NOW],
  ["a younger one", held("a", { since: 2 }), 2],
])("a call leaves a card that is on the screen since its own time: %s", (_, slot, since) => {
  expect(cardSince(slot, NOW - 1, NOW)).toBe(since);
});

test.each<[string, Held, Partial<SlotStream>, Held]>([
  ["a card that the device has ended begins anew", {}, { lifetimeMs: NOW }, { since: NOW }],
  ["a mark that is over goes", { busyUntil: NOW }, {}, {}],
])("a slot is written where something of it changes: %s", (_, before, stream, after) => {
  const request = { streamKey: "a", importance: 1, isAlive: true, hadSlot: true, ...stream };
  const answer = requestSlot(filled(held("a", before)), request, NOW);
  expect(answer.kind === "granted" && answer.state.slots).toStrictEqual([held("a", after)]);
});

test("a roll-up that would be all that there is to see gets no slot", () => {
  const rollUp = { streamKey: ROLL_UP, importance: 0, isRollUp: true };
  expect(requestSlot(withRollUp(1), rollUp, NOW).kind).toBe("wait");
  expect(requestSlot(withRollUp(2), rollUp, NOW).kind).toBe("granted");
});

test("only the stream that is meant is marked, unmarked, and released", () => {
  const state = filled(held("a", { busyUntil: 1 }), held("b", { busyUntil: 2 }), held("c", {}));
  const [a, b, c] = state.slots;
  expect(reserveCall(state, "c", NOW).slots).toEqual([a, b, { ...c, busyUntil: NOW + 20_000 }]);
  expect(callOver(state, "a").slots).toStrictEqual([held("a", {}), b, c]);
  for (const same of ["c", "d"]) expect(callOver(state, same)).toBe(state);
  expect(releaseSlot(state, "a").slots).toEqual([b, c]);
  expect(releaseSlot(state, "d")).toBe(state);
  expect(["a", "d"].map((key) => holdsSlot(state, key))).toEqual([true, false]);
});
