/** Lines are written together, in order, and none is left when the process ends. */
import { expect, test } from "vitest";
import { lineWriter } from "../../../src/runtime/node/line-writer.ts";

test("lines of one turn of the event loop are one write, in their order", async () => {
  const writes: string[] = [];
  const write = lineWriter({ write: (text) => writes.push(text) });
  write("one");
  write("two");
  expect(writes).toEqual([]);
  await new Promise(setImmediate);
  write("three");
  await new Promise(setImmediate);
  expect(writes).toEqual(["one\ntwo\n", "three\n"]);
});

test("what waits is written when the process ends", () => {
  const before = new Set(process.listeners("exit"));
  const writes: string[] = [];
  lineWriter({ write: (text) => writes.push(text) })("last words");
  const [atExit] = process.listeners("exit").filter((it) => !before.has(it));
  atExit?.(0);
  expect(writes).toEqual(["last words\n"]);
});
