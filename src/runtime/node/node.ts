/** The gateway as a Node process: opens the store, listens, runs the loops, and stops without losing anything. */
import { randomUUID } from "node:crypto";
import { flushCompileCache } from "node:module";
import { adapters } from "../../../adapters/index.ts";
import { ConfigError } from "../../util/config-error.ts";
import type { Config } from "../../config.ts";
import { createGateway } from "../../gateway.ts";
import type { Gateway } from "../../gateway.ts";
import { DIGEST_BATCH } from "../../digest/digest.ts";
import { createChanges } from "../../observability/changes.ts";
import type { Changes } from "../../observability/changes.ts";
import type { Logger, Waker } from "../../ports.ts";
import type { Store } from "../../store/port.ts";
import { createPreviewCore } from "../../preview-core/preview-core.ts";
import { randomToken } from "../../util/id.ts";
import { lockDataDir } from "./data-dir-lock.ts";
import { databasePath, openDataDir, setAsidePath, spoolPath } from "./data-dir.ts";
import { newEncryptionKey, secretsOf } from "./secrets.ts";
import { closeServer, listenOn, urlOf } from "./http-server.ts";
import { startLoop } from "./loop.ts";
import type { Loop } from "./loop.ts";
import { openSetAside } from "./spool/quarantine.ts";
import { openSpool } from "./spool/spool.ts";
import { withSpool } from "./spool/spooled-store.ts";
import type { SpooledStore } from "./spool/spooled-store.ts";

export interface NodeGateway {
  /** `http://127.0.0.1:8787`, with the port it really listens on. */
  readonly url: string;
  readonly adminToken: string;
  /** What the preview core's API takes; undefined where the real core API is used instead. */
  readonly previewKey: string | undefined;
  /** A sentence that says why the core API refuses the key of the settings; undefined where it does not. */
  refusedKey(): Promise<string | undefined>;
  /** A link that logs one browser in, once and within ten minutes. */
  newLoginLink(): string;
  /** Finishes the requests in flight, stops claiming, closes the store. Whatever is left is found at the next start. */
  stop(): Promise<void>;
}

/** A lost wake-up costs this much at most. */
const SWEEP_MS = 1_000;
const REFUSED_SWEEP_MS = 250;
const SLOTS_SWEEP_MS = 60_000;
const RETENTION_SWEEP_MS = 5 * 60_000;

const clock = { now: () => Date.now() };
const PROCESS = randomUUID();
const PREVIEW_KEY_BYTES = 18;

/** What fault tests put in the place of the real thing. */
export interface NodePorts {
  readonly fetch?: typeof fetch;
  /** Wraps the opened store. */
  readonly wrapStore?: (store: Store) => Store;
}

/** Starts the gateway; resolves when it listens. Rejects with one sentence where a setting or the store forbids it. */
export async function startNodeGateway(
  config: Config,
  log: Logger,
  ports: NodePorts = {},
): Promise<NodeGateway> {
  const { adminToken, encryptionKey: keptKey } = secretsOf(config);
  const fetch = ports.fetch ?? globalThis.fetch;
  const preview = createPreviewCore({
    now: clock.now,
    fetch,
    apiKey: config.PREVIEW_API_KEY ?? `preview_${randomToken(PREVIEW_KEY_BYTES)}`,
  });
  const store = await openStore(config, log, ports).catch((error: unknown) => {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`The store cannot be opened: ${sentenceOf(error)}`, { cause: error });
  });
  const closing = async (error: unknown): Promise<never> => {
    await store.close();
    throw error;
  };
  const makeKey = async () =>
    newEncryptionKey(config.DATA_DIR, await store.sealedTexts(clock.now()));
  const encryptionKey = keptKey ?? (await makeKey().catch(closing));
  const loops = new Map<Wakeable, Loop>();
  const changes = createChanges();
  const waker: Waker = {
    wake: (what) => {
      loops.get(what)?.wake();
      changes.ring();
    },
  };
  let url = "";
  const gateway = createGateway(
    {
      store,
      adapters,
      clock,
      random: Math.random,
      waker,
      log,
      fetch,
      preview,
      changes,
      spooled: () => store.spooled,
      setAside: () => store.setAside,
    },
    { ...config, adminToken, encryptionKey, publicUrl: () => config.PUBLIC_URL ?? url },
  );
  const problem = await gateway.sealedProblem().catch(closing);
  if (problem !== undefined) return closing(new ConfigError(problem));
  const server = await listenOn(gateway, config).catch(closing);
  url = urlOf(server, config.HOST);
  startLoops(loops, gateway, store, log, changes);
  const housekeeping = [
    { name: "spool", step: () => drainSpool(store, waker), sweepMs: SWEEP_MS },
    { name: "refused", step: () => writeRefused(gateway), sweepMs: REFUSED_SWEEP_MS },
    { name: "slots", step: () => gateway.releaseStaleSlots(), sweepMs: SLOTS_SWEEP_MS },
    { name: "retention", step: () => gateway.trim(), sweepMs: RETENTION_SWEEP_MS },
  ].map((it) => startLoop({ ...it, now: clock.now, log }));
  const stopListening = await listenForWork(config, waker);
  // The next start is quick even where this process is killed.
  flushCompileCache();
  return {
    url,
    adminToken,
    previewKey: config.ACTIVITYSMITH_API_KEY === undefined ? preview.apiKey : undefined,
    refusedKey: () => gateway.refusedKey(),
    newLoginLink: () => (config.PUBLIC_URL ?? url) + gateway.newLoginPath(),
    stop: async () => {
      preview.close();
      changes.close();
      await closeServer(server);
      await stopListening?.();
      await Promise.all([...housekeeping, ...loops.values()].map((loop) => loop.stop()));
      await gateway.idle();
      await gateway.writeRefused(true);
      await store.close();
    },
  };
}

/** An aggregate of connection attempts has no words of its own. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0)
    return sentenceOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

type Wakeable = Parameters<Waker["wake"]>[0];

async function openStore(
  config: Config,
  log: Logger,
  { wrapStore }: NodePorts,
): Promise<SpooledStore> {
  openDataDir(config.DATA_DIR);
  const opened = await openDatabase(config);
  const store = wrapStore?.(opened) ?? opened;
  const { DATA_DIR, PORT } = config;
  const setAside = await openSetAside(setAsidePath(DATA_DIR, PORT));
  return withSpool(store, await openSpool(spoolPath(DATA_DIR, PORT)), setAside, log);
}

/** Loads the modules of the store that is used, and not those of the other. */
async function openDatabase(config: Config): Promise<Store> {
  if (config.DATABASE_URL !== undefined) {
    const { createPostgresStore } = await import("../database/postgres.ts");
    return createPostgresStore({ url: config.DATABASE_URL, process: PROCESS });
  }
  const { createSqliteStore } = await import("../database/node-sqlite.ts");
  const unlock = lockDataDir(config.DATA_DIR);
  const store = await createSqliteStore({ file: databasePath(config.DATA_DIR) });
  // There is no other process: what was claimed before the start was claimed by a dead one.
  await store.releaseClaims();
  return { ...store, close: () => store.close().finally(unlock) };
}

async function writeRefused(gateway: Gateway): Promise<number> {
  await gateway.writeRefused();
  return 0;
}

async function drainSpool(store: SpooledStore, waker: Waker): Promise<number> {
  const before = store.spooled;
  const left = await store.drain();
  if (left < before) waker.wake("deliveries");
  return 0;
}

/** Hears of the work that other processes store; there are none beside the embedded database. */
async function listenForWork(
  { DATABASE_URL }: Config,
  waker: Waker,
): Promise<(() => Promise<void>) | undefined> {
  if (DATABASE_URL === undefined) return undefined;
  const { listen } = await import("../database/postgres.ts");
  return listen(DATABASE_URL, PROCESS, (what) => waker.wake(what));
}

function startLoops(
  loops: Map<Wakeable, Loop>,
  gateway: Gateway,
  store: Store,
  log: Logger,
  changes: Changes,
): void {
  const shared = { sweepMs: SWEEP_MS, now: clock.now, log };
  loops.set(
    "deliveries",
    startLoop({
      ...shared,
      name: "digest",
      step: async () => {
        const done = await gateway.digest();
        if (done > 0) changes.ring();
        // What comes later wakes the loop again, so only a full batch leaves anything behind.
        return done < DIGEST_BATCH ? 0 : done;
      },
    }),
  );
  loops.set(
    "commands",
    startLoop({
      ...shared,
      name: "dispatch",
      // What did not fit beside the calls in flight is begun when one of them ends, which wakes the loop.
      step: async () => {
        await gateway.dispatch();
        return 0;
      },
      nextDue: (notYetAt) => store.nextCommandDue(notYetAt),
    }),
  );
}
