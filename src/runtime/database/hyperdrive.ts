/**
 * The store in a Postgres server behind Hyperdrive, for one invocation of the Worker: a socket
 * belongs to the invocation that opened it. Applies no migrations: `npm run deploy` does.
 */
import postgres from "postgres";
import type { Store } from "../../store/port.ts";
import journal from "../../store/postgres/migrations/meta/_journal.json" with { type: "json" };
import { postgresStore } from "../../store/postgres/store.ts";
import type { Hyperdrive } from "../cloudflare-bindings.ts";

/** An invocation may have six sockets at once, calls to the core API among them. */
const MAX_CONNECTIONS = 3;

/**
 * Never ended: Hyperdrive keeps the real connections, and the runtime closes the sockets with the
 * invocation. Nobody is told of new work, as Hyperdrive carries no NOTIFY; Node processes on the
 * same database find it by their sweep.
 */
export function createHyperdriveStore({ connectionString }: Hyperdrive): Store {
  const client = postgres(connectionString, {
    max: MAX_CONNECTIONS,
    // Asks the server for the types of arrays, which no column has: a round trip at every
    // invocation.
    fetch_types: false,
    onnotice: () => undefined,
  });
  const migrations = journal.entries.map(({ tag }) => ({ name: tag, statements: [] }));
  return postgresStore(client, migrations, () => undefined);
}
