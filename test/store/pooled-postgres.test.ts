/**
 * The Postgres store behind PgBouncer in transaction mode, as Neon, Supabase and Railway hand it
 * out.
 */
import postgres from "postgres";
import { afterAll, describe, expect, test } from "vitest";
import type { Store } from "../../src/store/port.ts";
import { createPostgresStore } from "../../src/runtime/database/postgres.ts";
import { findPooler, startPooler } from "../support/pooler.ts";
import { postgresForTests } from "../support/postgres.ts";
import { storeConformance } from "./conformance.ts";
import type { OpenedStore } from "./conformance.ts";
import { claimDeliveries, deliveryOf } from "./records.ts";

const server = await postgresForTests();
const program = findPooler();
if (process.env["CI"] && !program) throw new Error("CI has to have PgBouncer.");
const url = (await server?.createDatabase()) ?? "";
const pooler = server && program ? await startPooler(program, url) : undefined;
afterAll(() => pooler?.stop());

const said: string[] = [];
const log = { info: (message: string) => void said.push(message) };

async function open(): Promise<OpenedStore> {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  const tables = await client<{ name: string }[]>`
    select tablename as name from pg_tables
    where schemaname = 'public' and tablename <> 'schema_migrations'`;
  await client`truncate ${client(tables.map(({ name }) => name))}`;
  await client.end();
  const stores: Store[] = [];
  const another = async () => {
    const store = await createPostgresStore({ url: pooler?.url ?? "", max: 4, log });
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

describe.skipIf(!pooler)("behind a pooler", () => {
  storeConformance("Postgres behind PgBouncer", open);

  test("the start says what is used, behind a pooler and without one", async () => {
    said.length = 0;
    const { dispose } = await open();
    await (await createPostgresStore({ url, max: 1, log })).close();
    expect(said).toEqual([
      expect.stringMatching(/through a pooler: no prepared statements, no COPY, no LISTEN/),
      expect.stringMatching(/directly: prepared statements, COPY and LISTEN/),
    ]);
    await dispose();
  });

  test("a rush of deliveries is stored and claimed by two processes, each once", async () => {
    const { store, another, dispose } = await open();
    const stores = [store, await another()];
    const batch = Array.from({ length: 300 }, () => deliveryOf());
    await Promise.all(batch.map((it, at) => (stores[at % 2] ?? store).storeDeliveries([it])));
    const claims = await Promise.all(
      Array.from({ length: 20 }, (_, at) =>
        claimDeliveries(stores[at % 2] ?? store, undefined, 50),
      ),
    );
    const ids = claims.flat().map(({ id }) => id);
    expect(ids.toSorted()).toEqual(batch.map(({ id }) => id).toSorted());
    await dispose();
  });
});
