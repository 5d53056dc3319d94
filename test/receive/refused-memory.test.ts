/** What is remembered of refused requests, and when it is written: with a store that may be away. */
import { beforeEach, describe, expect, test } from "vitest";
import { canaryAdapter, createCanary } from "../../src/receive/canary.ts";
import { createRefusedAttempts } from "../../src/receive/refused-attempts.ts";
import type { RefusedAttempts, RefusedMemory } from "../../src/receive/refused-attempts.ts";
import type { RefusedAttempt } from "../../src/model/refused-attempt.ts";
import type { ReceiveResult } from "../../src/receive/result.ts";

const START = Date.parse("2026-11-02T12:00:00.000Z");
const EVERY_MS = 5_000;
const RECENT_MS = 300_000;

const written: { id: string; count: number; latest: readonly RefusedAttempt[] }[] = [];
const warnings: unknown[][] = [];
let now = START;
let isAway = false;
let duringWrite: (() => void) | undefined;
let memory: RefusedMemory;
let refused: RefusedAttempts;

const ignored = () => undefined;
const { endpoint } = createCanary({
  store: { listDeliveries: async () => ({ rows: [] }) },
  fetch,
  clock: { now: () => START },
  log: { info: ignored, warn: ignored, error: ignored },
  minutes: 5,
  publicUrl: () => "https://hooks.example.com",
  encryptionKey: "key",
});

beforeEach(() => {
  written.length = 0;
  warnings.length = 0;
  now = START;
  isAway = false;
  duringWrite = undefined;
  memory = new Map();
  refused = createRefusedAttempts({
    store: {
      addRefusedAttempts: async (id, count, latest) => {
        duringWrite?.();
        if (isAway) throw new Error("the database is away");
        written.push({ id, count, latest });
      },
    },
    clock: { now: () => now },
    log: { info: ignored, warn: (...line) => void warnings.push(line), error: ignored },
    memory,
  });
});

const TOO_LARGE: ReceiveResult = { kind: "body_too_large", maxBytes: 9 };
const UNREADABLE: ReceiveResult = { kind: "body_unreadable", detail: "not UTF-8" };

function refuse(id: string, outcome: ReceiveResult = TOO_LARGE, times = 1): void {
  for (let time = 0; time < times; time++)
    refused.note({ headers: {} }, { outcome, endpoint: { ...endpoint, id } });
}
const counts = () => written.map(({ id, count, latest }) => [id, count, latest.length]);

describe("a refusal", () => {
  test("is noted with names of headers, cut to what a name can be", () => {
    const names = Array.from({ length: 61 }, (_, at) => `X-${at}-`.padEnd(101, "A"));
    const headers = Object.fromEntries(names.map((name) => [name, "secret"]));
    refused.note(
      { headers, sender: "203.0.113.9" },
      { outcome: TOO_LARGE, endpoint, event: "push" },
    );
    refused.note({ headers: {} }, { outcome: UNREADABLE, endpoint });
    expect(memory.get(endpoint.id)?.latest).toEqual([
      {
        at: START,
        reason: "body_too_large",
        status: 413,
        headerNames: names.slice(0, 60).map((name) => name.slice(0, 100).toLowerCase()),
        sender: "203.0.113.9",
        event: "push",
      },
      {
        at: START,
        reason: "body_unreadable",
        status: 400,
        headerNames: [],
        sender: null,
        event: null,
      },
    ]);
  });

  test("of no endpoint, and what was not refused, is not", async () => {
    refused.note({ headers: {} }, { outcome: TOO_LARGE });
    refused.note({ headers: {} }, { outcome: { kind: "pong" }, endpoint });
    expect(refused.nextDue()).toBeUndefined();
    expect(refused.recent()).toEqual([]);
    await refused.write(true);
    expect(written).toEqual([]);
  });

  test("is written at once, the next ones together, ten of them one by one", async () => {
    refuse("a");
    expect(refused.nextDue()).toBe(0);
    await refused.write();
    refuse("a", TOO_LARGE, 12);
    now += EVERY_MS - 1;
    await refused.write();
    expect(counts()).toEqual([["a", 1, 1]]);
    expect(refused.nextDue()).toBe(START + EVERY_MS);
    now += 1;
    await refused.write();
    expect(counts()).toEqual([
      ["a", 1, 1],
      ["a", 12, 10],
    ]);
    expect(refused.nextDue()).toBeUndefined();
  });

  test("that is kept one by one is among the latest ten", async () => {
    for (let time = 0; time < 11; time++) {
      now += 1;
      refuse("a");
    }
    await refused.write();
    expect(written[0]?.latest.map(({ at }) => at - START)).toEqual([
      2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });

  test("is due with the first endpoint of all", async () => {
    refuse("a");
    await refused.write();
    now += 1_000;
    refuse("b");
    await refused.write();
    refuse("b");
    expect(refused.nextDue()).toBe(START + 1_000 + EVERY_MS);
    refuse("a");
    expect(refused.nextDue()).toBe(START + EVERY_MS);
  });

  test("is written before its time where everything is", async () => {
    refuse("a");
    await refused.write();
    refuse("a");
    await refused.write(true);
    expect(counts()).toEqual([
      ["a", 1, 1],
      ["a", 1, 1],
    ]);
  });

  test.each([
    [0, false],
    [1, true],
  ])("waits no longer for a clock that was set back by %i ms", async (ms, isDue) => {
    refuse("a");
    await refused.write();
    refuse("a");
    now -= ms;
    await refused.write();
    expect(written).toHaveLength(isDue ? 2 : 1);
  });

  test("is forgotten once nothing followed it", async () => {
    refuse("a");
    await refused.write();
    expect([...memory.keys()]).toEqual(["a"]);
    now += EVERY_MS;
    await refused.write();
    expect([...memory.keys()]).toEqual([]);
    expect(written).toHaveLength(1);
  });
});

describe("while the store is away", () => {
  test("nothing is lost, what comes meanwhile follows, and a line says so", async () => {
    isAway = true;
    refuse("a", UNREADABLE, 9);
    duringWrite = () => refuse("a", TOO_LARGE, 3);
    await refused.write();
    expect(warnings).toEqual([
      ["refused requests not written", { endpoint: "a", error: "the database is away" }],
    ]);
    expect(refused.nextDue()).toBe(START + EVERY_MS);
    isAway = false;
    duringWrite = undefined;
    now += EVERY_MS;
    await refused.write();
    expect(counts()).toEqual([["a", 12, 10]]);
    expect(written[0]?.latest.map(({ reason }) => reason)).toEqual([
      ...Array(7).fill("body_unreadable"),
      ...Array(3).fill("body_too_large"),
    ]);
  });
});

describe("recent refusals", () => {
  test("are counted by endpoint, with the last reason", () => {
    refuse("a");
    refuse("a", UNREADABLE);
    refuse("b");
    expect(refused.recent()).toEqual([
      { endpointId: "a", count: 2, reason: "body_unreadable" },
      { endpointId: "b", count: 1, reason: "body_too_large" },
    ]);
  });

  test.each([
    [RECENT_MS - 1, 1, 2],
    [RECENT_MS, 0, 1],
    [1 - RECENT_MS, 1, 2],
    [-RECENT_MS, 0, 1],
  ])("are of the last five minutes, whatever the clock does: %i ms", (ms, before, after) => {
    refuse("a");
    now += ms;
    expect(refused.recent().map(({ count }) => count)).toEqual(before === 0 ? [] : [before]);
    refuse("a");
    expect(refused.recent().map(({ count }) => count)).toEqual([after]);
  });

  test("are counted anew five minutes after the first", () => {
    refuse("a");
    now += RECENT_MS - 1;
    refuse("a");
    now += 1;
    refuse("a");
    expect(refused.recent()).toMatchObject([{ count: 1 }]);
  });
});

test("the canary says that it has come through, and nothing else", () => {
  const payload = { header: ignored, json: { type: "canary", id: "canary_1" } };
  const read = canaryAdapter.read(payload, { event: "canary", receivedAt: START });
  expect(read).toEqual({
    kind: "event_ignored",
    because: "the gateway's own canary has come through",
  });
});
