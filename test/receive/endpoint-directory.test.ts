/**
 * The endpoint directory: what it answers, how often it asks the store, and what it does while the
 * store is away.
 */
import { describe, expect, test } from "vitest";
import {
  apiKeyContext,
  createEndpointDirectory,
  secretContext,
} from "../../src/receive/endpoint-directory.ts";
import type { EndpointRecord, SecretRecord } from "../../src/model/endpoint.ts";
import type { Store } from "../../src/store/port.ts";
import { createSealer } from "../../src/util/encryption.ts";

const NOON = Date.UTC(2026, 4, 4, 12);
const TTL = 2_000;
const sealer = createSealer("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");

const record: EndpointRecord = {
  id: "ep_shop",
  provider: "acme",
  name: "Web shop",
  deliver: "auto",
  notify: "failures",
  channels: null,
  filters: {},
  mapping: null,
  enabled: true,
  max_body_bytes: null,
  sealedApiKey: null,
  account: "default",
  pin: null,
  rules: [],
  options: {},
  me: [],
  expect: [],
  createdAt: NOON,
  updatedAt: NOON,
};

const secret = async (id: string, value: string, expiresAt: number | null, createdAt = NOON) =>
  ({
    id,
    endpointId: record.id,
    sealed: await sealer.seal(value, secretContext(record.id)),
    createdAt,
    expiresAt,
  }) satisfies SecretRecord;

/** A directory over a store that holds `stored`, counts its reads and can be taken away or held. */
function setUp(stored: { endpoint: EndpointRecord; secrets: readonly SecretRecord[] } | undefined) {
  const world = {
    stored,
    now: NOON,
    reads: 0,
    opened: 0,
    away: false,
    gate: Promise.resolve(),
  };
  const store: Pick<Store, "findEndpoint"> = {
    findEndpoint: async (id) => {
      world.reads++;
      const seen = world.stored?.endpoint.id === id ? world.stored : undefined;
      await world.gate;
      if (world.away) throw new Error("the database is away");
      return seen;
    },
  };
  const clock = { now: () => world.now };
  const counting = {
    ...sealer,
    open: (sealed: string, context: string) => {
      world.opened++;
      return sealer.open(sealed, context);
    },
  };
  const directory = createEndpointDirectory({ store, sealer: counting, clock, ttlMs: TTL });
  return { world, directory };
}

describe("find", () => {
  test("opens again only what has changed in the store", async () => {
    const endpoint = { ...record };
    const { world, directory } = setUp({ endpoint, secrets: [await secret("sec_1", "a", null)] });
    await directory.find(record.id);
    world.now += TTL;
    expect(await directory.find(record.id)).toMatchObject({ secrets: [{ value: "a" }] });
    expect(world).toMatchObject({ reads: 2, opened: 1 });
    world.stored = { endpoint, secrets: [await secret("sec_1", "b", null)] };
    world.now += TTL;
    expect(await directory.find(record.id)).toMatchObject({ secrets: [{ value: "b" }] });
    expect(world).toMatchObject({ reads: 3, opened: 2 });
  });

  test("opens secrets, newest first, and the API key", async () => {
    const sealedApiKey = await sealer.seal("core-key", apiKeyContext(record.id));
    const { directory } = setUp({
      endpoint: { ...record, sealedApiKey, account: "key_1" },
      secrets: [
        await secret("sec_1", "old", NOON + 60_000, NOON - 10),
        await secret("sec_2", "new", null),
      ],
    });
    expect(await directory.find(record.id)).toEqual({
      id: "ep_shop",
      provider: "acme",
      name: "Web shop",
      deliver: "auto",
      notify: "failures",
      channels: null,
      filters: {},
      mapping: null,
      enabled: true,
      max_body_bytes: null,
      account: "key_1",
      pin: null,
      rules: [],
      options: {},
      me: [],
      expect: [],
      apiKey: "core-key",
      secrets: [
        { id: "sec_2", value: "new", expiresAt: null },
        { id: "sec_1", value: "old", expiresAt: NOON + 60_000 },
      ],
    });
  });

  test("drops a secret at the moment it expires, even from the cache", async () => {
    const { directory, world } = setUp({
      endpoint: record,
      secrets: [await secret("sec_1", "old", NOON + 100), await secret("sec_2", "new", null)],
    });
    const live = async () => (await directory.find(record.id))?.secrets.map(({ id }) => id);
    expect(await live()).toEqual(["sec_2", "sec_1"]);
    world.now += 99;
    expect(await live()).toEqual(["sec_2", "sec_1"]);
    world.now += 1;
    expect(await live()).toEqual(["sec_2"]);
    expect(world.reads).toBe(1);
  });

  test("asks the store once per ttl, for known and unknown ids alike", async () => {
    for (const id of [record.id, "ep_nobody"]) {
      const { directory, world } = setUp({ endpoint: record, secrets: [] });
      const first = await directory.find(id);
      world.now += TTL - 1;
      expect(await directory.find(id)).toEqual(first);
      expect(world.reads).toBe(1);
      world.now += 1;
      await directory.find(id);
      expect(world.reads).toBe(2);
    }
  });

  test("shares one load between concurrent finds", async () => {
    const { directory, world } = setUp({ endpoint: record, secrets: [] });
    const found = await Promise.all(Array.from({ length: 50 }, () => directory.find(record.id)));
    expect(found.every((endpoint) => endpoint?.id === record.id)).toBe(true);
    expect(world.reads).toBe(1);
  });

  test("does not ask the store for ids longer than any of ours", async () => {
    const { directory, world } = setUp(undefined);
    expect(await directory.find("x".repeat(65))).toBeUndefined();
    expect(world.reads).toBe(0);
  });

  test("keeps a known endpoint through a flood of invented ids, and forgets the oldest of those", async () => {
    const { directory, world } = setUp({ endpoint: record, secrets: [] });
    await directory.find(record.id);
    for (let turn = 0; turn <= 10_000; turn++) await directory.find(`ep_invented_${turn}`);
    const before = world.reads;
    await directory.find("ep_invented_1");
    await directory.find(record.id);
    expect(world.reads).toBe(before);
    await directory.find("ep_invented_0");
    expect(world.reads).toBe(before + 1);
  });
});

describe("forget", () => {
  test("makes a change visible at once", async () => {
    const { directory, world } = setUp({ endpoint: record, secrets: [] });
    await directory.find(record.id);
    world.stored = { endpoint: { ...record, enabled: false }, secrets: [] };
    directory.forget(record.id);
    expect((await directory.find(record.id))?.enabled).toBe(false);
  });

  test("makes a new endpoint visible that was asked for before", async () => {
    const { directory, world } = setUp(undefined);
    expect(await directory.find(record.id)).toBeUndefined();
    world.stored = { endpoint: record, secrets: [] };
    directory.forget(record.id);
    expect(await directory.find(record.id)).toBeDefined();
  });

  test("overtakes a load under way: what that one read is not remembered", async () => {
    const { directory, world } = setUp({ endpoint: record, secrets: [] });
    const held = Promise.withResolvers<void>();
    world.gate = held.promise;
    const before = directory.find(record.id);
    world.gate = Promise.resolve();
    world.stored = { endpoint: { ...record, enabled: false }, secrets: [] };
    directory.forget(record.id);
    expect((await directory.find(record.id))?.enabled).toBe(false);
    held.resolve();
    expect((await before)?.enabled).toBe(true);
    expect((await directory.find(record.id))?.enabled).toBe(false);
  });
});

describe("while the store is away", () => {
  test("the last known configuration is answered, however stale, and asked for once per ttl", async () => {
    const { directory, world } = setUp({ endpoint: record, secrets: [] });
    await directory.find(record.id);
    world.away = true;
    world.now += 60 * 60_000;
    expect((await directory.find(record.id))?.id).toBe(record.id);
    expect((await directory.find(record.id))?.id).toBe(record.id);
    expect(world.reads).toBe(2);
  });

  test("the next answer after it comes back is the store's", async () => {
    const { directory, world } = setUp({ endpoint: record, secrets: [] });
    await directory.find(record.id);
    world.away = true;
    world.now += TTL;
    await directory.find(record.id);
    world.away = false;
    world.stored = undefined;
    world.now += TTL;
    expect(await directory.find(record.id)).toBeUndefined();
  });

  test("expired secrets stay expired", async () => {
    const { directory, world } = setUp({
      endpoint: record,
      secrets: [await secret("sec_1", "old", NOON + 5_000)],
    });
    await directory.find(record.id);
    world.away = true;
    world.now += 5_000;
    expect((await directory.find(record.id))?.secrets).toEqual([]);
  });

  test("an endpoint that was never known is a rejection, not a 404", async () => {
    const { directory, world } = setUp(undefined);
    expect(await directory.find(record.id)).toBeUndefined();
    world.away = true;
    world.now += TTL;
    await expect(directory.find(record.id)).rejects.toThrow("the database is away");
  });
});
