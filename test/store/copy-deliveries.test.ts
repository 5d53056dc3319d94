/**
 * Batches of deliveries on their way into Postgres: copied as bytes, and stored another way where
 * that is refused.
 */
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { startProxy } from "../support/simulation/stalling-proxy.ts";
import { postgresForTests } from "../support/postgres.ts";
import { deliveryOf } from "./records.ts";

const server = await postgresForTests();

/** Which statements inserted deliveries, by their first words. */
type Inserts = () => Promise<string[]>;

async function withDatabase(run: (store: Store, inserts: Inserts) => Promise<void>): Promise<void> {
  const url = (await server?.createDatabase()) ?? "";
  const store = await createPostgresStore({ url });
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  await client.unsafe(`
    create table seen (statement text);
    create function see() returns trigger language plpgsql as $$
      begin insert into seen values (split_part(current_query(), ' ', 1)); return null; end $$;
    create trigger see after insert on deliveries for each statement execute function see()`);
  await run(store, async () =>
    (await client<{ statement: string }[]>`select statement from seen`).map((it) => it.statement),
  );
  await client.end();
  await store.close();
}

const batchOf = (count: number, body: string) =>
  Array.from({ length: count }, () => deliveryOf({ body }));

describe.skipIf(!server)("a batch of deliveries", () => {
  test("is copied, and comes back as it was", () =>
    withDatabase(async (store, inserts) => {
      const texts = ["plain", "grüß 🚀", "nul \u0000 and \u0001", "", "\\N\t\n", '{"a":"b"}'];
      const wanted = texts.flatMap((text) =>
        [0, 10_000, 100_000].map((length) => ({ event: text, body: text + "x".repeat(length) })),
      );
      const batch = wanted.map(({ event, body }, at) =>
        deliveryOf({ event, body, bodyRedacted: at % 2 === 0 }),
      );
      const results = await store.storeDeliveries(batch);
      expect(results).toEqual(batch.map(({ id }) => ({ status: "accepted", id })));
      expect(await inserts()).toEqual(["copy"]);
      for (const [at, { body: _, ...delivery }] of batch.entries()) {
        const found = await store.findDelivery(delivery.id);
        expect(found?.delivery).toMatchObject({ ...delivery, body: wanted[at]?.body });
      }
    }));

  test.each([
    ["small", 10],
    ["so large that it is refused while it is still coming", 40_000],
  ])("with a duplicate in it is stored but for that: %s", (_, size) =>
    withDatabase(async (store, inserts) => {
      const body = "x".repeat(size);
      const known = deliveryOf({ body, providerDeliveryId: "0" });
      await store.storeDeliveries([known]);
      const others = batchOf(50, body);
      const again = deliveryOf({ body, providerDeliveryId: "0" });
      expect(await store.storeDeliveries([again, ...others])).toEqual([
        { status: "duplicate", id: known.id },
        ...others.map(({ id }) => ({ status: "accepted", id })),
      ]);
      await store.storeDeliveries(batchOf(20, body));
      expect(await inserts()).toEqual(["insert", "insert", "copy"]);
    }),
  );

  test("that is stored in part already, as one from a spool may be, is stored whole", () =>
    withDatabase(async (store) => {
      const batch = batchOf(30, "body").map((it, at) => ({
        ...it,
        providerDeliveryId: `${at + 10}`,
      }));
      await store.storeDeliveries(batch.filter((_, at) => at % 29 === 0));
      const results = await store.storeDeliveries(batch);
      expect(results).toEqual(batch.map(({ id }) => ({ status: "accepted", id })));
      for (const { id } of batch) expect(await store.findDelivery(id)).toBeDefined();
    }));

  test.each([
    ["in the middle of the rows", "the connection breaks here", "rejected"],
    ["at their end, before any answer", "c\0\0\0\u0004", "fulfilled"],
  ])("is not lost where its connection breaks %s", async (_, breaksAt, status) => {
    const url = (await server?.createDatabase()) ?? "";
    const behind = new URL(url);
    const proxy = await startProxy(Number(behind.port || "5432"), behind.hostname, breaksAt);
    behind.hostname = "127.0.0.1";
    behind.port = String(proxy.port);
    const broken = await createPostgresStore({ url: behind.href });
    const direct = await createPostgresStore({ url });
    const batch = batchOf(20, `the connection breaks here${"x".repeat(40_000)}`);
    const [stored] = await Promise.allSettled([broken.storeDeliveries(batch)]);
    expect(stored.status).toBe(status);
    const expected = status === "fulfilled" ? batch[0]?.id : undefined;
    expect((await direct.findDelivery(batch[0]?.id ?? ""))?.delivery.id).toBe(expected);
    const results = await direct.storeDeliveries(batch);
    expect(results.map((it) => it.id)).toEqual(batch.map((it) => it.id));
    await Promise.all([broken.close(), direct.close()]);
    await proxy.close();
  });

  test("is stored where the URL names several hosts, the first of them gone", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const { hostname, port, username, password, pathname } = new URL(url);
    const several = `postgres://${username}:${password}@${hostname}:1,${hostname}:${port || "5432"}${pathname}`;
    const store = await createPostgresStore({ url: several });
    const batch = batchOf(20, "body");
    const results = await store.storeDeliveries(batch);
    expect(results).toEqual(batch.map(({ id }) => ({ status: "accepted", id })));
    await store.close();
  });
});
