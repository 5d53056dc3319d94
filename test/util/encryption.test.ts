/**
 * Sealing: what was sealed opens unchanged, only in its own place, only with its own key, and tells
 * nothing else.
 */
import * as fc from "fast-check";
import { createCipheriv, createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createSealer, keyIdOf } from "../../src/util/encryption.ts";

const FIRST = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
const SECOND = "//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=";
const MINE = "secret:ep_mine";

const keyId = (key: string) =>
  createHash("sha256").update(Buffer.from(key, "base64")).digest("hex").slice(0, 8);
const texts = fc.string({ unit: "grapheme", maxLength: 300 });

describe("a sealed text", () => {
  test("opens to what it was", async () => {
    const sealer = createSealer(FIRST);
    await fc.assert(
      fc.asyncProperty(texts, texts, async (text, context) => {
        expect(await sealer.open(await sealer.seal(text, context), context)).toBe(text);
      }),
    );
  });

  test("has the documented form and does not contain the text", async () => {
    const sealed = await createSealer(FIRST).seal("a quiet secret", MINE);
    expect(sealed).toMatch(
      new RegExp(`^v1\\.${keyId(FIRST)}\\.[A-Za-z0-9_-]{16}\\.[A-Za-z0-9_-]{40}$`),
    );
  });

  test("is another one each time", async () => {
    const sealer = createSealer(FIRST);
    expect(await sealer.seal("same", MINE)).not.toBe(await sealer.seal("same", MINE));
  });

  test("does not open in another place", async () => {
    const sealer = createSealer(FIRST);
    await fc.assert(
      fc.asyncProperty(texts, texts, texts, async (text, one, other) => {
        fc.pre(one !== other);
        const sealed = await sealer.seal(text, one);
        await expect(sealer.open(sealed, other)).rejects.toThrow("changed or moved");
      }),
    );
  });

  test("does not open with any one character changed, dropped or added", async () => {
    const sealer = createSealer(FIRST);
    const sealed = await sealer.seal("hook-secret-of-web-shop", MINE);
    const places = fc.integer({ min: 0, max: sealed.length - 1 });
    const characters = fc.constantFrom(...Array.from("ABCDwxyz0189-_.v=+/ "));
    const changes = fc.constantFrom("change", "drop", "add");
    await fc.assert(
      fc.asyncProperty(places, characters, changes, async (place, character, change) => {
        const put = change === "drop" ? "" : character;
        const tampered =
          sealed.slice(0, place) + put + sealed.slice(change === "add" ? place : place + 1);
        fc.pre(tampered !== sealed);
        await expect(sealer.open(tampered, MINE)).rejects.toThrow(Error);
      }),
      { numRuns: 500 },
    );
  });

  test("does not open with a part too many or too few", async () => {
    const sealer = createSealer(FIRST);
    const sealed = await sealer.seal("hook-secret-of-web-shop", MINE);
    for (const other of [`${sealed}.x`, sealed.slice(0, sealed.lastIndexOf(".")), "", "..."]) {
      await expect(sealer.open(other, MINE)).rejects.toThrow("is not a sealed text");
    }
  });

  test("opens when it was made elsewhere with the documented algorithm", async () => {
    const iv = Buffer.from("000102030405060708090a0b", "hex");
    const cipher = createCipheriv("aes-256-gcm", Buffer.from(FIRST, "base64"), iv);
    cipher.setAAD(Buffer.from(MINE));
    const parts = [cipher.update("Füße 🦶", "utf8"), cipher.final(), cipher.getAuthTag()];
    const sealed = `v1.${keyId(FIRST)}.${iv.toString("base64url")}.${Buffer.concat(parts).toString("base64url")}`;
    expect(await createSealer(FIRST).open(sealed, MINE)).toBe("Füße 🦶");
  });
});

describe("rotation of keys", () => {
  test("the first key seals, all open", async () => {
    const old = await createSealer(SECOND).seal("before", MINE);
    const both = createSealer(`${FIRST}, ${SECOND}`);
    expect(await both.open(old, MINE)).toBe("before");
    const sealed = await both.seal("after", MINE);
    expect(sealed.split(".")[1]).toBe(keyId(FIRST));
    expect(await createSealer(FIRST).open(sealed, MINE)).toBe("after");
  });

  test("a missing key is named by its id, and the text is not told", async () => {
    const sealed = await createSealer(SECOND).seal("not to be told", MINE);
    const opening = createSealer(FIRST).open(sealed, MINE);
    await expect(opening).rejects.toThrow(`lacks the key ${keyId(SECOND)} that sealed ${MINE}`);
    await expect(opening).rejects.not.toThrow("not to be told");
  });
});

test("the keys are told by their ids, and so is the one that sealed a text", async () => {
  const sealer = createSealer(`${FIRST},${SECOND}`);
  expect(await sealer.keyIds()).toEqual([keyId(FIRST), keyId(SECOND)]);
  expect(keyIdOf(await sealer.seal("text", MINE))).toBe(keyId(FIRST));
  expect(keyIdOf("text")).toBe("an unknown key");
});

test("what was changed says so, with the platform's error as its cause", async () => {
  const sealer = createSealer(FIRST);
  const opening = sealer.open(await sealer.seal("text", MINE), "secret:ep_other");
  await expect(opening).rejects.toMatchObject({
    message: "What is stored for secret:ep_other was changed or moved and cannot be opened.",
    cause: expect.any(Error),
  });
});

test.each([
  "v2.k.AAECAwQFBgcICQoL.AAAA",
  "v1..AAECAwQFBgcICQoL.AAAA",
  "v1.k.AAAA.AAAA",
  "v1.k.AAECAwQFBgcICQoL.",
  "v1.k",
])("%s is no sealed text", async (text) => {
  await expect(createSealer(FIRST).open(text, MINE)).rejects.toThrow("is not a sealed text");
});

describe("ENCRYPTION_KEY", () => {
  test("is taken as base64, as base64url and without padding", async () => {
    const urlSafe = SECOND.replaceAll("+", "-").replaceAll("/", "_");
    const sealed = await createSealer(SECOND).seal("text", MINE);
    for (const key of [urlSafe, urlSafe.replace("=", ""), ` ${SECOND}\n`]) {
      expect(await createSealer(key).open(sealed, MINE)).toBe("text");
    }
  });

  test.each([
    ["empty", ""],
    ["short", "AAECAwQFBgcICQoLDA0ODw=="],
    ["long", `${FIRST.slice(0, -1)}AAAA`],
    ["not base64", "this is not a key but a sentence of 44 chars"],
    ["hexadecimal", "00".repeat(32)],
    ["a list that ends in a comma", `${FIRST},`],
  ])("that is %s is refused with the way to make one", (_, key) => {
    expect(() => createSealer(key)).toThrow("openssl rand -base64 32");
    expect(() => createSealer(key)).not.toThrow(key === "" ? "undefined" : key);
  });
});

describe("fingerprint", () => {
  test("is 16 hex characters, the same for the same text whatever the keys", async () => {
    const fingerprint = await createSealer(FIRST).fingerprint("core-key-1");
    expect(fingerprint).toMatch(/^[0-9a-f]{16}$/);
    expect(await createSealer(`${SECOND},${FIRST}`).fingerprint("core-key-1")).toBe(fingerprint);
    expect(await createSealer(FIRST).fingerprint("core-key-2")).not.toBe(fingerprint);
  });
});
