/**
 * The store in a Postgres server for Node: looks at what answers, migrates, opens the pool, lets
 * processes wake one another.
 */
import type { Logger, Waker } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { isStoreAway } from "../../model/errors/store-away-error.ts";
import { isRowError } from "../../model/errors/row-rejected-error.ts";
import { batchDeliveries } from "../../store/group-commit.ts";
import { createDeliveryCopier } from "../../store/postgres/steps/copy-deliveries.ts";
import {
  isServerAway as isPostgresAway,
  isUniqueViolation,
} from "../../store/postgres/driver/retry.ts";
import { migratePostgres } from "../../store/postgres/migrate.ts";
import { COPIED_FROM } from "../../store/postgres/steps/store-deliveries.ts";
import { postgresStore } from "../../store/postgres/store.ts";
import { answeringStore, inTime } from "./answering-store.ts";
import type { Opened } from "./answering-store.ts";
import { readMigrations } from "./migration-files.ts";
import { assertSomeHostIsThere, connect, hasOneHost, isPooled } from "./postgres-client.ts";
import { announcer, listen, notify } from "./postgres-wake.ts";

const DEFAULT_MAX_CONNECTIONS = 10;
/** A server that takes a connection and then says nothing. */
const LOOK_TIMEOUT_MS = 10_000;

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database` */
  readonly url: string;
  /** Connections at most, 10 unless told. */
  readonly max?: number;
  /** What tells this process's announcements from those of others. */
  readonly process?: string;
  /** Called when another process has stored work, where the server can be listened to. */
  readonly onWork?: Waker["wake"];
  /**
   * How long a step may take, in ms; 10 s unless told, three times that for lists and maintenance.
   */
  readonly deadlineMs?: number;
  /** Told once how the server is reached. */
  readonly log?: Pick<Logger, "info">;
}

/**
 * Connects, migrates and puts a group commit before `storeDeliveries`. Throws where the database
 * cannot be reached or its schema is newer than this program.
 */
export async function createPostgresStore(options: PostgresOptions): Promise<Store> {
  const { url, onWork, log, deadlineMs } = options;
  const isDirect = !(await prepareServer(url));
  log?.info(isDirect ? DIRECT : POOLED);
  const stopListening =
    isDirect && onWork ? await listen(url, options.process ?? "", onWork) : undefined;
  const answering = answeringStore(() => openPool(options, isDirect), {
    isThere: isUniqueViolation,
    deadlineMs,
  });
  const storeDeliveries = batchDeliveries((batch) => answering.store.storeDeliveries(batch), {
    nextTick: setImmediate,
    isRowError,
    ready: (waiting) => answering.current().ready(waiting),
  });
  return {
    ...answering.store,
    storeDeliveries,
    close: async () => {
      await stopListening?.();
      await answering.store.close();
    },
  };
}

const DIRECT = "Postgres is reached directly: prepared statements, COPY and LISTEN are used";
const POOLED =
  "Postgres is reached through a pooler: no prepared statements, no COPY, no LISTEN; other processes find work by their sweep";

/** Migrates, and says whether a pooler stands before the server. Right through either. */
async function prepareServer(url: string): Promise<boolean> {
  await assertSomeHostIsThere(url);
  const client = connect({ url, max: 1, prepare: false });
  try {
    const isThroughPooler = await inTime(isPooled(client), LOOK_TIMEOUT_MS);
    await migratePostgres(client, readMigrations("postgres"));
    return isThroughPooler;
  } finally {
    await client.end({ timeout: 0 });
  }
}

/**
 * True where waiting may help, and nothing is wrong with the address, the password or the schema.
 */
export const isServerAway = (error: unknown): boolean =>
  isStoreAway(error) || isPostgresAway(error);

interface OpenedPool extends Opened {
  /** Resolves when a batch of this many deliveries can go out at once. */
  readonly ready: (waiting: number) => Promise<void>;
}

function openPool(options: PostgresOptions, isDirect: boolean): OpenedPool {
  const { url, max = DEFAULT_MAX_CONNECTIONS } = options;
  const client = connect({ url, max, prepare: isDirect });
  const announce = announcer((what) => notify(client, `${what} ${options.process ?? ""}`));
  // An open COPY is an open transaction, which would take one of the few connections that a pooler
  // has.
  const copier =
    isDirect && hasOneHost(url)
      ? createDeliveryCopier(connect({ url, max: 1, prepare: true }))
      : undefined;
  return {
    store: postgresStore(
      client,
      readMigrations("postgres"),
      isDirect ? announce : () => undefined,
      copier,
    ),
    abandon: async () => {
      await Promise.all([client.end({ timeout: 0 }), copier?.close({ timeout: 0 })]);
    },
    ready: async (waiting) => {
      if (waiting >= COPIED_FROM) await copier?.open();
    },
  };
}
