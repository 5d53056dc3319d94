/**
 * The loop: woken, swept, due; never two steps at once, never one after a stop, never stopped by
 * one that throws.
 */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { startLoop } from "../../../src/runtime/node/loop.ts";
import type { LoopOptions } from "../../../src/runtime/node/loop.ts";

const SWEEP_MS = 1_000;

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A loop whose steps are recorded by the time they began. */
function loopOf(step: LoopOptions["step"], options: Partial<LoopOptions> = {}) {
  const beganAt: number[] = [];
  const errors: unknown[] = [];
  const ignore = () => undefined;
  const loop = startLoop({
    name: "digest",
    sweepMs: SWEEP_MS,
    now: () => Date.now(),
    log: { info: ignore, warn: ignore, error: (message, facts) => errors.push([message, facts]) },
    ...options,
    step: () => {
      beganAt.push(Date.now());
      return step();
    },
  });
  return { loop, beganAt, errors };
}

const idle = () => Promise.resolve(0);
/** A step that goes on until the test lets it end, and how many of them are under way. */
function heldStep() {
  const held: ((done: number) => void)[] = [];
  const step = () => new Promise<number>((resolve) => held.push(resolve));
  return { step, end: (done: number) => held.shift()?.(done), held };
}

describe("a step", () => {
  test("runs at once, then with every sweep", async () => {
    const { beganAt } = loopOf(idle);
    expect(beganAt).toEqual([0]);
    await vi.advanceTimersByTimeAsync(2_500);
    expect(beganAt).toEqual([0, 1_000, 2_000]);
  });

  test("runs when woken, and the sweep counts from there", async () => {
    const { beganAt, loop } = loopOf(idle);
    await vi.advanceTimersByTimeAsync(400);
    loop.wake();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(beganAt).toEqual([0, 400, 1_400]);
  });

  test("runs again at once until it finds nothing", async () => {
    const found = [8, 8, 3, 0];
    const { beganAt } = loopOf(() => Promise.resolve(found.shift() ?? 0));
    await vi.advanceTimersByTimeAsync(0);
    expect(beganAt).toEqual([0, 0, 0, 0]);
  });

  test("never runs twice at a time: a wake-up meanwhile counts as one step after it", async () => {
    const { step, end, held } = heldStep();
    const { beganAt, loop } = loopOf(step);
    loop.wake();
    loop.wake();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(held).toHaveLength(1);
    end(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(beganAt).toEqual([0, 5_000]);
    end(0);
    await vi.advanceTimersByTimeAsync(SWEEP_MS - 1);
    expect(beganAt).toEqual([0, 5_000]);
  });

  test("that throws is run again at once where it was woken meanwhile", async () => {
    const outcomes = [Promise.withResolvers<number>(), Promise.withResolvers<number>()];
    const steps = outcomes.map(({ promise }) => promise);
    const { beganAt, loop, errors } = loopOf(() => steps.shift() ?? idle());
    await vi.advanceTimersByTimeAsync(100);
    loop.wake();
    outcomes[0]?.reject(new Error("store is away"));
    await vi.advanceTimersByTimeAsync(1);
    expect(errors).toHaveLength(1);
    expect(beganAt).toEqual([0, 100]);
  });

  test("that throws is logged and tried again at the next sweep, or when woken", async () => {
    const { beganAt, errors, loop } = loopOf(() => Promise.reject(new Error("store is away")));
    await vi.advanceTimersByTimeAsync(1_200);
    loop.wake();
    await vi.advanceTimersByTimeAsync(0);
    expect(beganAt).toEqual([0, 1_000, 1_200]);
    const failure = ["digest failed", { error: "store is away" }];
    expect(errors).toEqual([failure, failure, failure]);
  });
});

describe("what is due later", () => {
  test("is done when it is due, but a sweep never waits for it", async () => {
    const dues = [300, 5_000, 1_400, undefined];
    const { beganAt } = loopOf(idle, { nextDue: () => Promise.resolve(dues.shift()) });
    await vi.advanceTimersByTimeAsync(3_000);
    expect(beganAt).toEqual([0, 300, 1_300, 1_400, 2_400]);
  });

  test("holds up no wake-up that comes while it is asked for, and a late answer counts for nothing", async () => {
    const answers: ((due: number) => void)[] = [];
    const nextDue = () => new Promise<number>((resolve) => answers.push(resolve));
    const { beganAt, loop } = loopOf(idle, { nextDue });
    await vi.advanceTimersByTimeAsync(10);
    loop.wake();
    expect(beganAt).toEqual([0, 10]);
    await vi.advanceTimersByTimeAsync(10);
    answers[0]?.(30);
    await vi.advanceTimersByTimeAsync(100);
    expect(beganAt).toEqual([0, 10]);
    answers[1]?.(200);
    await vi.advanceTimersByTimeAsync(100);
    expect(beganAt).toEqual([0, 10, 200]);
  });

  test("is asked for from when the last step began: what became due since then it has not seen", async () => {
    const { step, end } = heldStep();
    const asked: number[] = [];
    const nextDue = async (notYetAt: number) => {
      asked.push(notYetAt);
      return notYetAt < 100 ? 100 : undefined;
    };
    const { beganAt } = loopOf(step, { nextDue });
    await vi.advanceTimersByTimeAsync(200);
    end(0);
    await vi.advanceTimersByTimeAsync(20);
    expect(asked).toEqual([0]);
    expect(beganAt).toHaveLength(2);
    end(0);
    await vi.advanceTimersByTimeAsync(20);
    expect(asked[1]).toBeGreaterThan(200);
    expect(beganAt).toHaveLength(2);
  });

  test("that cannot be asked for is logged; the sweep goes on", async () => {
    const { beganAt, errors } = loopOf(idle, { nextDue: () => Promise.reject(new Error("away")) });
    await vi.advanceTimersByTimeAsync(1_500);
    expect(beganAt).toEqual([0, 1_000]);
    expect(errors).toHaveLength(2);
  });
});

describe("stopping", () => {
  test("waits for the step under way, and none begins after", async () => {
    const { step, end } = heldStep();
    const { beganAt, loop } = loopOf(step);
    let isStopped = false;
    const stopped = loop.stop().then(() => (isStopped = true));
    loop.wake();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(isStopped).toBe(false);
    end(8);
    await stopped;
    loop.wake();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(beganAt).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("between two steps is at once", async () => {
    const { beganAt, loop } = loopOf(idle);
    await vi.advanceTimersByTimeAsync(500);
    await loop.stop();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(beganAt).toEqual([0]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
