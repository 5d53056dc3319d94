/**
 * The spool: what is appended is handed over once and in order, whatever stops it, and a torn tail
 * costs only itself.
 */
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewDelivery } from "../../../src/model/delivery.ts";
import { openSpool } from "../../../src/runtime/node/spool/spool.ts";
import type { Spool } from "../../../src/runtime/node/spool/spool.ts";
import { deliveryOf } from "../../store/records.ts";

let folder: string;
let file: string;
const opened: Spool[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-spool-"));
  file = join(folder, "spool.log");
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((spool) => spool.close()));
  rmSync(folder, { recursive: true, force: true });
});

async function open(): Promise<Spool> {
  const spool = await openSpool(file);
  opened.push(spool);
  return spool;
}

/** As after a crash: what the file holds is all that is left. */
async function reopen(spool: Spool): Promise<Spool> {
  opened.splice(opened.indexOf(spool), 1);
  await spool.close();
  return open();
}

const delivery = (id: string, body = `{"id":"${id}"}`): NewDelivery => deliveryOf({ id, body });

const append = async (spool: Spool, ...ids: readonly string[]) => {
  for (const id of ids) await spool.append(delivery(id));
};

/** What waits, which stays there. */
async function idsIn(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  const look = spool.drain(async (batch) => {
    ids.push(...batch.map(({ id }) => id));
    throw new Error("not now");
  });
  await expect(look).rejects.toThrow("not now");
  return ids;
}

async function drained(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  await spool.drain(async (batch) => void ids.push(...batch.map(({ id }) => id)));
  return ids;
}

describe("append and drain", () => {
  test("what was appended is handed over in order, and the file is empty after", async () => {
    const spool = await open();
    await append(spool, "a", "b", "c");
    expect(spool.size).toBe(3);
    expect(await drained(spool)).toEqual(["a", "b", "c"]);
    expect(spool.size).toBe(0);
    expect(statSync(file).size).toBe(0);
    expect(await drained(spool)).toEqual([]);
  });

  test("a delivery comes back as it went in", async () => {
    const spool = await open();
    const odd = delivery("a", '{"text":"grüße 👩‍👩‍👧‍👦 \\u0000\\n"}');
    await spool.append(odd);
    const batches: (readonly NewDelivery[])[] = [];
    const again = await reopen(spool);
    await again.drain(async (batch) => void batches.push(batch));
    expect(batches).toEqual([[odd]]);
  });

  test("many at once all come through, in batches", async () => {
    const spool = await open();
    const ids = Array.from({ length: 170 }, (_, at) => `d${at}`);
    await Promise.all(ids.map((id) => spool.append(delivery(id))));
    const sizes: number[] = [];
    await spool.drain(async (batch) => void sizes.push(batch.length));
    expect(sizes).toEqual([50, 50, 50, 20]);
  });

  test("where the store rejects, that batch and all after it stay", async () => {
    const spool = await open();
    await Promise.all(Array.from({ length: 60 }, (_, at) => spool.append(delivery(`d${at}`))));
    let batches = 0;
    const failing = spool.drain(async () => {
      batches += 1;
      if (batches === 2) throw new Error("away");
    });
    await expect(failing).rejects.toThrow("away");
    expect(spool.size).toBe(10);
    expect(await drained(spool)).toEqual(Array.from({ length: 10 }, (_, at) => `d${50 + at}`));
  });

  test("what is appended while it drains is handed over too, and survives a crash", async () => {
    const spool = await open();
    await append(spool, "a");
    const ids: string[] = [];
    await spool.drain(async (batch) => {
      ids.push(...batch.map(({ id }) => id));
      if (ids.length === 1) await append(spool, "b", "c");
    });
    expect(ids).toEqual(["a", "b", "c"]);
    await append(spool, "d");
    expect(await drained(await reopen(spool))).toEqual(["d"]);
  });

  test("what is appended while the file is being emptied is not cut off", async () => {
    let spool = await open();
    for (let round = 0; round < 30; round++) {
      await append(spool, `before-${round}`);
      const [ids] = await Promise.all([
        drained(spool),
        ...Array.from({ length: 5 }, (_, at) =>
          Promise.resolve().then(() => spool.append(delivery(`during-${round}-${at}`))),
        ),
      ]);
      spool = await reopen(spool);
      expect(new Set([...ids, ...(await drained(spool))]).size).toBe(6);
    }
  });

  test("two drains at a time hand nothing over twice", async () => {
    const spool = await open();
    await append(spool, "a", "b");
    const ids: string[] = [];
    const store = async (batch: readonly NewDelivery[]) =>
      void ids.push(...batch.map(({ id }) => id));
    await Promise.all([spool.drain(store), spool.drain(store)]);
    expect(ids).toEqual(["a", "b"]);
  });
});

describe("after a crash", () => {
  test("everything acknowledged is there", async () => {
    const spool = await open();
    await append(spool, "a", "b", "c");
    const again = await reopen(spool);
    expect(again.size).toBe(3);
    await append(again, "d");
    expect(await drained(await reopen(again))).toEqual(["a", "b", "c", "d"]);
  });

  test("a crash before the file is emptied hands over again: the store knows its duplicates", async () => {
    const spool = await open();
    await append(spool, "a", "b");
    const before = readFileSync(file);
    await drained(spool);
    writeFileSync(file, before);
    expect(await drained(await reopen(spool))).toEqual(["a", "b"]);
  });

  test("a tail cut anywhere costs only the record that it cuts", async () => {
    const spool = await open();
    await append(spool, "a", "b");
    const whole = statSync(file).size;
    await append(spool, "c");
    const bytes = readFileSync(file);
    for (let length = whole; length < bytes.length; length += 7) {
      writeFileSync(file, bytes.subarray(0, length));
      const torn = await openSpool(file);
      expect(torn.size).toBe(2);
      expect(statSync(file).size).toBe(whole);
      await torn.close();
    }
    writeFileSync(file, bytes);
  });

  test.each([
    ["random bytes", Buffer.from("c0ffee00deadbeef5eedc0de", "hex")],
    ["zeros, as some file systems leave them", Buffer.alloc(4096)],
    ["a header that promises more than there is", Buffer.from("7fffffff00000000", "hex")],
  ])("%s at the end are cut off, and what comes next is kept", async (_what, garbage) => {
    const spool = await open();
    await append(spool, "a", "b");
    appendFileSync(file, garbage);
    const again = await reopen(spool);
    expect(again.size).toBe(2);
    await append(again, "c");
    expect(await drained(await reopen(again))).toEqual(["a", "b", "c"]);
  });

  test("a flipped bit anywhere costs its own record only, which is kept beside the file once", async () => {
    const spool = await open();
    const ends: number[] = [];
    for (const id of ["a", "b", "c"]) {
      await append(spool, id);
      ends.push(statSync(file).size);
    }
    const [first = 0, second = 0] = ends;
    const bytes = readFileSync(file);
    for (let at = first; at < second; at += 5) {
      const garbled = Buffer.from(bytes);
      garbled.writeUInt8(garbled.readUInt8(at) ^ 1, at);
      writeFileSync(file, garbled);
      for (let start = 0; start < 2; start++) {
        const again = await openSpool(file);
        expect(await idsIn(again)).toEqual(["a", "c"]);
        expect(again.damaged).toBe(1);
        await again.close();
      }
      const [name = ""] = readdirSync(folder).filter((it) => it.includes(".damaged-"));
      expect(readFileSync(join(folder, name))).toEqual(garbled.subarray(first, second));
      rmSync(join(folder, name));
    }
    writeFileSync(file, bytes);
    expect(await drained(await reopen(spool))).toEqual(["a", "b", "c"]);
  });

  test("damage to the last record is kept too, and what comes after it stands behind the whole ones", async () => {
    const spool = await open();
    await append(spool, "a", "b");
    const bytes = readFileSync(file);
    bytes.writeUInt8(bytes.readUInt8(bytes.length - 9) ^ 1, bytes.length - 9);
    writeFileSync(file, bytes);
    const again = await reopen(spool);
    await append(again, "c");
    expect(again.damaged).toBe(1);
    expect(await drained(await reopen(again))).toEqual(["a", "c"]);
  });
});

describe("a disk that takes no more", () => {
  test("is tried out without a trace, also while others write", async () => {
    const spool = await open();
    await append(spool, "a");
    const { size } = statSync(file);
    await spool.probe();
    expect(statSync(file).size).toBe(size);
    await Promise.all([spool.probe(), append(spool, "b"), spool.probe()]);
    expect(await drained(await reopen(spool))).toEqual(["a", "b"]);
  });

  test("a full spool refuses, and takes more when it is drained", async () => {
    const spool = await open();
    const large = "x".repeat(25 * 1024 * 1024);
    const taken = Array.from({ length: 10 }, (_, at) => `d${at}`);
    for (const id of taken) await spool.append(delivery(id, large));
    await expect(spool.append(delivery("one more", large))).rejects.toThrow("the spool is full");
    expect(await drained(spool)).toEqual(taken);
    await append(spool, "later");
    expect(await drained(spool)).toEqual(["later"]);
  });

  test("a record that could not be read back is refused, not acknowledged", async () => {
    const spool = await open();
    // In JSON each of these characters takes six bytes.
    const swelling = "\u0001".repeat(12 * 1024 * 1024);
    await expect(spool.append(delivery("a", swelling))).rejects.toThrow("too large");
    await append(spool, "b");
    expect(await drained(await reopen(spool))).toEqual(["b"]);
  });
});
