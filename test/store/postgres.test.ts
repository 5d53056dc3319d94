/** The Postgres store: one database for this file, emptied before each test. */
import postgres from "postgres";
import { describe, expect, test } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { RowRejectedError } from "../../src/model/errors/row-rejected-error.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { listen } from "../../src/runtime/database/postgres-wake.ts";
import { postgresForTests } from "../support/postgres.ts";
import { storeConformance } from "./conformance.ts";
import type { OpenedStore } from "./conformance.ts";
import {
  claimCommands,
  deliveryOf,
  endpointOf,
  pushOf,
  updateOf,
  writeCommands,
} from "./records.ts";

const server = await postgresForTests();
const url = (await server?.createDatabase()) ?? "";

async function open(): Promise<OpenedStore> {
  await empty();
  const stores: Store[] = [];
  const another = async () => {
    const store = await createPostgresStore({ url, max: 4 });
    stores.push(store);
    return store;
  };
  return {
    store: await another(),
    another,
    dispose: async () => {
      for (const store of stores) await store.close();
    },
  };
}

async function empty(): Promise<void> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  const tables = await client<{ name: string }[]>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename <> 'schema_migrations'`;
  await client`truncate ${client(tables.map(({ name }) => name))}`;
  await client.end();
}

describe.skipIf(!server)("with a server", () => {
  storeConformance("Postgres", open);

  test("bodies are compressed with lz4", async () => {
    const client = postgres(url, { max: 1 });
    const rows = await client`
      select attcompression from pg_attribute where attrelid = 'deliveries'::regclass and attname = 'body'`;
    expect(rows).toEqual([{ attcompression: "l" }]);
    await client.end();
  });

  test("a value that Postgres refuses rejects its own call and not its neighbours in the batch", async () => {
    const { store, dispose } = await open();
    const noise = Array.from({ length: 2_000 }, () => crypto.randomUUID()).join("");
    const tooLong = deliveryOf({ providerDeliveryId: noise });
    const [good, bad, alsoGood] = await Promise.allSettled(
      [deliveryOf(), tooLong, deliveryOf()].map((it) => store.storeDeliveries([it])),
    );
    expect(bad).toMatchObject({ status: "rejected", reason: expect.any(RowRejectedError) });
    expect([good?.status, alsoGood?.status]).toEqual(["fulfilled", "fulfilled"]);
    await dispose();
  });

  test("leaves the claims of other processes alone: they may be alive", async () => {
    const { store, dispose } = await open();
    await writeCommands(store, pushOf());
    await claimCommands(store);
    await store.releaseClaims();
    expect(await claimCommands(store)).toEqual([]);
    await dispose();
  });

  test("a claim waits for its endpoint while that is being deleted, and then knows it", async () => {
    const { store, dispose } = await open();
    const endpoint = endpointOf();
    await store.insertEndpoint(endpoint, undefined);
    await writeCommands(store, updateOf("stream", { endpointId: endpoint.id }));
    const client = postgres(url, { max: 2 });
    const claiming = await client.begin(async (deletion) => {
      await deletion`delete from endpoints where id = ${endpoint.id}`;
      const claim = claimCommands(store);
      await expect
        .poll(async () => {
          const [waiting] = await client`select count(*)::int as backends from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`;
          return waiting;
        })
        .toEqual({ backends: 1 });
      return { claim };
    });
    expect(await claiming.claim).toMatchObject([{ left: { isDeleted: true } }]);
    await client.end();
    await dispose();
  });

  test("tells other processes of a rush at its end too, and a process nothing of its own", async () => {
    const url = (await server?.createDatabase()) ?? "";
    const store = await createPostgresStore({ url, process: "this" });
    const own: string[] = [];
    const others: string[] = [];
    const stops = [
      await listen(url, "this", (what) => own.push(what)),
      await listen(url, "another", (what) => others.push(what)),
    ];
    for (let stored = 0; stored < 3; stored++) await store.storeDeliveries([deliveryOf()]);
    await expect.poll(() => others.length).toBeGreaterThan(1);
    expect(new Set(others)).toEqual(new Set(["deliveries"]));
    expect(own).toEqual([]);
    await Promise.all(stops.map((stop) => stop()));
    await store.close();
  });

  test("tells other processes of new deliveries and commands", async () => {
    const { store, dispose } = await open();
    const heard: string[] = [];
    let wake = () => {};
    const stop = await listen(url, "another", (what) => {
      heard.push(what);
      wake();
    });
    const next = () => new Promise<void>((resolve) => (wake = resolve));
    const first = next();
    await store.storeDeliveries([deliveryOf()]);
    await first;
    const second = next();
    await writeCommands(store, pushOf());
    await second;
    expect(heard).toEqual(["deliveries", "commands"]);
    await stop();
    await dispose();
  });
});
