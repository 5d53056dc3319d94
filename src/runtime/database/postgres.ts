/** The store in a Postgres server for Node: opens the pool, migrates, and lets processes wake one another. */
import { Socket } from "node:net";
import postgres from "postgres";
import type { Sql } from "postgres";
import type { Waker } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { blamesRow } from "../../model/row-rejected-error.ts";
import { batchDeliveries } from "../../store/group-commit.ts";
import { createDeliveryCopier } from "../../store/postgres/steps/copy-deliveries.ts";
import { migratePostgres } from "../../store/postgres/migrate.ts";
import { COPIED_FROM } from "../../store/postgres/steps/store-deliveries.ts";
import { postgresStore } from "../../store/postgres/store.ts";
import { hostsOf } from "../../util/database-url.ts";
import { readMigrations } from "./migration-files.ts";

/** Where a process tells the others of new work; the payload is `deliveries` or `commands`, and the process. */
const WORK_CHANNEL = "gateway_work";

type Work = Parameters<Waker["wake"]>[0];

const DEFAULT_MAX_CONNECTIONS = 10;
const CONNECT_TIMEOUT_SECONDS = 10;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections at most, 10 unless told. */
  readonly max?: number;
  /** What tells this process's announcements from those of others. */
  readonly process?: string;
}

/**
 * Connects, migrates and puts a group commit before `storeDeliveries`. Throws where the database cannot be reached or
 * its schema is newer than this program.
 */
export async function createPostgresStore(options: PostgresOptions): Promise<Store> {
  const client = connect(options.url, options.max ?? DEFAULT_MAX_CONNECTIONS);
  const migrations = readMigrations("postgres");
  try {
    await migratePostgres(client, migrations);
  } catch (error) {
    await client.end();
    throw error;
  }
  const announce = announcer((what) => notify(client, `${what} ${options.process ?? ""}`));
  const copier = hasOneHost(options.url)
    ? createDeliveryCopier(connect(options.url, 1))
    : undefined;
  const store = postgresStore(client, migrations, announce, copier);
  const storeDeliveries = batchDeliveries((batch) => store.storeDeliveries(batch), {
    nextTick: setImmediate,
    blamesRow,
    ready: async (waiting) => {
      if (waiting >= COPIED_FROM) await copier?.open();
    },
  });
  return { ...store, storeDeliveries };
}

/** Nothing is opened before it is used. */
function connect(url: string, max: number): Sql {
  return postgres(url, {
    max,
    connect_timeout: CONNECT_TIMEOUT_SECONDS,
    connection: { application_name: "activitysmith-webhooks" },
    onnotice: () => undefined,
    ...(hasOneHost(url) && { socket: openSocket }),
  });
}

/** Where a URL names several, postgres.js goes from one to the next, which a socket of ours could not. */
const hasOneHost = (url: string): boolean => !hostsOf(url).includes(",");

interface Address {
  readonly host: readonly string[];
  readonly port: readonly number[];
  /** Of a Unix socket, which then is what is meant. */
  readonly path?: string | undefined;
}

/**
 * Without Nagle's algorithm (RFC 896), which keeps the short end of what is sent back until its beginning has been
 * acknowledged: 40 ms for each COPY, and for many a large statement. Errors come through the socket, as for those that postgres.js opens itself; it
 * takes the name that a TLS certificate must have from `host`.
 */
function openSocket({ host: [host = "localhost"], port: [port = 5432], path }: Address): Socket {
  const socket = new Socket().setNoDelay(true);
  return Object.assign(path ? socket.connect(path) : socket.connect(port, host), { host, port });
}

/**
 * A statement of its own after the commit: a NOTIFY inside the transaction would hold a lock of the whole server
 * through its sync to disk, so that processes could no longer commit side by side.
 */
async function notify(client: Sql, payload: string): Promise<void> {
  try {
    await client.notify(WORK_CHANNEL, payload);
  } catch {
    // What was to be announced is stored, and a lost wake-up only costs time: every process sweeps.
  }
}

/** How long an announcement stands for those that come after it, in ms: a rush of them would cost more than it spares. */
const ANNOUNCE_EVERY_MS = 20;

/** Announces at once what was not announced just now, and the rest when that is over. */
function announcer(tell: (what: Work) => Promise<void>): (what: Work) => void {
  const resting = new Map<Work, { again: boolean }>();
  const announce = (what: Work): void => {
    const rest = resting.get(what);
    if (rest) {
      rest.again = true;
      return;
    }
    const begun = { again: false };
    resting.set(what, begun);
    void tell(what);
    setTimeout(() => {
      resting.delete(what);
      if (begun.again) announce(what);
    }, ANNOUNCE_EVERY_MS).unref();
  };
  return announce;
}

/**
 * Calls `onWork` when another process on this database has stored work, until the function it resolves to is called.
 * Holds one connection and opens it again when it breaks; what was sent meanwhile is not heard.
 *
 * @param own the `process` of the store whose announcements are not wanted
 */
export async function listen(
  url: string,
  own: string,
  onWork: (what: Work) => void,
): Promise<() => Promise<void>> {
  const client = postgres(url, { max: 1, connect_timeout: CONNECT_TIMEOUT_SECONDS });
  try {
    await client.listen(WORK_CHANNEL, (payload) => {
      const [what, sender] = payload.split(" ");
      if (sender !== own && (what === "deliveries" || what === "commands")) onWork(what);
    });
  } catch (error) {
    await client.end();
    throw error;
  }
  return () => client.end();
}
