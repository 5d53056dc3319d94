/**
 * Opens the store of a Node process: the embedded one or a Postgres server, with a spool before its
 * door.
 */
import { randomUUID } from "node:crypto";
import { ConfigError } from "../../util/config-error.ts";
import type { Config } from "../../config.ts";
import type { Logger, Waker } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { withSteps } from "../../store/steps.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import { databasePath, openDataDir, setAsidePath, spoolPath } from "./data-dir.ts";
import { openSetAside } from "./spool/quarantine.ts";
import { openSpool } from "./spool/spool.ts";
import { withSpool } from "./spool/spooled-store.ts";
import type { SpooledStore } from "./spool/spooled-store.ts";
import { messageOf } from "../../util/error-text.ts";

const PROCESS = randomUUID();

export interface OpenStoreOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly waker: Waker;
  /** Wraps the opened store. */
  readonly wrapStore?: ((store: Store) => Store) | undefined;
  /**
   * Called where a database that was away comes to answer, and then with a sentence that waiting
   * does not help.
   */
  readonly onRefused: (sentence: string) => void;
}

/**
 * Rejects with ConfigError where a setting or the database forbids it; a database that is away is
 * waited for.
 */
export async function openStore(options: OpenStoreOptions): Promise<SpooledStore> {
  const { config, log, wrapStore } = options;
  openDataDir(config.DATA_DIR);
  const opened = await openDatabase(options).catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(refusalOf(error), { cause: error });
  });
  const store = wrapStore?.(opened) ?? opened;
  const { DATA_DIR, PORT } = config;
  const setAside = await openSetAside(setAsidePath(DATA_DIR, PORT));
  return withSpool(store, await openSpool(spoolPath(DATA_DIR, PORT)), setAside, log);
}

const openDatabase = (options: OpenStoreOptions): Promise<Store> =>
  options.config.DATABASE_URL === undefined
    ? openEmbedded(options.config)
    : openServer(options.config.DATABASE_URL, options);

const refusalOf = (error: unknown): string => `The store cannot be opened: ${messageOf(error)}`;

/** Loads the modules of the store that is used, and not those of the other. */
async function openServer(
  url: string,
  { log, waker, onRefused }: OpenStoreOptions,
): Promise<Store> {
  const [{ createPostgresStore, isServerAway }, { openWhenThere }] = await Promise.all([
    import("../database/postgres.ts"),
    import("../database/waiting-store.ts"),
  ]);
  const onWork: Waker["wake"] = (what) => waker.wake(what);
  return openWhenThere({
    open: () => createPostgresStore({ url, process: PROCESS, onWork, log }),
    isAway: isServerAway,
    onRefused: (error) => onRefused(refusalOf(error)),
    log,
  });
}

async function openEmbedded(config: Config): Promise<Store> {
  const { createSqliteStore } = await import("../database/node-sqlite.ts");
  const unlock = lockDataDir(config.DATA_DIR);
  const store = await createSqliteStore({ file: databasePath(config.DATA_DIR) });
  // There is no other process: what was claimed before the start was claimed by a dead one.
  await store.releaseClaims();
  return withSteps(store, { close: () => store.close().finally(unlock) });
}
