/** Connections to a Postgres server, which may stand behind a pooler. */
import { once } from "node:events";
import { connect as connectSocket, Socket } from "node:net";
import postgres from "postgres";
import type { Sql } from "postgres";
import { StoreAwayError } from "../../model/errors/store-away-error.ts";
import { hostsOf } from "../../util/database-url.ts";

const CONNECT_TIMEOUT_SECONDS = 5;
/** After an outage the next try is never further away than this. */
const RECONNECT_SECONDS = 0.5;

export interface ConnectOptions {
  readonly url: string;
  /** Connections at most. */
  readonly max: number;
  /**
   * Whether a statement may be prepared by name on one connection and used on it later. Behind a
   * pooler the next statement may reach another connection of the server.
   */
  readonly prepare: boolean;
}

/** Nothing is opened before it is used. */
export function connect({ url, max, prepare }: ConnectOptions): Sql {
  return postgres(url, {
    max,
    prepare,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    backoff: () => RECONNECT_SECONDS,
    // Asks the server for the types of arrays, which no column has: a round trip for every
    // connection.
    fetch_types: false,
    connection: { application_name: "activitysmith-webhooks" },
    onnotice: () => undefined,
    ...(hasOneHost(url) ? { socket: openSocket } : { target_session_attrs: "primary" }),
  });
}

/**
 * Where a URL names several, postgres.js goes from one to the next until one is no standby, which a
 * socket of ours could not. It knows a standby by `primary` only: `read-write` looks at a default
 * that a standby has not (https://github.com/porsager/postgres/blob/v3.4.9/src/connection.js#L790).
 */
export function hasOneHost(url: string): boolean {
  return !hostsOf(url).includes(",");
}

/** A host that says nothing may be on its way; one that refuses says so at once. */
const LOOK_MS = 3_000;

/**
 * Rejects with a StoreAwayError where the URL names several hosts and none of them takes a
 * connection: postgres.js would go from one to the next for a long time before it says so.
 */
export async function assertSomeHostIsThere(url: string): Promise<void> {
  if (hasOneHost(url)) return;
  const hosts = hostsOf(url).split(",");
  try {
    await Promise.any(hosts.map(reach));
  } catch (error) {
    const reasons = error instanceof AggregateError ? error.errors : [error];
    const words = hosts.map((host, at) => `${host} (${wordOf(reasons[at])})`).join(", ");
    throw new StoreAwayError(`None of the database's hosts takes a connection: ${words}`, {
      cause: error,
    });
  }
}

const wordOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "no answer";

/** Resolves when the host takes a connection, which is closed again. */
async function reach(host: string): Promise<void> {
  const { hostname, port } = new URL(`postgres://${host}`);
  const socket = connectSocket({
    host: hostname.replace(/^\[|\]$/g, ""),
    port: Number(port || "5432"),
  });
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(LOOK_MS) });
  } finally {
    socket.on("error", () => undefined).destroy();
  }
}

/**
 * Whether something stands between this process and the server: a pooler tells a process number of
 * its own when a connection begins, not that of the server's process.
 */
export async function isPooled(client: Sql): Promise<boolean> {
  const rows = await client<{ pid: number }[]>`select pg_backend_pid() as pid`;
  return rows[0]?.pid !== rows.state.pid;
}

interface Address {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket, which then is what is meant. */
  readonly path?: string | undefined;
}

/**
 * Without Nagle's algorithm (RFC 896), which keeps the short end of what is sent back until its
 * beginning has been acknowledged: 40 ms for each COPY, and for many a large statement. Errors come
 * through the socket, as for those that postgres.js opens itself; it takes the name that a TLS
 * certificate must have from `host`.
 */
function openSocket({ host: [host = "localhost"], port: [port = 5432], path }: Address): Socket {
  const socket = new Socket().setNoDelay(true);
  return Object.assign(path ? socket.connect(path) : socket.connect(port, host), { host, port });
}
