/** The HTTP contract on the Worker with a Postgres behind Hyperdrive instead of D1. */
import postgres from "postgres";
import { afterAll, describe, expect, test } from "vitest";
import { httpContract } from "../contract/http-contract.ts";
import { postgresForTests } from "../support/postgres.ts";
import { ADMIN_TOKEN } from "../worker/secrets.ts";
import { devFolder } from "./dev-worker.ts";

const server = await postgresForTests();

/** The binding as `wrangler.toml` has it, commented out. */
const uncommented = (toml: string): string =>
  toml.replace(/^# (\[\[hyperdrive\]\])\n# (binding = .*)\n# (id = .*)$/m, "$1\n$2\n$3");

describe.skipIf(!server)("with a server", () => {
  const stops: (() => unknown)[] = [];
  let database = "";

  afterAll(async () => {
    for (const stop of stops) await stop();
  });

  httpContract("workerd with Hyperdrive", async () => {
    database = (await server?.createDatabase()) ?? "";
    const url = new URL(database);
    // Any will do for this server, but the local Hyperdrive insists on one.
    url.password = "any";
    const folder = await devFolder(uncommented, {
      CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_HYPERDRIVE: url.href,
    });
    const worker = await folder.start();
    stops.push(worker.kill, folder.remove);
    return {
      fetch: (path, init) => fetch(worker.url + path, init),
      adminToken: ADMIN_TOKEN,
      settle: async () => undefined,
    };
  });

  test("it was Postgres that stored them", async () => {
    const client = postgres(database, { max: 1 });
    const [row] = await client`select count(*)::int as stored from deliveries`;
    await client.end();
    expect(row?.["stored"]).toBeGreaterThan(0);
  });
});
