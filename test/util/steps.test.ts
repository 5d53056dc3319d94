/** Waiting for steps, and recordings made new. */
import { expect, test } from "vitest";
import { freshId, replaceIds, shiftTimes } from "../../src/util/freshen.ts";
import { waitForAll } from "../../src/util/async/wait-for-all.ts";
import { textStream } from "../../src/util/body/text-stream.ts";
import { withTimeout } from "../../src/util/async/with-timeout.ts";

test("steps are waited for to the last, and the first of them that failed is told", async () => {
  const over: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const step = async (name: string, error?: string) => {
    await promise;
    over.push(name);
    if (error !== undefined) throw new Error(error);
  };
  const failing = step("b", "second").catch(async (error: unknown) => {
    await step("late");
    throw error;
  });
  const all = waitForAll([step("a"), null, undefined, failing, step("c", "third")]);
  resolve();
  await expect(all).rejects.toThrow("second");
  expect(over).toEqual(["b", "a", "c", "late"]);
  await expect(waitForAll([null, step("d")])).resolves.toBeUndefined();
});

test("a step settles as it does, or late", async () => {
  const late = () => new Error("late");
  expect(await withTimeout(Promise.resolve(1), 60_000, late)).toBe(1);
  const failed = withTimeout(Promise.reject(new Error("failed")), 60_000, late);
  await expect(failed).rejects.toThrow("failed");
  await expect(withTimeout(new Promise(() => undefined), 1, late)).rejects.toThrow("late");
});

test("texts are a stream of bytes, read no further than it is", async () => {
  const made: string[] = [];
  async function* texts() {
    try {
      for (const text of ["fü", "nf", "sechs"]) {
        made.push(text);
        yield text;
      }
    } finally {
      made.push("over");
    }
  }
  const whole = await new Response(textStream(texts())).text();
  expect(whole).toBe("fünfsechs");
  expect(made.splice(0)).toEqual(["fü", "nf", "sechs", "over"]);
  const reader = textStream(texts()).getReader();
  expect(new TextDecoder().decode((await reader.read()).value)).toBe("fü");
  await reader.cancel();
  expect(made.at(-1)).toBe("over");
  expect(made).not.toContain("sechs");
});

test("a stream of texts that cannot be stopped is let go of", async () => {
  const next = () => Promise.resolve({ done: false as const, value: "a" });
  const endless = { [Symbol.asyncIterator]: () => ({ next }) };
  await expect(textStream(endless).cancel()).resolves.toBeUndefined();
});

test("ids are replaced, the longest first", () => {
  const ids = new Map([
    ["12", "9"],
    ["1234", "5678"],
  ]);
  expect(replaceIds("1234 12 12", ids)).toBe("5678 9 9");
});

test.each([
  ["dpl_Ay1", 0, "dpl_Aa0"],
  ["dpl_Ay1", 0.999, "dpl_Zz9"],
  ["1234567890", 0, "1000000000"],
  ["0042", 0.999, "9999"],
  ["7f9c-24e5", 0, "0000-0000"],
  ["7f9c-24e5", 0.999, "ffff-ffff"],
  ["2024-10", 0, "1000-00"],
  ["run_7f9c", 0.999, "run_ffff"],
  ["xyz", 0, "aaa"],
])("of %s comes an id of the same shape: at %d %s", (id, random, expected) => {
  expect(freshId(id, () => random)).toBe(expected);
});

const RECORDED = Date.parse("2026-01-05T10:00:00.000Z");
const STARTED = Date.parse("2026-11-02T12:00:00.000Z");
test.each([
  ["2026-01-05T10:00:10Z", 1, "2026-11-02T12:00:10Z"],
  ["2026-01-05T10:00:10.500Z", 1, "2026-11-02T12:00:10.500Z"],
  ["2026-01-05T12:00:10+02:00", 1, "2026-11-02T14:00:10+02:00"],
  ["2026-01-05T10:00:10Z", 10, "2026-11-02T12:00:01Z"],
  ["2026-01-05T09:00:00Z", 1, "2026-11-02T11:00:00Z"],
  ["2026-01-05T08:59:59Z", 1, "2026-01-05T08:59:59Z"],
  ["2026-01-06T10:00:00Z", 1, "2026-11-03T12:00:00Z"],
  ["2026-01-06T10:00:01Z", 1, "2026-01-06T10:00:01Z"],
  [`${RECORDED + 1}`, 1, `${STARTED + 1}`],
  [`1${RECORDED}`, 1, `1${RECORDED}`],
  [`${RECORDED}0`, 1, `${RECORDED}0`],
  [`0.${RECORDED}`, 1, `0.${RECORDED}`],
  ["1000000000000", 1, "1000000000000"],
])("%s at speed %i becomes %s", (text, speed, expected) => {
  const [before, after] = [text, expected].map((it) => `{"at":"${it}"}`);
  expect(shiftTimes(before ?? "", RECORDED, STARTED, speed)).toBe(after);
});
