/** Whether the keys at hand open what is stored. */
import { expect, test } from "vitest";
import { sealedProblem, sealedWith } from "../../src/receive/check-sealed.ts";
import { createSealer, keyIdOf } from "../../src/util/encryption.ts";
import type { SealedText } from "../../src/store/port.ts";

const keyOf = (byte: number) => Buffer.alloc(32, byte).toString("base64");
const [OLD, NEW] = [keyOf(1), keyOf(2)];
const clock = { now: () => 0 };

async function seal(
  key: string,
  kind: SealedText["kind"],
  endpointId: string,
  context = `${kind}:${endpointId}`,
): Promise<SealedText> {
  return { kind, endpointId, sealed: await createSealer(key).seal("s3cret", context) };
}

async function problem(keys: string, texts: readonly SealedText[]): Promise<string | undefined> {
  const store = { sealedTexts: async () => texts };
  return sealedProblem({ store, sealer: createSealer(keys), clock });
}

test("nothing is sealed, and all is well", async () => {
  expect(await problem(NEW, [])).toBeUndefined();
  expect(sealedWith([])).toBeUndefined();
});

test("secrets and API keys are opened, each as what it is", async () => {
  expect(await problem(NEW, [await seal(NEW, "secret", "ep_1")])).toBeUndefined();
  expect(await problem(NEW, [await seal(NEW, "api_key", "ep_1")])).toBeUndefined();
});

test("a key that is missing is named, with what it sealed", async () => {
  const texts = [
    await seal(NEW, "secret", "ep_0"),
    await seal(OLD, "secret", "ep_1"),
    await seal(OLD, "api_key", "ep_1"),
  ];
  const id = keyIdOf(texts[1]?.sealed ?? "");
  const one = `${id}, which sealed 1 endpoint's secrets`;
  expect(await problem(NEW, texts)).toBe(`ENCRYPTION_KEY lacks ${one}: restore it, after a comma.`);
  expect(await problem(`${NEW},${OLD}`, texts)).toBeUndefined();
  const two = [...texts, await seal(OLD, "secret", "ep_2")];
  expect(sealedWith(two.slice(1))).toBe(`${id}, which sealed 2 endpoints' secrets`);
  const newId = keyIdOf(texts[0]?.sealed ?? "");
  expect(sealedWith(texts)).toBe(`${newId}, which sealed 1 endpoint's secrets, and ${one}`);
});

test.each<SealedText["kind"]>(["secret", "api_key"])(
  "a moved %s is told by its context",
  async (kind) => {
    const moved = await seal(NEW, kind, "ep_1", `${kind}:ep_2`);
    expect(await problem(NEW, [moved])).toContain(`${kind}:ep_1`);
  },
);
