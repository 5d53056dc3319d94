/**
 * A Postgres connection that breaks in the middle of a transaction: the step rejects, the process
 * and the pool live on.
 */
import { sql } from "drizzle-orm";
import postgres from "postgres";
import { afterEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/store/postgres/driver/database.ts";
import { startProxy } from "../support/simulation/stalling-proxy.ts";
import { postgresForTests } from "../support/postgres.ts";

const server = await postgresForTests();
const clients: postgres.Sql[] = [];

afterEach(() => Promise.all(clients.splice(0).map((client) => client.end({ timeout: 1 }))));

function connect(url: string): postgres.Sql {
  const client = postgres(url, { max: 1, onnotice: () => undefined });
  clients.push(client);
  return client;
}

describe.skipIf(!server)("a connection that is lost", () => {
  test.each(["while a statement runs", "between two statements"])("%s", async (moment) => {
    const url = (await server?.createDatabase({ empty: true })) ?? "";
    const [client, killer] = [connect(url), connect(url)];
    const db = openDatabase(client);
    const broken = db.transaction(async (tx) => {
      const [row] = await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`);
      const kill = () => killer`select pg_terminate_backend(${row?.pid ?? 0}, 5000)`;
      if (moment === "between two statements") await kill();
      const running = tx.execute(sql`select pg_sleep(20)`);
      if (moment === "while a statement runs") void kill().execute();
      await running;
    });
    await expect(broken).rejects.toThrow("CONNECTION_CLOSED");
    // The driver may tell the last words of the old connection to the first statement on the new
    // one.
    await expect.poll(() => client`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }]);
  });

  test("while the transaction's mode is set", async () => {
    const url = new URL((await server?.createDatabase({ empty: true })) ?? "");
    const proxy = await startProxy(Number(url.port || "5432"), url.hostname, "set transaction");
    url.hostname = "127.0.0.1";
    url.port = String(proxy.port);
    const client = connect(url.href);
    const reading = openDatabase(client).transaction((tx) => tx.execute(sql`select 1 as one`), {
      isolationLevel: "repeatable read",
      accessMode: "read only",
    });
    await expect(reading).rejects.toThrow("CONNECTION_CLOSED");
    await expect.poll(() => client`select 1 as one`.catch(() => [])).toEqual([{ one: 1 }]);
    await proxy.close();
  });

  test("an error of the statement still rolls back", async () => {
    const url = (await server?.createDatabase({ empty: true })) ?? "";
    const db = openDatabase(connect(url));
    await db.execute(sql`create table things (id int primary key)`);
    const failing = db.transaction(async (tx) => {
      await tx.execute(sql`insert into things values (1)`);
      await tx.execute(sql`insert into things values (1)`);
    });
    await expect(failing).rejects.toThrow("Failed query: insert");
    expect(await db.execute(sql`select * from things`)).toHaveLength(0);
  });
});
